// Keys against arithmetic done bit by bit, and sequences that must not share one.
#include "model/state_key.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

#include "model/seen_states.h"

namespace model {
namespace {

// Below 2^127, as bits, lowest first.
using Bits = std::vector<bool>;

Bits bits_of(StateKey key) {
  Bits bits(127);
  for (std::size_t i = 0; i < 127; i++)
    bits[i] = ((i < 64 ? key.low : key.high) >> i % 64 & 1) != 0;
  return bits;
}

// Modulo 2^127 - 1: what is carried out of the top comes in at the bottom.
void add(Bits& to, const Bits& other) {
  bool carry = false;
  for (std::size_t i = 0; i < 127; i++) {
    const int sum = to[i] + other[i] + carry;
    to[i] = (sum & 1) != 0;
    carry = sum > 1;
  }
  for (std::size_t i = 0; carry; i = (i + 1) % 127) {
    carry = to[i];
    to[i] = !to[i];
  }
}

Bits product(const Bits& a, const Bits& b) {
  Bits result(127), shifted = a;
  for (std::size_t i = 0; i < 127; i++) {
    if (b[i]) add(result, shifted);
    Bits turned(127);
    for (std::size_t k = 0; k < 127; k++) turned[(k + 1) % 127] = shifted[k];
    shifted = turned;
  }
  if (result == Bits(127, true)) return Bits(127);
  return result;
}

StateKey key_of(StateHash& hash, const std::vector<std::uint64_t>& words) {
  hash.begin();
  for (const std::uint64_t word : words) hash.add(word);
  return hash.key();
}

TEST_CASE("a key is the polynomial of its words") {
  const bool ok = rc::check([](std::uint64_t seed, const std::vector<std::uint64_t>& words) {
    StateHash hash(seed);
    const Bits base = bits_of(key_of(hash, {0}));  // 1 * base + 0
    Bits expected = bits_of({1, 0});
    for (const std::uint64_t word : words) {
      expected = product(expected, base);
      add(expected, bits_of({word, 0}));
    }
    RC_ASSERT(bits_of(key_of(hash, words)) == expected);
  });
  CHECK(ok);
}

TEST_CASE("what differs a little has another key") {
  StateHash hash(1);
  SeenStates seen(1000);
  std::vector<std::uint64_t> words;
  CHECK(seen.add(key_of(hash, words)));
  for (int i = 0; i < 20; i++) {
    words.push_back(0);
    CHECK(seen.add(key_of(hash, words)));
    words.back() = ~std::uint64_t{0};
    CHECK(seen.add(key_of(hash, words)));
    CHECK_FALSE(seen.add(key_of(hash, words)));
  }
  CHECK(seen.size() == 41);
}

TEST_CASE("a set of states holds what was added, up to its bound") {
  StateHash hash(2);
  SeenStates seen(5000);
  for (std::uint64_t i = 0; i < 5000; i++) CHECK(seen.add(key_of(hash, {i})));
  for (std::uint64_t i = 0; i < 5000; i++) CHECK_FALSE(seen.add(key_of(hash, {i})));
  CHECK(seen.is_full());
  CHECK(seen.add(key_of(hash, {5000})));
  CHECK(seen.add(key_of(hash, {5000})));
  CHECK(seen.size() == 5000);
}

}  // namespace
}  // namespace model
