// Tests of what a barrier on the runtime's own pointer stores would do (facts bugs.md L01-L15).
#include <doctest/doctest.h>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/heap/msize.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::make_type;
using testing::TestRuntime;

namespace {

const u8 mask_one_pointer[] = {0x88};

void barrier(M* mp, const void* target) {
  uintptr slot = reinterpret_cast<uintptr>(target);
  writebarrierptr_nostore(mp, &slot, slot);
}

// Free blocks and Ms in the order in which the marked stores of the runtime see them.
void* next_free_block(TestRuntime& t, const Type* type) {
  return t.m0.mcache->alloc[size_to_class(type->size)]->freelist;
}

}  // namespace

TEST_CASE("barrier: carving a span shades a block that has no boundary bit (L03)") {
  TestRuntime t;
  MSpan* s = mheap_alloc(&t.m0, 1, size_to_class(64), false, true);
  s->limit.store(s->base() + s->bytes(), relaxed);
  const auto* block = reinterpret_cast<const void*>(s->base() + 64);
  barrier(&t.m0, block);  // the phase is off
  t.rt->work.gcphase.store(GcPhase::mark, relaxed);
  const std::string text = abort_message([&] { barrier(&t.m0, block); });
  CHECK(text.find("failed to find block beginning") != std::string::npos);
}

TEST_CASE("barrier: popping a free list lets a one-word object be born black (L04)") {
  TestRuntime t;
  const Type word = make_type(8, mask_one_pointer);
  t.alloc(&word);
  void* free_block = next_free_block(t, &word);
  t.rt->work.gcphase.store(GcPhase::mark, relaxed);
  barrier(&t.m0, free_block);
  t.rt->work.gcphase.store(GcPhase::off, relaxed);
  REQUIRE(t.alloc(&word) == free_block);
  MarkBits bits;
  slottombits(&t.m0, reinterpret_cast<uintptr>(free_block), &bits);
  CHECK(ismarked(&bits));
  CHECK(bits.tbits == bits_pointer);
  CHECK(t.rt->work.full.load() == 0);  // and nobody will scan it
}

TEST_CASE("barrier: a larger object loses the mark that its free block was given") {
  TestRuntime t;
  const Type node = make_type(32, testing::mask_four);
  t.alloc(&node);
  void* free_block = next_free_block(t, &node);
  t.rt->work.gcphase.store(GcPhase::mark, relaxed);
  barrier(&t.m0, free_block);
  CHECK(shaded(&t.m0, reinterpret_cast<uintptr>(free_block)));
  t.rt->work.gcphase.store(GcPhase::off, relaxed);
  REQUIRE(t.alloc(&node) == free_block);
  CHECK_FALSE(shaded(&t.m0, reinterpret_cast<uintptr>(free_block)));
}

TEST_CASE("barrier: descriptors outside the heap, and barriers inside barriers, do nothing") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  void* object = t.alloc(&node);
  t.rt->work.gcphase.store(GcPhase::mark, relaxed);
  barrier(&t.m0, &t.m0);
  CHECK(t.rt->work.partial.load() == 0);
  t.m0.inwb = true;
  barrier(&t.m0, object);
  CHECK_FALSE(shaded(&t.m0, reinterpret_cast<uintptr>(object)));
  t.m0.inwb = false;
  t.m0.dying = 1;
  barrier(&t.m0, object);
  CHECK_FALSE(shaded(&t.m0, reinterpret_cast<uintptr>(object)));
  t.m0.dying = 0;
  barrier(&t.m0, object);
  CHECK(shaded(&t.m0, reinterpret_cast<uintptr>(object)));
  CHECK(t.m0.locks == 0);
}

TEST_CASE("barrier: small integers and poison are no pointers") {
  for (const uintptr bad :
       {uintptr{1}, uintptr{4096}, uintptr{0xf969696969696969}, uintptr{0x6868686868686868}}) {
    TestRuntime t;
    const std::string text =
        abort_message([&] { barrier(&t.m0, reinterpret_cast<const void*>(bad)); });
    CHECK(text.find("bad pointer in write barrier") != std::string::npos);
  }
}

}  // namespace runtime_core
