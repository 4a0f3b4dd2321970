// Helpers of the heap's native tests: a runtime with one M and one P, and types with masks.
#pragma once

#include <sys/mman.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

// A runtime after mallocinit, on its goroutine stack; the collector stays disabled.
class HeapMachine {
 public:
  explicit HeapMachine(bool small_layout = false) {
    // Zero pages, as the embedding program supplies.
    rt = static_cast<Runtime*>(
        mmap(nullptr, sizeof(Runtime), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    rt->small_layout = small_layout;
    rt->ncpu = 1;
    m_init(rt, &m0, 0);
    mallocinit(&m0);
    p0.mcache = m0.mcache;
    p0.m = &m0;
    p0.status.store(p_running, relaxed);
    m0.p = &p0;
    rt->allp[0].store(&p0, relaxed);
    rt->gomaxprocs.store(1, relaxed);
    m0.g = &m0.program;
  }
  ~HeapMachine() {
    MHeap& h = rt->heap;
    munmap(reinterpret_cast<void*>(h.spans), h.arena_end - reinterpret_cast<uintptr>(h.spans));
    munmap(rt, sizeof(Runtime));
  }
  HeapMachine(const HeapMachine&) = delete;

  // The bitmap bytes of an object, highest address first, as hexadecimal.
  std::string bits(const void* p, uintptr n) const {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    const u8* byte = bitmap_byte(rt->heap.arena_start, reinterpret_cast<uintptr>(p));
    for (uintptr i = 0; i < n; i++) {
      if (i > 0) text += ' ';
      text += digits[*(byte - i) >> 4];
      text += digits[*(byte - i) & 15];
    }
    return text;
  }

  Runtime* rt;
  M m0{};
  P p0{};
};

// A type whose 4-bit mask is built from a string of S and P, one letter a word.
struct TestType {
  explicit TestType(const std::string& words) {
    const std::string twice = words.size() % 2 != 0 ? words + words : words;
    mask.resize((twice.size() + 1) / 2);
    for (uintptr i = 0; i < twice.size(); i++) {
      const u8 code = twice[i] == 'P' ? bits_pointer : bits_scalar;
      mask[i / 2] |= static_cast<u8>(code << (i % 2 * 4 + 2));
    }
    type.size = words.size() * ptr_size;
    type.kind = kind_struct;
    type.align = ptr_size;
    type.gc[0] = reinterpret_cast<uintptr>(mask.data());
  }
  std::vector<u8> mask;
  Type type{};
};

}  // namespace runtime_core
