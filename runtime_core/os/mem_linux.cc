// Memory from Linux through mmap and its relatives (original: mem_linux.go; facts §24.1).
#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr long sys_mmap = 9, sys_munmap = 11, sys_mincore = 27, sys_madvise = 28;
constexpr u32 prot_none = 0, prot_read_write = 1 | 2;
constexpr u32 map_private = 2, map_fixed = 0x10, map_anonymous = 0x20;
constexpr u32 map_plain = map_private | map_anonymous;
constexpr uintptr madv_dontneed = 4, madv_hugepage = 14;
constexpr i64 eagain = 11, enomem = 12, eacces = 13;

// What the kernel answered: an address, or nullptr and a positive error number.
struct Mapping {
  void* address;
  i64 error;
};

Mapping map_anon(void* v, uintptr n, u32 prot, u32 flags) {
  const uintptr no_file = ~uintptr{0};
  const i64 r = syscall6(sys_mmap, reinterpret_cast<uintptr>(v), n, prot, flags, no_file, 0);
  if (r < 0 && r > -4096) return {nullptr, -r};
  return {reinterpret_cast<void*>(r), 0};
}

void unmap(void* v, uintptr n) {
  if (syscall6(sys_munmap, reinterpret_cast<uintptr>(v), n) < 0) throw_("runtime: munmap failed");
}

// Original: addrspace_free. mincore answers ENOMEM as soon as one page of its range is unmapped,
// so only a range of one page tells that nothing is mapped.
bool addrspace_free(void* v, uintptr n) {
  const uintptr begin = reinterpret_cast<uintptr>(v);
  u8 resident = 0;
  for (uintptr off = 0; off < n; off += phys_page_size) {
    const uintptr chunk = n - off < phys_page_size ? n - off : phys_page_size;
    const i64 r = syscall6(sys_mincore, begin + off, chunk, reinterpret_cast<uintptr>(&resident));
    if (r != -enomem) return false;
  }
  return true;
}

// Original: mmap_fixed. Some kernels ignore a hint; force it where nothing can be overwritten.
Mapping map_at_free_hint(void* v, uintptr n) {
  Mapping m = map_anon(v, n, prot_read_write, map_plain);
  if (m.address != v && addrspace_free(v, n)) {
    if (m.address != nullptr) unmap(m.address, n);
    m = map_anon(v, n, prot_read_write, map_plain | map_fixed);
  }
  return m;
}

}  // namespace

void* Linux::sys_alloc(uintptr n, std::atomic<u64>* stat) {
  const Mapping m = map_anon(nullptr, n, prot_read_write, map_plain);
  if (m.error == eacces) {
    write_error("runtime: mmap is denied (EACCES); check the system's security policy\n");
    exit(2);
  }
  if (m.error == eagain) {
    write_error("runtime: too much memory is locked (EAGAIN); raise 'ulimit -l'\n");
    exit(2);
  }
  if (m.address == nullptr) return nullptr;
  stat->fetch_add(n, seq_cst);
  return m.address;
}

// Advice: a kernel that does not follow it costs memory, never correctness.
void Linux::sys_unused(void* v, uintptr n) {
  syscall6(sys_madvise, reinterpret_cast<uintptr>(v), n, madv_dontneed);
}

void Linux::sys_free(void* v, uintptr n, std::atomic<u64>* stat) {
  stat->fetch_sub(n, seq_cst);
  unmap(v, n);
}

void Linux::sys_fault(void* v, uintptr n) { map_anon(v, n, prot_none, map_plain | map_fixed); }

// As committed the space is always held: the original meant to merely probe requests above 4 GB
// on 64-bit machines, but compares the pointer size with 7 (facts §24.1).
void* Linux::sys_reserve(void* hint, uintptr n, bool* reserved) {
  const Mapping m = map_anon(hint, n, prot_none, map_plain);
  *reserved = m.address != nullptr;
  return m.address;
}

void Linux::sys_map(void* v, uintptr n, bool reserved, std::atomic<u64>* stat) {
  stat->fetch_add(n, seq_cst);
  const Mapping m =
      reserved ? map_anon(v, n, prot_read_write, map_plain | map_fixed) : map_at_free_hint(v, n);
  if (m.error == enomem) out_of_memory("runtime: out of memory");
  if (m.address == v) {
    if (tuning().huge_pages != 0) {
      // Advice: marking visits the heap in no order, and misses the table of small pages.
      syscall6(sys_madvise, reinterpret_cast<uintptr>(v), n, madv_hugepage);
    }
    return;
  }
  throw_(reserved ? "runtime: cannot map pages in arena address space"
                  : "runtime: address space conflict");
}

}  // namespace runtime_core
