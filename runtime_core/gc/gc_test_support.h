// A native runtime with one program thread, for the collector's tests.
#pragma once

#include <sys/mman.h>

#include <new>

#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/sched.h"

namespace runtime_core::testing {

// Masks as the compiler makes them: four bits a word, type in the upper two.
inline constexpr u8 mask_pointer_pointer[] = {0x88};
inline constexpr u8 mask_pointer_scalar[] = {0x48};
inline constexpr u8 mask_four[] = {0x88, 0x88};

inline Type make_type(uintptr size, const u8* mask) {
  Type t{};
  t.size = size;
  t.align = 8;
  if (mask == nullptr) {
    t.kind = kind_struct | kind_no_pointers;
  } else {
    t.kind = kind_struct;
    t.gc[0] = reinterpret_cast<uintptr>(mask);
  }
  return t;
}

inline Type make_pointer_type(Type* elem) {
  Type t{};
  t.size = ptr_size;
  t.kind = kind_ptr | kind_direct_iface;
  t.elem = elem;
  return t;
}

struct TestRuntime {
  explicit TestRuntime(u32 procs = 1) {
    void* memory =
        mmap(nullptr, sizeof(Runtime), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    rt = new (memory) Runtime();
    osinit(rt);
    schedinit(rt, &m0, procs);
    mstart1(&m0);
    // As runtime.main does; the threshold is still zero, so nothing collects by itself here.
    rt->stats.next_gc.store(~u64{0}, relaxed);
    rt->stats.enablegc.store(true, relaxed);
    add_root_area(
        &m0, RootArea{reinterpret_cast<uintptr>(roots), sizeof(roots), nullptr, RootKind::data});
  }

  // Address space for a thousand runtimes is all that a process has.
  ~TestRuntime() {
    const auto begin = reinterpret_cast<uintptr>(rt->heap.spans);
    munmap(reinterpret_cast<void*>(begin), rt->heap.arena_end - begin);
    munmap(rt, sizeof(Runtime));
  }
  TestRuntime(const TestRuntime&) = delete;
  TestRuntime& operator=(const TestRuntime&) = delete;

  void* alloc(const Type* t) { return newobject(&m0, t); }
  static void set(void* object, int word, void* value) {
    std::atomic_ref<uintptr> slot(static_cast<uintptr*>(object)[word]);
    slot.store(reinterpret_cast<uintptr>(value), release);
  }
  void root(int i, void* value) { set(roots, i, value); }

  // Whether the block is handed out: not on the free list of an in-use span.
  bool is_allocated(void* p) {
    MSpan* s = mheap_lookup_maybe(rt, p);
    if (s == nullptr) return false;
    for (MLink* link = s->freelist; link != nullptr; link = link->next) {
      if (link == p) return false;
    }
    return true;
  }

  Runtime* rt;
  M m0{};
  alignas(8) uintptr roots[16] = {};
};

}  // namespace runtime_core::testing
