// Seeding.
#include "model/generator.h"

namespace model {

namespace {

// The finaliser of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", 2014).
std::uint64_t scramble(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;

}  // namespace

Generator::Generator(std::uint64_t seed) {
  // Four different inputs of a bijection: at most one word is zero, as xoshiro requires.
  for (std::uint64_t& word : state_) word = scramble(seed += golden);
}

std::uint64_t mix(std::uint64_t seed, std::uint64_t index) {
  // Scrambling the index first keeps (seed, index + 1) and (seed + 1, index) apart.
  return scramble(seed ^ scramble((index + 1) * golden));
}

}  // namespace model
