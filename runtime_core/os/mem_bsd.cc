// Memory from the BSDs (original: mem_bsd.go; facts §24.2).
#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr long sys_munmap = 73, sys_madvise = 75;
constexpr u32 prot_none = 0, prot_read_write = 1 | 2;
constexpr u32 map_private = 2, map_fixed = 0x10, map_anon = 0x1000;
constexpr u32 map_plain = map_private | map_anon;
constexpr uintptr error_max = 4096, enomem = 12;
// More address space than this is not reserved but hoped for.
constexpr uintptr reserve_max = uintptr{1} << 32;

// An address, or a positive error number below error_max: the original's wrapper looks at no carry
// flag. The offset, zero, is the last argument or comes after the registers.
template <const BsdNumbers& numbers>
uintptr map(void* v, uintptr n, u32 prot, u32 flags) {
  const uintptr no_file = ~uintptr{0};
  return static_cast<uintptr>(syscall6(numbers.mmap, address_of(v), n, prot, flags, no_file, 0));
}

}  // namespace

template <const BsdNumbers& numbers>
void* Bsd<numbers>::sys_alloc(uintptr n, std::atomic<u64>* stat) {
  const uintptr v = map<numbers>(nullptr, n, prot_read_write, map_plain);
  if (v < error_max) return nullptr;
  stat->fetch_add(n, seq_cst);
  return reinterpret_cast<void*>(v);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::sys_unused(void* v, uintptr n) {
  syscall6(sys_madvise, address_of(v), n, numbers.madv_free);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::sys_free(void* v, uintptr n, std::atomic<u64>* stat) {
  stat->fetch_sub(n, seq_cst);
  syscall6(sys_munmap, address_of(v), n);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::sys_fault(void* v, uintptr n) {
  map<numbers>(v, n, prot_none, map_plain | map_fixed);
}

// The simulated kernels give no memory at an address of the program's choice, so that there all of
// it is reserved.
template <const BsdNumbers& numbers>
void* Bsd<numbers>::sys_reserve(void* hint, uintptr n, bool* reserved) {
  if (!simulated && n > reserve_max) {
    *reserved = false;
    return hint;
  }
  const uintptr v = map<numbers>(hint, n, prot_none, map_plain);
  if (v < error_max) return nullptr;
  *reserved = true;
  return reinterpret_cast<void*>(v);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::sys_map(void* v, uintptr n, bool reserved, std::atomic<u64>* stat) {
  stat->fetch_add(n, seq_cst);
  const u32 flags = reserved ? map_plain | map_fixed : map_plain;
  const uintptr at = map<numbers>(v, n, prot_read_write, flags);
  if (at == enomem) out_of_memory("runtime: out of memory");
  if (at == address_of(v)) return;
  throw_(reserved ? "runtime: cannot map pages in arena address space"
                  : "runtime: address space conflict");
}

template void* Bsd<freebsd_numbers>::sys_alloc(uintptr, std::atomic<u64>*);
template void Bsd<freebsd_numbers>::sys_unused(void*, uintptr);
template void Bsd<freebsd_numbers>::sys_free(void*, uintptr, std::atomic<u64>*);
template void Bsd<freebsd_numbers>::sys_fault(void*, uintptr);
template void* Bsd<freebsd_numbers>::sys_reserve(void*, uintptr, bool*);
template void Bsd<freebsd_numbers>::sys_map(void*, uintptr, bool, std::atomic<u64>*);
template void* Bsd<openbsd_numbers>::sys_alloc(uintptr, std::atomic<u64>*);
template void Bsd<openbsd_numbers>::sys_unused(void*, uintptr);
template void Bsd<openbsd_numbers>::sys_free(void*, uintptr, std::atomic<u64>*);
template void Bsd<openbsd_numbers>::sys_fault(void*, uintptr);
template void* Bsd<openbsd_numbers>::sys_reserve(void*, uintptr, bool*);
template void Bsd<openbsd_numbers>::sys_map(void*, uintptr, bool, std::atomic<u64>*);

}  // namespace runtime_core
