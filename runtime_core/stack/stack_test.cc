// Managed stacks natively: where their memory comes from, growth, shrinking, and what is refused.
#include "runtime_core/stack/stack.h"

#include <doctest/doctest.h>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

void no_main(G*, void*) {}

// A runtime whose main never runs: its M is on g0, with a P.
struct Idle : Program {
  Idle() : Program(1, no_main) {}
  uintptr cached(u32 order) const { return m0->mcache->stackcache[order].size; }
  u32 in_span(Stack s) const { return mheap_lookup(rt, reinterpret_cast<void*>(s.lo))->ref; }
};

TEST_CASE("small stacks come from the cache of a P, which takes half of what it may hold") {
  CHECK(succeeds([] {
    Idle p;
    bool good = true;
    for (u32 order = 0; order < 3; order++) {
      const uintptr n = fixed_stack << order;
      const Stack s = stackalloc(p.m0, n);
      good = good && s.hi - s.lo == n && p.cached(order) == stack_cache_bytes / 2 - n;
      good = good && p.in_span(s) == stack_cache_bytes / 2 / n;
      stackfree(p.m0, s);
      good = good && p.cached(order) == stack_cache_bytes / 2;
    }
    stackcache_clear(p.m0, p.m0->mcache);
    return good && p.rt->stats.stacks_inuse == 0 && p.cached(0) == 0;
  }));
}

TEST_CASE("a full cache gives half of it back, and an empty span goes back to the heap") {
  CHECK(succeeds([] {
    Idle p;
    Stack stacks[32];
    for (Stack& s : stacks) s = stackalloc(p.m0, fixed_stack);
    bool good = p.cached(0) == 0 && p.rt->stats.stacks_inuse == 2 * stack_cache_bytes;
    for (const Stack& s : stacks) {
      stackfree(p.m0, s);
      good = good && p.cached(0) <= stack_cache_bytes;
    }
    // The 17th found 32 KB, and left 16.
    return good && p.cached(0) == stack_cache_bytes &&
           p.rt->stats.stacks_inuse >= stack_cache_bytes;
  }));
}

TEST_CASE("a collecting M, and one without a P, go to the pool") {
  CHECK(succeeds([] {
    Idle p;
    p.m0->gcing = 1;
    const Stack s = stackalloc(p.m0, fixed_stack);
    const bool pooled = p.in_span(s) == 1 && p.cached(0) == 0;
    stackfree(p.m0, s);
    return pooled && p.rt->stats.stacks_inuse == 0;
  }));
}

TEST_CASE("large stacks have a span of their own") {
  CHECK(succeeds([] {
    Idle p;
    const Stack s = stackalloc(p.m0, 64 << 10);
    const bool good = p.rt->stats.stacks_inuse == 64 << 10;
    stackfree(p.m0, s);
    return good && p.rt->stats.stacks_inuse == 0;
  }));
}

TEST_CASE("what stackalloc refuses") {
  CHECK(abort_message([] {
          Idle p;
          stackalloc(p.m0, 3000);
        }) == "fatal error: stack size not a power of 2 [runtime.throw]\n");
  CHECK(abort_message([] {
          Idle p;
          p.m0->g = &p.m0->program;
          stackalloc(p.m0, fixed_stack);
        }) == "fatal error: stackalloc not on scheduler stack [runtime.throw]\n");
}

// func descend(n int, total *int) { own := n; if n > 1 { descend(n-1, &own) }; *total += own }
constexpr u8 number_and_pointer[] = {bits_scalar | bits_pointer << 2};
constexpr u8 descend_words[16] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
void descend_body(Mutator& m);
constexpr Function descend = {"descend", 2, 64, 2, number_and_pointer, descend_words, descend_body};
void descend_body(Mutator& m) {
  m.set_number(local(0), m.number(argument(0)));
  if (m.number(argument(0)) > 1) {
    m.set_number(local(2), m.number(argument(0)) - 1);
    m.address_of(local(1), local(0));
    m.call(descend, {local(2), local(1)});
  }
  m.store_number(argument(1), 0, m.load_number(argument(1), 0) + m.number(local(0)));
}

constexpr u8 main_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
void descend_from_main(Mutator& m) {
  auto& p = *reinterpret_cast<Program*>(m.number(argument(0)));
  m.set_number(local(2), p.count);
  m.address_of(local(1), local(0));
  m.call(descend, {local(2), local(1)});
  p.written = m.number(local(0));
  p.user = reinterpret_cast<void*>(m.g()->stack.hi - m.g()->stack.lo);
  p.ran.store(1, seq_cst);
}
constexpr Function deep = {"deep", 1, 3, 2, scalar_words.bytes, main_words, descend_from_main};

void start_deep(G* gp, void* arg) {
  const uintptr args[] = {reinterpret_cast<uintptr>(arg)};
  newproc(gp->m, deep, args, 1);
  while (static_cast<Program*>(arg)->ran.load(seq_cst) == 0) gosched(gp);
}

TEST_CASE("a stack grows by copying, and the pointers into it follow") {
  for (const u32 depth : {1u, 4u, 30u, 200u}) {
    CAPTURE(depth);
    CHECK(succeeds([&] {
      Program p(1, start_deep);
      p.count = depth;
      p.run();
      const auto bytes = reinterpret_cast<uintptr>(p.user);
      uintptr expected = fixed_stack;
      while (expected < depth * 66 * ptr_size) expected *= 2;
      return p.written == u64{depth} * (depth + 1) / 2 && bytes >= expected &&
             bytes <= 2 * expected;
    }));
  }
}

// A goroutine whose stack was large waits while main collects.
void wait_small(Mutator& m) {
  auto& p = *reinterpret_cast<Program*>(m.number(argument(0)));
  m.set_number(local(2), 30);
  m.address_of(local(1), local(0));
  m.call(descend, {local(2), local(1)});
  p.waiter.store(m.g(), seq_cst);
  const Stack before = m.g()->stack;
  while (p.ran.load(seq_cst) == 0) m.yield();
  const uintptr freed = (before.hi - before.lo) - (m.g()->stack.hi - m.g()->stack.lo);
  p.written = freed;
  // The frame is where the goroutine finds it.
  if (m.number(local(2)) == 30 && m.number(local(0)) == 465) p.ran.store(2, seq_cst);
}
constexpr Function small_again = {"small_again",      1,          3,         2,
                                  scalar_words.bytes, main_words, wait_small};

void collect_meanwhile(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  const uintptr args[] = {reinterpret_cast<uintptr>(arg)};
  newproc(gp->m, small_again, args, 1);
  while (p.waiter.load(seq_cst) == nullptr) gosched(gp);
  p.rt->stats.enablegc.store(true, relaxed);
  gc_collect(gp->m);
  p.ran.store(1, seq_cst);
  while (p.ran.load(seq_cst) == 1) gosched(gp);
}

TEST_CASE("a collection halves the stack of who uses little of it") {
  for (const u32 procs : {1u, 2u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, collect_meanwhile);
      p.run();
      return p.ran.load() == 2 && p.written > 0;
    }));
  }
}

void overflow(Mutator& m);
constexpr Function endless = {"endless", 0, 250, 0, nullptr, scalar_words.bytes, overflow};
void overflow(Mutator& m) { m.call(endless, {}); }

TEST_CASE("a frame in a system call is one too many") {
  CHECK(abort_message([] {
          Program p(1, [](G* gp, void*) {
            static constexpr Function in_call = {
                "in_call", 0, 0, 0, nullptr, nullptr, [](Mutator& m) {
                  entersyscall(m.g());
                  m.call(endless, {});
                }};
            newproc(gp->m, in_call, nullptr, 0);
            gosched(gp);
          });
          p.run();
        }) == "fatal error: stack split at bad time [runtime.throw]\n");
}

}  // namespace
}  // namespace runtime_core
