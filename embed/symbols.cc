// Looks names up, and makes the stubs of those that are refused.
#include "embed/symbols.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "embed/allowed.h"
#include "embed/waits.h"
#include "sim/machine.h"

namespace embed {
namespace {

struct Refusal {
  std::string name;
  const char* why;
};
std::vector<Refusal>& refusals() {
  static std::vector<Refusal> all;
  return all;
}

std::string demangled(const std::string& name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  const std::string result = text != nullptr ? text : name;
  std::free(text);
  return result;
}

[[noreturn]] void refuse(std::uint64_t index) {
  const Refusal& refusal = refusals()[index];
  sim::the_machine->violate("sim.refused_call", "the program calls " + demangled(refusal.name) +
                                                    ", which " + refusal.why);
}

// movabs $index, %rdi; movabs $refuse, %rax; jmp *%rax
std::uint64_t make_stub(const char* name, const char* why) {
  constexpr std::size_t stub_bytes = 32, stubs_max = 4096;
  static std::map<std::string, std::uint64_t> known;
  static char* next = nullptr;
  if (const auto at = known.find(name); at != known.end()) return at->second;
  if (next == nullptr) {
    void* p = mmap(nullptr, stub_bytes * stubs_max, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return 0;
    next = static_cast<char*>(p);
  }
  if (refusals().size() == stubs_max) return 0;
  const std::uint64_t index = refusals().size();
  const auto target = reinterpret_cast<std::uint64_t>(&refuse);
  refusals().push_back({name, why});
  char* at = next;
  next += stub_bytes;
  std::memcpy(at, "\x48\xbf", 2);
  std::memcpy(at + 2, &index, 8);
  std::memcpy(at + 10, "\x48\xb8", 2);
  std::memcpy(at + 12, &target, 8);
  std::memcpy(at + 20, "\xff\xe0", 2);
  return known[name] = reinterpret_cast<std::uint64_t>(at);
}

std::uint64_t address_of(const std::string& name) {
  return reinterpret_cast<std::uint64_t>(dlsym(RTLD_DEFAULT, name.c_str()));
}

}  // namespace

std::uint64_t find_symbol(const char* name, bool weak) {
  if (std::strstr(name, "trylock") != nullptr || std::strstr(name, "timed") != nullptr ||
      std::strstr(name, "clocklock") != nullptr || std::strstr(name, "clockrdlock") != nullptr) {
    locks_are_observed = true;
  }
  if (const auto own = address_of(std::string("tricolor_sim_") + name); own != 0) return own;
  const std::uint64_t found = address_of(name);
  if (std::strncmp(name, "__tsan_", 7) == 0 && found != 0) return found;
  if (found == 0) {
    if (weak) return 0;
    return make_stub(name, "no library defines and nothing simulates");
  }
  Dl_info where{};
  dladdr(reinterpret_cast<void*>(found), &where);
  const char* reason = why_refused(name, where.dli_fname != nullptr ? where.dli_fname : "");
  return reason == nullptr ? found : make_stub(name, reason);
}

}  // namespace embed
