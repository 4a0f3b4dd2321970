// The collector's goroutines natively: who sweeps, who runs finalizers, who collects when asked to.
#include <doctest/doctest.h>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

constexpr u32 objects = 300;

// What the Go functions of a test work on.
struct World {
  Program* program;
  Type node = testing::make_type(2 * ptr_size, testing::mask_pointer_scalar);
  Type pointer = testing::make_pointer_type(&node);
  Type any{};
  FuncVal finalizer{};
  std::atomic<u32> finalized{0};
};

World& world_of(const Mutator& m) { return *static_cast<World*>(m.m()->rt->hooks.context); }

void begin(G* gp, World* world) {
  Runtime* rt = gp->m->rt;
  rt->hooks.context = world;
  rt->stats.next_gc.store(~u64{0}, relaxed);
  rt->stats.enablegc.store(true, relaxed);
  world->any.size = 2 * ptr_size;
  world->any.kind = kind_interface;
}

// A frame that needs a larger stack than the finalizers' goroutine has at first.
constexpr Function large = {"large", 0, 250, 0, nullptr, scalar_words.bytes, [](Mutator&) {}};

void count_finalized(Mutator& m, Slot object) {
  m.call(large, {});
  const u64 number = m.load_number(object, 1);
  if (number % 100 == 0) m.collect();
  if (m.load_number(object, 1) != number) throw_("a finalizer's object is used again");
  world_of(m).finalized.fetch_add(1, seq_cst);
}
constexpr Function of_pointer = {
    "of_pointer", 1, 0, 0, pointer_words.bytes, nullptr, [](Mutator& m) {
      count_finalized(m, argument(0));
    }};
// func(interface{}) (int, int, int)
constexpr u8 any_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4 | bits_scalar << 6,
                            bits_scalar};
constexpr Function of_any = {
    "of_any", 5, 0, 0, any_words, nullptr, [](Mutator& m) { count_finalized(m, argument(1)); }};

constexpr Function drop_all = {"drop_all", 0, 1, 0, nullptr, pointer_words.bytes, [](Mutator& m) {
                                 for (u32 i = 0; i < objects; i++) {
                                   m.alloc(local(0), &world_of(m).node);
                                   m.store_number(local(0), 1, i);
                                   m.set_finalizer(local(0), &world_of(m).pointer,
                                                   &world_of(m).finalizer);
                                 }
                                 m.clear(local(0));
                                 gogc(m.m(), 1);  // the sweep is left to the background
                                 world_of(m).program->ran.store(1, seq_cst);
                               }};

void run_finalizers(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  World world{&p};
  begin(gp, &world);
  const bool takes_any = p.count != 0;
  world.finalizer.parameter = takes_any ? &world.any : &world.pointer;
  world.finalizer.nret_bytes = takes_any ? 3 * ptr_size : 0;
  world.finalizer.arity = 1;
  world.finalizer.function = takes_any ? &of_any : &of_pointer;
  newproc(gp->m, drop_all, nullptr, 0);
  while (p.ran.load(seq_cst) == 0) gosched(gp);
  // The last one may still be where somebody looks: in a register of the original, here in a frame.
  while (world.finalized.load(seq_cst) < objects) gosched(gp);
  p.written = world.finalized.load(seq_cst) == objects && gp->m->rt->work.sweep.started;
}

TEST_CASE("a goroutine runs the finalizers of what the sweeper's goroutine found") {
  for (const u32 procs : {1u, 2u, 4u}) {
    for (const u32 takes_any : {0u, 1u}) {
      CAPTURE(procs);
      CAPTURE(takes_any);
      CHECK(succeeds([&] {
        Program p(procs, run_finalizers);
        p.count = takes_any;
        p.run();
        return p.written == 1;
      }));
    }
  }
}

constexpr Function set_plain = {"set_plain", 0, 1, 0, nullptr, pointer_words.bytes, [](Mutator& m) {
                                  m.alloc(local(0), &world_of(m).node);
                                  m.set_finalizer(local(0), &world_of(m).pointer,
                                                  &world_of(m).finalizer);
                                }};

void set_cxx_finalizer(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  World world{&p};
  begin(gp, &world);
  world.finalizer.parameter = &world.pointer;
  world.finalizer.arity = 1;
  world.finalizer.fn = [](M*, void*) {};
  newproc(gp->m, set_plain, nullptr, 0);
  for (;;) gosched(gp);
}

TEST_CASE("a finalizer is a Go function where there are goroutines") {
  CHECK(abort_message([] {
          Program p(1, set_cxx_finalizer);
          p.run();
        }).find("no function that a goroutine can call") != std::string::npos);
}

bool is_swept(M* mp) {
  SweepData& sweep = mp->rt->work.sweep;
  lock(mp, &sweep.lock);
  const bool rests = sweep.parked;
  unlock(mp, &sweep.lock);
  return rests;
}

void sweep_in_background(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  World world{&p};
  begin(gp, &world);
  for (u32 cycle = 0; cycle < 20; cycle++) {
    for (u32 i = 0; i < objects; i++) newobject(gp->m, &world.node);
    gogc(gp->m, 1);
    gp->m->rt->stats.next_gc.store(~u64{0}, relaxed);  // the heap is too small for a goal
    while (cycle % 2 == 0 && !is_swept(gp->m)) gosched(gp);
  }
  p.written = gp->m->rt->work.sweep.nbgsweep.load(relaxed) > 0;
}

TEST_CASE("the sweeper's goroutine is made once and woken in every cycle") {
  for (const u32 procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, sweep_in_background);
      p.run();
      return p.written == 1;
    }));
  }
}

void wait_to_be_collected(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  World world{&p};
  begin(gp, &world);
  gp->m->rt->debug.scavenge = 1;  // a period of ten milliseconds
  start_forcegc(gp->m);
  gogc(gp->m, 2);
  const std::atomic<u32>& cycles = gp->m->rt->work.cycles;
  while (cycles.load(relaxed) < 3) notetsleepg(gp, &p.note, 1'000'000);
  p.written = 1;
}

TEST_CASE("a program that does not collect is made to") {
  CHECK(succeeds([] {
    Program p(2, wait_to_be_collected, true);
    p.run();
    return p.written == 1;
  }));
}

bool keep_waiting(M*, G*, void*) { return true; }

void park_behind_system_goroutines(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  World world{&p};
  begin(gp, &world);
  start_forcegc(gp->m);
  createfing(gp->m);
  gogc(gp->m, 1);
  gopark(gp, keep_waiting, nullptr, "nobody");
}

TEST_CASE("goroutines of the runtime's do not hide that all others are asleep") {
  CHECK(abort_message([] {
          Program p(2, park_behind_system_goroutines);
          p.run();
        }) == "fatal error: all goroutines are asleep - deadlock! [runtime.throw]\n");
}

}  // namespace
}  // namespace runtime_core
