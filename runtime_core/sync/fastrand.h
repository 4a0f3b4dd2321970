// The per-thread pseudo-random sequence (original: fastrand1; facts §17.2).
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct M;

inline constexpr u32 fastrand_seed = 0x49f6428a;

// One step of a 31-bit linear-feedback register; the result is below 2^31.
inline u32 fastrand_step(u32 x) {
  x += x;
  return (x & 0x80000000u) != 0 ? x ^ 0x88888eefu : x;
}

// Steps mp.fastrand, which only its own thread touches, and returns the new value.
u32 fastrand1(M* mp);

}  // namespace runtime_core
