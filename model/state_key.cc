// Arithmetic modulo 2^127 - 1.
#include "model/state_key.h"

namespace model {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr Wide prime = (Wide{1} << 127) - 1;

constexpr Wide fold(Wide x) { return (x & prime) + (x >> 127); }
constexpr Wide reduced(Wide x) {
  x = fold(x);
  return x >= prime ? x - prime : x;
}
constexpr StateKey narrow(Wide x) {
  return {static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(x >> 64)};
}

// REQUIRES: both are less than the prime, so that their high words have 63 bits.
constexpr Wide product(StateKey a, StateKey b) {
  const Wide low = Wide{a.low} * b.low;
  const Wide middle = Wide{a.low} * b.high + Wide{a.high} * b.low;
  const Wide high = Wide{a.high} * b.high;
  // 2^127 counts as 1, so that middle * 2^64 is its upper half plus its lower 63 bits * 2^64.
  Wide sum = fold(fold(low) + (middle >> 63));
  sum = fold(sum + ((middle & ((Wide{1} << 63) - 1)) << 64));
  return reduced(sum + 2 * high);
}

}  // namespace

StateHash::StateHash(std::uint64_t seed) {
  Generator generator(mix(seed, 0));
  const std::uint64_t low = generator.next();
  base_ = narrow(reduced(Wide{generator.next()} << 64 | low));
}

void StateHash::add(std::uint64_t word) { key_ = narrow(reduced(product(key_, base_) + word)); }

}  // namespace model
