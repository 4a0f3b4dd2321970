// The auxiliary vector of a Linux process, and random bytes (original: vdso_linux_amd64.go,
// os1_linux.go; facts §24.1).
#include "runtime_core/os/env.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr uintptr at_null = 0, at_random = 25;
constexpr u32 at_random_bytes = 16;
constexpr long sys_read = 0, sys_open = 2, sys_close = 3;
// As committed; the C version opened /dev/urandom, which never waits.
constexpr char urandom_dev[] = "/dev/random";

}  // namespace

void Linux::sysargs(Runtime* rt, i32 argc, const char* const* argv) {
  const char* const* p = argv + argc + 1;
  while (*p != nullptr) p++;
  // Pairs of a kind and a value, each a word.
  for (const char* const* auxv = p + 1; reinterpret_cast<uintptr>(auxv[0]) != at_null; auxv += 2) {
    if (reinterpret_cast<uintptr>(auxv[0]) != at_random) continue;
    rt->process.startup_random_data = reinterpret_cast<const u8*>(auxv[1]);
    rt->process.startup_random_data_len = at_random_bytes;
  }
}

void Linux::get_random_data(Runtime* rt, const u8** rnd, u32* rnd_len) {
  ProcessInfo& process = rt->process;
  *rnd = process.startup_random_data;
  *rnd_len = process.startup_random_data_len;
  if (*rnd != nullptr) return;
  const i64 fd = syscall6(sys_open, reinterpret_cast<uintptr>(urandom_dev));
  if (fd < 0) return;  // as committed the result goes on to read unchecked
  const auto file = static_cast<uintptr>(fd);
  const auto buffer = reinterpret_cast<uintptr>(process.urandom_data);
  if (syscall6(sys_read, file, buffer, hash_random_bytes) == hash_random_bytes) {
    *rnd = process.urandom_data;
    *rnd_len = hash_random_bytes;
  }
  syscall6(sys_close, file);
}

}  // namespace runtime_core
