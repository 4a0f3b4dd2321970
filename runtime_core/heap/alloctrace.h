// Writes every allocation, free and collection to standard error (original: mprof.go, tracealloc).
//
// Threads: any; tracelock keeps the lines of an event together.
#pragma once

#include "runtime_core/heap/type.h"

namespace runtime_core {

struct M;

// What GODEBUG=allocfreetrace=1 calls, unless a hook takes its place.
void tracealloc(M* mp, void* p, uintptr size, const Type* type);
void tracefree(M* mp, void* p, uintptr size);
void tracegc(M* mp);

}  // namespace runtime_core
