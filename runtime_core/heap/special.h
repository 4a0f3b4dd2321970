// Records attached to heap objects: finalizers and profile samples (facts §12).
//
// Threads: addspecial and removespecial by any pinned thread; the list of a span is guarded by
// its speciallock, except that the collector (world stopped) and the sweeper (owner of the
// span) read it without.
// Invariants: special.sorted — by offset, then kind; special.swept_first — a list changes only
// in a swept span. Ordering: mspan_ensure_swept's acquire load of sweepgen.
#pragma once

#include "runtime_core/heap/type.h"

namespace runtime_core {

struct M;
struct MSpan;
struct Bucket;
struct FuncVal;  // gc/work.h

// Finalizers sort first: queueing one keeps the object, hence its other records.
inline constexpr u8 kind_special_finalizer = 1, kind_special_profile = 2;

struct Special {
  Special* next;
  u16 offset;  // bytes from the span's start
  u8 kind;
};

struct SpecialFinalizer {
  Special special;
  FuncVal* fn;
  uintptr nret;  // bytes of results
  Type* fint;    // the function's parameter type
  Type* ot;      // pointer type of the object
};

struct SpecialProfile {
  Special special;
  Bucket* bucket;
};

// False when the object already has a record of this kind.
bool addspecial(M* mp, void* p, Special* s);
// The unlinked record, or nullptr.
Special* removespecial(M* mp, void* p, u8 kind);
bool addfinalizer(M* mp, void* p, FuncVal* fn, uintptr nret, Type* fint, Type* ot);
void removefinalizer(M* mp, void* p);
void setprofilebucket(M* mp, void* p, Bucket* b);
// Acts on a record of a dead object; true when the object may be freed.
bool freespecial(M* mp, Special* s, void* p, uintptr size, bool freed);
// Unlinks every record of an object that is freed explicitly (original: freeallspecials).
void freeallspecials(M* mp, MSpan* span, void* p, uintptr size);

}  // namespace runtime_core
