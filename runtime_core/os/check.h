// The start-up check of what the runtime takes for granted (original: check in runtime1.go, test64;
// facts §27).
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

// The operations that are checked, so that a test can hand in broken ones.
struct CheckedOperations {
  bool (*cas)(std::atomic<u32>* at, u32 old, u32 value);
  bool (*casp)(std::atomic<void*>* at, void* old, void* value);
  void (*atomicor8)(u8* at, u8 bits);
  bool (*cas64)(std::atomic<u64>* at, u64 old, u64 value);
  u64 (*atomicload64)(std::atomic<u64>* at);
  void (*atomicstore64)(std::atomic<u64>* at, u64 value);
  u64 (*xadd64)(std::atomic<u64>* at, u64 delta);  // the new value
  u64 (*xchg64)(std::atomic<u64>* at, u64 value);  // the old value
  bool (*equal32)(float a, float b);
  bool (*equal64)(double a, double b);
  i32 (*timediv)(i64 v, i32 div, i32* rem);
};
extern const CheckedOperations this_machine;

// The original's name of the first check that fails, or null.
const char* first_failed_check(const CheckedOperations& operations);
// Throws that name.
void check();

}  // namespace runtime_core
