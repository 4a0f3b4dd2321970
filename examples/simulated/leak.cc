// What no simulator holds still gets into a run, if the argument says so: `tricolor explore
// --audit` finds out what. Without an argument all is deterministic.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <unordered_set>

namespace {

std::atomic<std::uint64_t> seen{0};

std::uint64_t address() { return reinterpret_cast<std::uint64_t>(&std::puts); }

std::uint64_t unwritten() {
  // A compiler may take what was never written for anything, and not read it.
  auto* words = static_cast<volatile std::uint64_t*>(std::malloc(64));
  const std::uint64_t word = words[3] >> 40;
  std::free(const_cast<std::uint64_t*>(words));
  return word + 1;
}

struct Mixed {
  std::size_t operator()(std::uint64_t key) const { return key * 0x9e3779b97f4a7c15u >> 16; }
};

// Addresses are the keys, and only the order in which they come out shows.
std::uint64_t order() {
  std::unordered_set<std::uint64_t, Mixed> keys;
  for (std::uint64_t i = 0; i < 64; i++) keys.insert(address() + i);
  std::uint64_t digest = 0;
  for (const std::uint64_t key : keys) digest = digest * 31 + (key - address());
  return digest & 0xffffff;
}

std::uint64_t leak(const char* what) {
  if (std::strcmp(what, "address") == 0) return address() >> 12 & 0xffff;
  if (std::strcmp(what, "time") == 0) return __builtin_ia32_rdtsc() & 0xffffff;
  if (std::strcmp(what, "memory") == 0) return unwritten();
  if (std::strcmp(what, "order") == 0) return order();
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "nothing";
  std::thread other([] { seen.fetch_add(1); });
  seen.store(leak(what));
  other.join();
}
