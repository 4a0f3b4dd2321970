// Tests of the checkmark pass: its encoding comes and goes, and it finds a lost mark.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/gc/internal.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::make_type;
using testing::TestRuntime;

namespace {

const u8 mask_scalar_pointer[] = {0x84};

// The type bits of an object's first two words.
std::string types(TestRuntime& t, const void* p) {
  std::string text;
  for (uintptr i = 0; i < 2; i++) {
    MarkBits bits;
    slottombits(&t.m0, reinterpret_cast<uintptr>(p) + i * ptr_size, &bits);
    text += "DSPC"[bits.tbits];  // the last: pointer, check-marked
  }
  return text;
}

void prepare(TestRuntime& t, const void* p) {
  t.rt->work.checkmark = true;
  clearcheckmarkbitsspan(&t.m0, mheap_lookup_maybe(t.rt, p));
}

void clean(TestRuntime& t, const void* p) {
  t.rt->work.checkmark = false;
  clearcheckmarkbitsspan(&t.m0, mheap_lookup_maybe(t.rt, p));
}

MarkBits check_mark(TestRuntime& t, const void* p) {
  MarkBits bits;
  slottombits(&t.m0, reinterpret_cast<uintptr>(p), &bits);
  docheckmark(&t.m0, &bits);
  return bits;
}

}  // namespace

TEST_CASE("checkmark: the first word's type is the second mark, and comes back") {
  TestRuntime t;
  struct Row {
    const u8* mask;  // nullptr: no pointers
    const char *before, *prepared, *marked;
  };
  const Row rows[] = {{testing::mask_pointer_pointer, "PP", "PP", "CP"},
                      {testing::mask_pointer_scalar, "PS", "PS", "CS"},
                      {mask_scalar_pointer, "SP", "SP", "DP"},
                      {nullptr, "DD", "SD", "DD"}};
  for (const Row& row : rows) {
    const Type type = make_type(16, row.mask);
    void* p = mallocgc(&t.m0, 16, &type, row.mask == nullptr ? flag_no_scan : 0);
    void* unmarked = mallocgc(&t.m0, 16, &type, row.mask == nullptr ? flag_no_scan : 0);
    CHECK(types(t, p) == row.before);
    prepare(t, p);
    CHECK(types(t, p) == row.prepared);
    const MarkBits bits = check_mark(t, p);
    CHECK(ischeckmarked(&bits));
    CHECK(types(t, p) == row.marked);
    CHECK(types(t, unmarked) == row.prepared);
    check_mark(t, p);  // again changes nothing
    CHECK(types(t, p) == row.marked);
    clean(t, p);
    CHECK(types(t, p) == row.before);
    CHECK(types(t, unmarked) == row.before);
  }
}

TEST_CASE("checkmark: two one-word objects in a byte do not disturb each other") {
  TestRuntime t;
  const u8 mask[] = {0x88};
  const Type word = make_type(8, mask);
  auto* first = static_cast<u8*>(t.alloc(&word));
  auto* second = static_cast<u8*>(t.alloc(&word));
  REQUIRE(second == first + 8);
  prepare(t, first);
  CHECK(types(t, first) == "PP");
  check_mark(t, second);
  CHECK(types(t, first) == "PC");
  check_mark(t, first);
  CHECK(types(t, first) == "CC");
  clean(t, first);
  CHECK(types(t, first) == "PP");
  CHECK(types(t, second + 8) == "DD");  // free blocks of the same span
}

TEST_CASE("checkmark: a whole collection leaves every bitmap byte as one mark would") {
  const auto bytes_after = [](bool checkmark) {
    TestRuntime t;
    t.rt->work.checkmark_enabled = checkmark;
    const Type node = make_type(32, testing::mask_four);
    const Type pair = make_type(16, testing::mask_pointer_scalar);
    for (int i = 0; i < 100; i++) {
      void* p = t.alloc(i % 3 == 0 ? &node : &pair);
      void* q = mallocgc(&t.m0, 48, nullptr, flag_no_scan);
      if (i % 2 == 0) {
        t.set(p, 0, reinterpret_cast<void*>(t.roots[0]));
        t.root(0, p);
      }
      if (i % 5 == 0) t.root(1 + i / 5 % 8, q);
    }
    gogc(&t.m0, 2);
    const MHeap& h = t.rt->heap;
    const uintptr used = h.arena_used.load();
    std::string bytes;
    for (uintptr at = h.arena_start; at < used; at += 16) {
      bytes += static_cast<char>(*bitmap_byte(h.arena_start, at));
    }
    return bytes;
  };
  CHECK(bytes_after(true) == bytes_after(false));
}

TEST_CASE("checkmark: a mark that is lost between the passes is found") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  t.root(0, t.alloc(&node));
  t.rt->hooks.tracegc = [](M* mp) {
    if (!work_of(mp).checkmark) return;
    const uintptr object = *reinterpret_cast<uintptr*>(work_of(mp).roots[0].start);
    const auto at = bitmap_position(heap_of(mp).arena_start, object);
    bitmap_clear_owned(at.bitp, static_cast<u8>(bit_marked << at.shift));
  };
  const std::string text = abort_message([&] { gogc(&t.m0, 2); });
  CHECK(text.find("checkmark found unmarked object [checkmark.agrees]") != std::string::npos);
  gccheckmarkdisable(&t.m0);
  CHECK(abort_message([&] { gogc(&t.m0, 2); }).empty());  // the pass is what finds it
  gccheckmarkenable(&t.m0);
}

TEST_CASE("checkmark: misuse") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  void* p = t.alloc(&node);
  MSpan* s = mheap_lookup_maybe(t.rt, p);
  const auto message = [&](auto f) { return abort_message(f); };
  CHECK(message([&] {
          bitmap_store(bitmap_byte(t.rt->heap.arena_start, s->base()), 0);
          prepare(t, p);
        }).find("missing bitBoundary") != std::string::npos);
  CHECK(message([&] {
          t.rt->work.checkmark = true;
          t.m0.g = &t.m0.g0;
          mspan_sweep(&t.m0, s, false);
        }).find("checkmark only runs in STW and after the sweep") != std::string::npos);
  CHECK(message([&] {
          t.rt->work.checkmark = true;
          gccheckmark_m(&t.m0, 0, true);
        }).find("entered with checkmark already true") != std::string::npos);
  CHECK(message([&] {
          s->state.store(span_free);
          clearcheckmarkbitsspan(&t.m0, s);
        }).find("clearcheckmarkbitsspan: bad span state") != std::string::npos);
}

}  // namespace runtime_core
