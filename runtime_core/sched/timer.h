// Timers: what is to be done at a given time, by one goroutine of the runtime's (original: time.go;
// facts §19.6).
//
// Threads: any goroutine with a P. Fields of Timer are its owner's until addtimer and after
//   deltimer, or once it has run, else `lock`'s.
// Invariants: timer.heap — t[0..len) is a heap by `when`, four children each, and each timer knows
//   its place.
// Ordering: who adds a timer that is due before all others wakes the goroutine under `lock`, where
//   it has said in which way it waits.
#pragma once

#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/note.h"

namespace runtime_core {

struct G;

struct Timer {
  i32 i;       // its place in the heap; -1: in none
  i64 when;    // nanotime()
  i64 period;  // nanoseconds until it is due again; 0: once
  void (*f)(G* self, void* arg,
            uintptr seq);  // by the goroutine of the timers, which must not wait
  void* arg;
  uintptr seq;
};

struct Timers {
  Mutex lock;
  Timer** t;  // by lock, as all below
  u32 len;
  u32 capacity;
  G* gp;              // their goroutine
  bool created;       // ..., which exists
  bool sleeping;      // ..., until the first one is due
  bool rescheduling;  // ..., parked, since there is none
  Note waitnote;
};

void addtimer(G* gp, Timer* t);
// False: it has run already, or was never added.
bool deltimer(G* gp, Timer* t);
// Lets others run for so long (original: timeSleep).
void time_sleep(G* gp, i64 ns);

}  // namespace runtime_core
