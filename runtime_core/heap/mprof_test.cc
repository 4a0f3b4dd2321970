// Tests of the memory profile: buckets, epochs, and what the collector enters (facts §25).
#include "runtime_core/heap/mprof.h"

#include <doctest/doctest.h>

#include <vector>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::TestRuntime;

namespace {

constexpr uintptr big = 1 << 20;  // above the rate, hence always sampled

// The stack that the program claims to have; the profile asks for it by callback.
struct Stack {
  std::vector<uintptr> pcs;
};

u32 callers(M* mp, u32, uintptr* pcs, u32 max) {
  const auto* s = static_cast<const Stack*>(mp->rt->hooks.context);
  u32 n = 0;
  for (; n < max && n < s->pcs.size(); n++) pcs[n] = s->pcs[n];
  return n;
}

struct Profiled : TestRuntime {
  Profiled() {
    rt->hooks.context = &stack;
    rt->hooks.callers = callers;
  }
  void* sampled() { return mallocgc(&m0, big, nullptr, flag_no_scan); }
  std::vector<MemProfileRecord> profile(bool inuse_zero = true) {
    std::vector<MemProfileRecord> records(16);
    records.resize(mem_profile(&m0, records.data(), 16, inuse_zero));
    return records;
  }

  Stack stack{{0x400000, 0x400123}};
};

}  // namespace

TEST_CASE("mprof: the hash of a stack and a size") {
  const uintptr pcs[] = {0x400000, 0x400123, 0x400000};
  CHECK(stack_hash(pcs, 0, 64) == 0x9276d);
  CHECK(stack_hash(pcs, 2, 64) == 0x92c98422b6e363);
  CHECK(stack_hash(pcs + 1, 2, 64) == 0x92c813af46bcd9);
}

TEST_CASE("mprof: one bucket a stack and size") {
  TestRuntime t;
  const uintptr pcs[] = {1, 2, 3};
  M* mp = &t.m0;
  CHECK(stkbucket(mp, BucketType::memory, 16, pcs, 3, false) == nullptr);
  Bucket* b = stkbucket(mp, BucketType::memory, 16, pcs, 3, true);
  CHECK(b->nstk == 3);
  CHECK(b->stk()[2] == 3);
  CHECK(stkbucket(mp, BucketType::memory, 16, pcs, 3, false) == b);
  CHECK(stkbucket(mp, BucketType::memory, 32, pcs, 3, true) != b);
  CHECK(stkbucket(mp, BucketType::memory, 16, pcs, 2, true) != b);
  CHECK(stkbucket(mp, BucketType::block, 16, pcs, 3, false) == nullptr);
  CHECK(t.rt->mprof.buckhash[b->hash % 179999] == b);
  const u64 table = 179999 * sizeof(Bucket*);
  CHECK(t.rt->stats.buckhash_sys.load() >= table + 3 * sizeof(Bucket));
}

TEST_CASE("mprof: before the first collection the profile shows what there is") {
  Profiled t;
  t.root(0, t.sampled());
  t.root(1, t.sampled());
  t.stack.pcs = {7};
  t.root(2, t.sampled());
  const auto records = t.profile();
  REQUIRE(records.size() == 2);
  CHECK(records[0].nstk == 1);
  CHECK(records[0].stack[0] == 7);
  CHECK(records[0].counts.allocs == 1);
  CHECK(records[1].nstk == 2);
  CHECK(records[1].stack[1] == 0x400123);
  CHECK(records[1].size == big);
  CHECK(records[1].counts.allocs == 2);
  CHECK(records[1].counts.alloc_bytes == 2 * big);
  CHECK(records[1].counts.frees == 0);
  MemProfileRecord one;
  CHECK(mem_profile(&t.m0, &one, 1, true) == 2);  // too little room: only the number
}

TEST_CASE("mprof: an eager collection shows what it frees, a lazy one nothing newer than itself") {
  Profiled t;
  t.sampled();  // garbage
  gogc(&t.m0, 2);
  auto records = t.profile();
  REQUIRE(records.size() == 1);
  CHECK(records[0].counts.allocs == 1);
  CHECK(records[0].counts.frees == 1);
  CHECK(records[0].counts.free_bytes == big);
  CHECK(t.profile(false).empty());
  CHECK(t.rt->heap.specialprofilealloc.inuse == 0);

  t.sampled();
  gogc(&t.m0, 1);  // not swept yet
  while (bgsweep_step(&t.m0)) {
  }
  CHECK(t.profile()[0].counts.allocs == 1);
  gogc(&t.m0, 1);
  records = t.profile();
  CHECK(records[0].counts.allocs == 2);  // and its free in the same step
  CHECK(records[0].counts.frees == 2);
}

TEST_CASE("mprof: an explicit free counts as recent, like an allocation") {
  Profiled t;
  void* p = t.sampled();
  t.root(0, p);
  MSpan* s = mheap_lookup_maybe(t.rt, p);
  REQUIRE(s->specials->kind == kind_special_profile);
  const Bucket* b = reinterpret_cast<SpecialProfile*>(s->specials)->bucket;
  freeallspecials(&t.m0, s, p, big);
  CHECK(b->mem.recent.allocs == 1);
  CHECK(b->mem.recent.frees == 1);
  mprof_free(&t.m0, t.rt->mprof.mbuckets, big, false);
  CHECK(b->mem.prev.frees == 1);
  mprof_gc(&t.m0);
  CHECK(b->mem.prev.allocs == 1);
  CHECK(b->mem.final.frees == 1);
  CHECK(b->mem.recent.allocs == 0);
}

TEST_CASE("mprof: small allocations are sampled too, each with the block's size") {
  Profiled t;
  for (int i = 0; i < 40000; i++) mallocgc(&t.m0, 1000, nullptr, flag_no_scan);
  u32 samples = 0;
  iterate_memprof(&t.m0, &samples, [](void* n, const Bucket* b) {
    CHECK(b->size == 1024);
    *static_cast<u32*>(n) += static_cast<u32>(b->mem.recent.allocs);
  });
  CHECK(samples > 40);
  CHECK(samples < 160);
  gogc(&t.m0, 2);
  const auto records = t.profile();
  REQUIRE(records.size() == 1);
  CHECK(records[0].counts.allocs == samples);
  CHECK(records[0].counts.frees == samples);
}

TEST_CASE("mprof: a block has one profile record") {
  Profiled t;
  void* p = t.sampled();
  const std::string text = abort_message([&] { setprofilebucket(&t.m0, p, t.rt->mprof.mbuckets); });
  CHECK(text.find("setprofilebucket: profile already set") != std::string::npos);
}

}  // namespace runtime_core
