// Tests of what happens when the kernel has no memory: the original's messages, then the end.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstdio>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/heap/test_support.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

namespace {

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

// From here on this process gets no more than `bytes` of new address space.
void limit_address_space(u64 bytes) {
  u64 pages = 0;
  std::FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr || std::fscanf(f, "%lu", &pages) != 1) _exit(1);
  std::fclose(f);
  const rlimit limit{pages * phys_page_size + bytes, pages * phys_page_size + bytes};
  if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(1);
}

// Leaves the arena room for that many more bytes, as if the rest were in use.
void shorten_arena(Runtime* rt, uintptr bytes) {
  MHeap& h = rt->heap;
  h.arena_end = h.arena_used.load(relaxed) + bytes;
  h.arena_limit = h.arena_end - h.arena_start;
}

}  // namespace

TEST_CASE("refuse: no address space for the arena") {
  const std::string text = abort_message([] {
    limit_address_space(64 << 20);
    HeapMachine h;
  });
  CHECK(contains(text, "runtime: cannot reserve arena virtual address space"));
}

TEST_CASE("refuse: the arena is used up by a large object") {
  const std::string text = abort_message([] {
    HeapMachine h;
    shorten_arena(h.rt, 1 << 20);
    rawmem(&h.m0, 3 << 20);
  });
  CHECK(contains(text, "runtime: out of memory: cannot allocate 3145728-byte block (0 in use)\n"));
  CHECK(contains(text, "fatal error: out of memory"));
}

TEST_CASE("refuse: the arena is used up by small objects, of which the last page is served") {
  HeapMachine h;
  shorten_arena(h.rt, 64 << 10);  // less than a chunk: only what is needed is asked for
  for (int i = 0; i < 8; i++) rawmem(&h.m0, page_size);
  CHECK(h.rt->stats.heap_inuse == 8 * page_size);
  const std::string text = abort_message([&] { rawmem(&h.m0, page_size); });
  CHECK(contains(text, "cannot allocate 65536-byte block (65536 in use)"));
  CHECK(contains(text, "fatal error: out of memory"));
}

TEST_CASE("refuse: a garbage collection makes room in a full arena") {
  testing::TestRuntime t;
  shorten_arena(t.rt, 4 << 20);
  for (int i = 0; i < 8; i++) {
    rawmem(&t.m0, 3 << 20);
    gogc(&t.m0, 2);
  }
  CHECK(t.rt->stats.heap_sys.load() <= u64{4} << 20);
}

TEST_CASE("refuse: the small layout at its limit") {
  const std::string text = abort_message([] {
    HeapMachine h(true);
    for (;;) rawmem(&h.m0, 100 << 20);
  });
  CHECK(contains(text, "runtime: out of memory: cannot allocate "));
  CHECK(contains(text, "fatal error: out of memory"));
}

TEST_CASE("refuse: no memory for what is never freed") {
  const std::string text = abort_message([] {
    HeapMachine h;
    limit_address_space(1 << 20);
    for (;;) persistentalloc(&h.m0, 4096, 0, &h.rt->stats.other_sys);
  });
  CHECK(contains(text, "runtime: cannot allocate memory"));
}

TEST_CASE("refuse: a large piece of what is never freed is the caller's to check") {
  const std::string text = abort_message([] {
    HeapMachine h;
    limit_address_space(1 << 20);
    if (persistentalloc(&h.m0, 16 << 20, 0, &h.rt->stats.gc_sys) == nullptr) throw_("nothing");
  });
  CHECK(contains(text, "fatal error: nothing"));
}

TEST_CASE("refuse: no memory for more span descriptors than the table has") {
  const std::string text = abort_message([] {
    HeapMachine h;
    // The next descriptor needs a table of 1.5 GB: more than is left, while a sanitizer's runtime
    // still gets the little that it needs.
    limit_address_space(256 << 20);
    h.rt->heap.nspan = h.rt->heap.allspans_capacity = u32{1} << 27;
    for (uintptr n = 1;; n++) mheap_alloc(&h.m0, n, 0, true, false);
  });
  CHECK(contains(text, "runtime: cannot allocate memory"));
}

TEST_CASE("refuse: no memory for the pages of the arena") {
  const std::string text = abort_message([] {
    HeapMachine h;
    const rlimit limit{1 << 20, 1 << 20};
    if (setrlimit(RLIMIT_DATA, &limit) != 0) _exit(1);
    rawmem(&h.m0, 64 << 20);
  });
  CHECK(contains(text, "fatal error: runtime: out of memory"));
}

TEST_CASE("refuse: no memory for the profile's table") {
  const std::string text = abort_message([] {
    HeapMachine h;
    limit_address_space(1 << 20);
    mprof_malloc(&h.m0, nullptr, 8);
  });
  CHECK(contains(text, "runtime: cannot allocate memory"));
}

}  // namespace runtime_core
