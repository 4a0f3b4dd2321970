// Tests of the mark roots: each kind of area, masks, finalizer blocks, and the cache flush.
#include <doctest/doctest.h>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/gc/internal.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::make_pointer_type;
using testing::make_type;
using testing::TestRuntime;

namespace {

// Two bits a word: pointer, scalar, dead, pointer.
const u8 dense_mask[] = {bits_pointer | bits_scalar << 2 | bits_dead << 4 | bits_pointer << 6};

struct Area {
  alignas(8) uintptr words[4] = {};
};

void ignore(M*, void*) {}

}  // namespace

TEST_CASE("roots: an area of each kind keeps what its pointer words refer to") {
  for (const RootKind kind : {RootKind::data, RootKind::bss, RootKind::stack}) {
    TestRuntime t;
    const Type node = make_type(16, testing::mask_pointer_pointer);
    Area area;
    add_root_area(&t.m0,
                  {reinterpret_cast<uintptr>(area.words), sizeof area.words, dense_mask, kind});
    void* objects[4];
    for (int i = 0; i < 4; i++) {
      objects[i] = t.alloc(&node);
      t.set(area.words, i, objects[i]);
    }
    gogc(&t.m0, 2);
    CHECK(t.is_allocated(objects[0]));
    CHECK_FALSE(t.is_allocated(objects[1]));
    CHECK_FALSE(t.is_allocated(objects[2]));
    CHECK(t.is_allocated(objects[3]));
    remove_root_area(&t.m0, reinterpret_cast<uintptr>(area.words));
    gogc(&t.m0, 2);
    CHECK_FALSE(t.is_allocated(objects[0]));
  }
}

TEST_CASE("roots: the mask of a data segment comes from its program") {
  TestRuntime t;
  // An array of two structs {pointer, scalar}.
  const u8 program[] = {ins_array,     2,      0, 0, 0, 0, 0, 0, 0, ins_data, 2, 0x06,
                        ins_array_end, ins_end};
  const Type node = make_type(16, testing::mask_pointer_pointer);
  Area area;
  const u8* mask = unrollglobgcprog(&t.m0, program, sizeof area.words);
  CHECK(mask[0] == 0x66);
  add_root_area(&t.m0,
                {reinterpret_cast<uintptr>(area.words), sizeof area.words, mask, RootKind::bss});
  for (int i = 0; i < 4; i++) t.set(area.words, i, t.alloc(&node));
  gogc(&t.m0, 2);
  for (int i = 0; i < 4; i++) {
    CHECK(t.is_allocated(reinterpret_cast<void*>(area.words[i])) == (i % 2 == 0));
  }
}

TEST_CASE("roots: a finalizer block is masked pointer pointer scalar pointer pointer") {
  TestRuntime t;
  Type node = make_type(16, testing::mask_pointer_pointer);
  Type pointer = make_pointer_type(&node);
  FuncVal f{.fn = ignore, .parameter = &pointer, .nret_bytes = 24, .arity = 1, .variadic = false};
  setfinalizer(&t.m0, t.alloc(&node), &pointer, &f);
  gogc(&t.m0, 2);
  const FinState& fin = t.rt->work.fin;
  for (u32 word = 0; word < sizeof(fin.ptrmask) * 4; word++) {
    const u8 code = fin.ptrmask[word / 4] >> (word % 4 * 2) & bits_mask;
    REQUIRE(code == (word % 5 == 2 ? bits_scalar : bits_pointer));
  }
  REQUIRE(fin.finq->cnt == 1);
  CHECK(fin.finq->cap == 101);
  CHECK(fin.finq->fin[0].nret == 24);
  CHECK(fin.finq == fin.allfin);
}

TEST_CASE("roots: marking flushes the caches") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  t.root(0, t.alloc(&node));
  MSpan* s = mheap_lookup_maybe(t.rt, reinterpret_cast<void*>(t.roots[0]));
  CHECK(s->incache);
  gogc(&t.m0, 2);
  CHECK_FALSE(s->incache);
  for (const MSpan* cached : t.m0.mcache->alloc) CHECK(cached == &t.rt->emptymspan);
}

TEST_CASE("roots: misuse") {
  CHECK(abort_message([] {
          TestRuntime t;
          markroot(&t.m0, nullptr, root_count);
        }).find("markroot: bad index") != std::string::npos);
  CHECK(abort_message([] {
          TestRuntime t;
          const Type node = make_type(16, testing::mask_pointer_pointer);
          t.alloc(&node);
          gogc(&t.m0, 1);  // nothing is swept yet
          markroot(&t.m0, nullptr, root_spans);
        }).find("gc: unswept span") != std::string::npos);
  CHECK(abort_message([] {
          TestRuntime t;
          for (uintptr i = 1;; i++) add_root_area(&t.m0, {i * 8, 8, nullptr, RootKind::data});
        }).find("too many root areas") != std::string::npos);
  CHECK(abort_message([] {
          TestRuntime t;
          remove_root_area(&t.m0, 8);
        }).find("remove_root_area: no such area") != std::string::npos);
}

}  // namespace runtime_core
