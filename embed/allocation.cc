// malloc and operator new of the program, and of libraries that run on its threads.
#include <cerrno>
#include <cstdlib>
#include <new>

#include "embed/heap.h"
#include "embed/objects.h"

// glibc's own, for the simulator's memory.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* block, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* block);
extern const char __executable_start, etext;
}

namespace {

using namespace embed;

// A library's call on behalf of the program: on a fiber, and not from the simulator's own code.
bool is_for_program(std::uint64_t pc) {
  const bool own_code =
      pc - address_of(&__executable_start) < address_of(&etext) - address_of(&__executable_start);
  return !own_code && sim::in_region(address_of(__builtin_frame_address(0)));
}

bool is_program_block(const void* block) { return sim::in_region(address_of(block)); }

}  // namespace

SIMULATED(void*, malloc, std::size_t bytes) { return allocate(bytes, 16); }
SIMULATED(void*, calloc, std::size_t count, std::size_t bytes) {
  std::size_t all;
  return __builtin_mul_overflow(count, bytes, &all) ? nullptr : allocate_zeroed(all);
}
SIMULATED(void*, realloc, void* block, std::size_t bytes) { return reallocate(block, bytes); }
SIMULATED(void*, aligned_alloc, std::size_t alignment, std::size_t bytes) {
  return allocate(bytes, alignment);
}
SIMULATED(void*, memalign, std::size_t alignment, std::size_t bytes) {
  return allocate(bytes, alignment);
}
SIMULATED(int, posix_memalign, void** out, std::size_t alignment, std::size_t bytes) {
  writable(out) = allocate(bytes, alignment);
  return 0;
}
SIMULATED(std::size_t, malloc_usable_size, void* block) {
  return block == nullptr ? 0 : size_of(block);
}
SIMULATED(void, free, void* block) { free_block(block, CALLER_PC); }

#define NEW(name, ...) SIMULATED(void*, name, std::size_t bytes __VA_ARGS__)
#define DELETE(name, ...) \
  SIMULATED(void, name, void* block __VA_ARGS__) { free_block(block, CALLER_PC); }
NEW(_Znwm) { return allocate(bytes, 16); }
NEW(_Znam) { return allocate(bytes, 16); }
NEW(_ZnwmRKSt9nothrow_t, , const void*) { return allocate(bytes, 16); }
NEW(_ZnamRKSt9nothrow_t, , const void*) { return allocate(bytes, 16); }
NEW(_ZnwmSt11align_val_t, , std::size_t alignment) { return allocate(bytes, alignment); }
NEW(_ZnamSt11align_val_t, , std::size_t alignment) { return allocate(bytes, alignment); }
DELETE(_ZdlPv)
DELETE(_ZdaPv)
DELETE(_ZdlPvm, , std::size_t)
DELETE(_ZdaPvm, , std::size_t)
DELETE(_ZdlPvRKSt9nothrow_t, , const void*)
DELETE(_ZdaPvRKSt9nothrow_t, , const void*)
DELETE(_ZdlPvSt11align_val_t, , std::size_t)
DELETE(_ZdaPvSt11align_val_t, , std::size_t)
DELETE(_ZdlPvmSt11align_val_t, , std::size_t, std::size_t)
DELETE(_ZdaPvmSt11align_val_t, , std::size_t, std::size_t)

#define EXPORTED extern "C" [[gnu::visibility("default")]]

EXPORTED void* malloc(std::size_t bytes) noexcept {
  return is_for_program(CALLER_PC) ? allocate(bytes, 16) : __libc_malloc(bytes);
}
EXPORTED void* calloc(std::size_t count, std::size_t bytes) noexcept {
  if (is_for_program(CALLER_PC)) return allocate_zeroed(count * bytes);
  return __libc_calloc(count, bytes);
}
EXPORTED void* realloc(void* block, std::size_t bytes) noexcept {
  const bool program = block == nullptr ? is_for_program(CALLER_PC) : is_program_block(block);
  return program ? reallocate(block, bytes) : __libc_realloc(block, bytes);
}
EXPORTED void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  if (is_for_program(CALLER_PC)) return allocate(bytes, alignment);
  return __libc_memalign(alignment, bytes);
}
EXPORTED int posix_memalign(void** out, std::size_t alignment, std::size_t bytes) noexcept {
  *out = is_for_program(CALLER_PC) ? allocate(bytes, alignment) : __libc_memalign(alignment, bytes);
  return *out == nullptr ? ENOMEM : 0;
}
EXPORTED void free(void* block) noexcept {
  if (is_program_block(block)) {
    free_block(block, CALLER_PC);
  } else {
    __libc_free(block);
  }
}
