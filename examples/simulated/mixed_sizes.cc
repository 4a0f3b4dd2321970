// Accesses of a word, its halves and a byte: each takes effect at once, and none undoes another.
#include <atomic>
#include <cassert>
#include <cstdint>
#include <thread>

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

alignas(8) std::uint64_t word;
std::uint32_t* halves() { return reinterpret_cast<std::uint32_t*>(&word); }
std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(&word); }
std::uint64_t load() { return std::atomic_ref(word).load(relaxed); }

// What one thread stores to the upper half and the lowest byte, and the other to the lower half.
constexpr std::uint64_t upper = 2, lowest = 7, lower = 0x100;

bool has_first(std::uint64_t w) {
  return w >> 32 == upper && ((w & 0xff) == lowest || (w & 0xffffffff) == lower);
}
bool has_second(std::uint64_t w) { return (w & 0xffffff00) == lower; }

}  // namespace

int main() {
  std::thread t([] {
    std::atomic_ref(halves()[1]).store(upper, relaxed);
    std::atomic_ref(bytes()[0]).store(lowest, relaxed);
    assert(has_first(load()));
  });
  std::atomic_ref(halves()[0]).store(lower, relaxed);
  assert(has_second(load()));
  t.join();
  assert(has_first(load()) && has_second(load()));
}
