// Tests that misuse of the allocator ends the process with the original's message.
#include <doctest/doctest.h>

#include "runtime_core/heap/msize.h"
#include "runtime_core/heap/test_support.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

namespace {

bool throws(const char* message, void (*f)(HeapMachine&)) {
  HeapMachine h;
  return abort_message([&] { f(h); }).find(message) != std::string::npos;
}

const u8 unknown_opcode[] = {9};
const u8 two_scalars[] = {1, 2, 5, 4};
const u8 ends_as_array[] = {1, 2, 5, 3};
const u8 unclosed_array[] = {2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 4};

}  // namespace

TEST_CASE("throws: malloc") {
  CHECK(throws("malloc missing type", [](HeapMachine& h) { mallocgc(&h.m0, 8, nullptr, 0); }));
  CHECK(throws("allocation size out of range", [](HeapMachine& h) {
    TestType t("P");
    newarray(&h.m0, &t.type, uintptr{1} << 40);
  }));
  CHECK(throws("out of memory", [](HeapMachine& h) { rawmem(&h.m0, ~uintptr{0} - 10); }));
  CHECK(throws("malloc deadlock", [](HeapMachine& h) {
    h.m0.mallocing = 1;
    rawmem(&h.m0, 8);
  }));
}

TEST_CASE("throws: page heap") {
  CHECK(throws("invalid span state", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    mheap_free(&h.m0, s, true);
    mheap_free(&h.m0, s, true);
  }));
  CHECK(throws("invalid free", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    s->ref = 1;
    mheap_free(&h.m0, s, true);
  }));
  CHECK(throws("MSpanList_Insert", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    mspanlist_insert(&h.rt->heap.freelarge, s);
  }));
  CHECK(throws("not on g0 stack", [](HeapMachine& h) { mheap_alloc_stack(&h.m0, 1); }));
  CHECK(throws("align is not a power of 2",
               [](HeapMachine& h) { persistentalloc(&h.m0, 8, 24, &h.rt->stats.other_sys); }));
}

TEST_CASE("throws: GC programs and the bitmap") {
  CHECK(throws("unknown instruction",
               [](HeapMachine& h) { unrollglobgcprog(&h.m0, unknown_opcode, 8); }));
  CHECK(throws("does not end with insArrayEnd",
               [](HeapMachine& h) { unrollglobgcprog(&h.m0, unclosed_array, 8); }));
  CHECK(throws("bad pointer", [](HeapMachine& h) { markspan(h.rt, 4096, 16, 1, false); }));
  CHECK(throws("invalid pointer", [](HeapMachine& h) {
    int local = 0;
    removespecial(&h.m0, &local, kind_special_finalizer);
  }));
}

TEST_CASE("throws: descriptors and caches") {
  CHECK(throws("use of FixAlloc_Alloc before FixAlloc_Init", [](HeapMachine& h) {
    FixAlloc f{};
    fixalloc_alloc(&h.m0, &f);
  }));
  CHECK(throws("align is too large",
               [](HeapMachine& h) { persistentalloc(&h.m0, 8, 16384, &h.rt->stats.other_sys); }));
  CHECK(throws("refill on a nonempty span", [](HeapMachine& h) {
    rawmem(&h.m0, 64);
    mcache_refill(&h.m0, h.m0.mcache, size_to_class(64));
  }));
  CHECK(throws("MSpanList_InsertBack", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    mspanlist_insert_back(&h.rt->heap.freelarge, s);
  }));
  CHECK(throws("invalid stack free", [](HeapMachine& h) {
    systemstack(&h.m0, [&] {
      MSpan* s = mheap_alloc_stack(&h.m0, 1);
      s->ref = 1;
      mheap_free_stack(&h.m0, s);
    });
  }));
  CHECK(throws("sweepgen 0/2\n", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    h.rt->heap.sweepgen.store(2);
    mheap_free(&h.m0, s, true);
  }));
  CHECK(throws("not on g0 stack", [](HeapMachine& h) {
    MSpan* s = nullptr;
    systemstack(&h.m0, [&] { s = mheap_alloc_stack(&h.m0, 1); });
    mheap_free_stack(&h.m0, s);
  }));
}

TEST_CASE("throws: central lists") {
  CHECK(throws("uncaching full span", [](HeapMachine& h) {
    rawmem(&h.m0, 64);
    MSpan* s = h.m0.mcache->alloc[size_to_class(64)];
    s->ref = 0;
    mcache_release_all(&h.m0, h.m0.mcache);
  }));
  CHECK(throws("freespan into cached span", [](HeapMachine& h) {
    auto* p = static_cast<MLink*>(rawmem(&h.m0, 64));
    const int c = size_to_class(64);
    MSpan* s = h.m0.mcache->alloc[c];
    mcentral_free_span(&h.m0, &h.rt->heap.central[c].mcentral, s, 1, p, p, false);
  }));
  CHECK(throws("can't preserve unlinked span", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 5, false, true);
    auto* p = reinterpret_cast<MLink*>(s->base());
    mcentral_free_span(&h.m0, &h.rt->heap.central[5].mcentral, s, 1, p, p, true);
  }));
}

TEST_CASE("throws: the bitmap and its masks") {
  CHECK(throws("markspan: unaligned length", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    markspan(h.rt, s->base(), 8, 3, false);
  }));
  CHECK(throws("markspan: unaligned pointer", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    unmarkspan(h.rt, s->base() + 8, 1024);
  }));
  CHECK(throws("unmarkspan: unaligned length", [](HeapMachine& h) {
    MSpan* s = mheap_alloc(&h.m0, 1, 0, true, true);
    unmarkspan(h.rt, s->base(), 64);
  }));
  CHECK(throws("unrollglobgcprog: bad program size",
               [](HeapMachine& h) { unrollglobgcprog(&h.m0, two_scalars, 8); }));
  CHECK(throws("program does not end with insEnd",
               [](HeapMachine& h) { unrollglobgcprog(&h.m0, ends_as_array, 16); }));
  CHECK(throws("maxGCMask too small for now", [](HeapMachine& h) {
    Type t{};
    t.size = 1 << 20;
    t.kind = kind_struct | kind_gc_prog;
    t.gc[1] = reinterpret_cast<uintptr>(two_scalars);
    newobject(&h.m0, &t);
  }));
}

}  // namespace runtime_core
