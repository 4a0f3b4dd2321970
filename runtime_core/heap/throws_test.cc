// Tests that misuse of the allocator ends the process with the original's message.
#include <doctest/doctest.h>

#include "runtime_core/heap/test_support.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

namespace {

bool throws(const char* message, void (*f)(HeapMachine&)) {
  HeapMachine h;
  return abort_message([&] { f(h); }).find(message) != std::string::npos;
}

const u8 unknown_opcode[] = {9};
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

}  // namespace runtime_core
