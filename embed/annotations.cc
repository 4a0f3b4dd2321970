// What programs tell a race detector about themselves, by the names that libtsan answers to.
//
// Orders that are promised are believed. Requests to look away are not granted: a race that is
// called benign is still shown.
#include "embed/objects.h"

using namespace embed;

SIMULATED(void, AnnotateHappensBefore, const char*, int, void* place) {
  release(address_of(place));
}
SIMULATED(void, AnnotateHappensAfter, const char*, int, void* place) { acquire(address_of(place)); }
SIMULATED(void, __tsan_release, void* place) { release(address_of(place)); }
SIMULATED(void, __tsan_acquire, void* place) { acquire(address_of(place)); }
SIMULATED(void, AnnotateIgnoreReadsBegin, const char*, int) {}
SIMULATED(void, AnnotateIgnoreReadsEnd, const char*, int) {}
SIMULATED(void, AnnotateIgnoreWritesBegin, const char*, int) {}
SIMULATED(void, AnnotateIgnoreWritesEnd, const char*, int) {}
SIMULATED(void, AnnotateBenignRaceSized, const char*, int, void*, unsigned long, const char*) {}
SIMULATED(int, RunningOnValgrind, void) { return 0; }
