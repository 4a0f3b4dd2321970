// outside: while main collects, a thread without a P, which no stop of the world stops, makes a
// parked goroutine ready, as the network poller does, or asks goroutines to let others run, as
// sysmon does.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr i64 readies = 0, preempts = 1;

struct State {
  GoWorld world;
  Join join;
  M* outsider;
  i64 what;
  u32 rounds;
  const Type* node;
  std::atomic<G*> parked;   // by the worker, for the outsider
  std::atomic<u32> locked;  // the worker holds a lock of the runtime's
  std::atomic<u32> collected, over;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"what", 0, "0: a parked goroutine is made ready, 1: goroutines are preempted", 0, 1},
    {"rounds", 1, "of the worker and the outsider", 1, 100},
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 ms_of(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 thread_count(const Env& env) { return ms_of(env) + 1; }
u32 goroutine_count(const Env&) { return 3; }  // the third collects if nobody does for long

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

bool publish(M*, G* gp, void* state) {
  static_cast<State*>(state)->parked.store(gp, seq_cst);
  return true;
}

// func wait(s *State) { x := new(node); park(); look at x }
constexpr Function wait = {
    "wait", 1, 1, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      m.alloc(local(0), state_of(m).node);
      gopark(m.g(), publish, &state_of(m), "wait for the outsider");
      require(m.load_number(local(0), 0) == 0, "stack.contents", "an object is another one");
    }};

// What persistentalloc does in the original: calls, with stack checks, under its lock. Who scans
// the frame may need a new work buffer, and that lock.
constexpr u32 calls_under_lock = 6;
constexpr Function call_locked = {
    "call_locked", 1, 3, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      for (const u32 i : {0u, 1u, 2u}) m.alloc(local(i), state_of(m).node);
      Mutex* mutex = &state_of(m).world.rt->persistent.lock;
      lock(m.m(), mutex);
      state_of(m).locked.store(1, seq_cst);
      for (u32 i = 0; i < calls_under_lock; i++) m.call(nothing, {});
      state_of(m).locked.store(0, seq_cst);
      unlock(m.m(), mutex);
    }};

// func worker(s *State)
constexpr Function worker = {
    "worker", 1, 1, 1, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      State& s = state_of(m);
      m.set_number(local(0), m.number(argument(0)));
      if (s.what == readies) m.call(large, {});
      for (u32 i = 0; i < s.rounds; i++) {
        if (s.what == readies) m.call(wait, {local(0)});
        if (s.what == preempts) m.call(call_locked, {local(0)});
      }
      join_done(m.g(), &s.join);
    }};

// func main(s *State)
constexpr Function main_function = {
    "main", 1, 1, 0, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      State& s = state_of(m);
      m.set_number(local(0), m.number(argument(0)));
      m.spawn(worker, {local(0)});
      m.collect();
      s.collected.store(1, seq_cst);
      join_wait(m.g(), &s.join);
      s.over.store(1, seq_cst);
    }};

// Comes into the stop in which stacks are shrunk, unless it is over.
void wait_for_last_stop(const State& s) {
  const Work& work = s.world.rt->work;
  while (s.collected.load(seq_cst) == 0) {
    if (work.gcphase.load(relaxed) == GcPhase::marktermination) return;
  }
}

void ready_parked(State& s) {
  for (u32 i = 0; i < s.rounds; i++) {
    G* gp = nullptr;
    while ((gp = s.parked.exchange(nullptr, seq_cst)) == nullptr) procyield(1);
    wait_for_last_stop(s);
    gp->schedlink = nullptr;
    injectglist(s.outsider, gp);
  }
}

// Once in each round of the worker, unless that is over first.
void preempt(State& s) {
  for (u32 i = 0; i < s.rounds; i++) {
    while (s.locked.load(seq_cst) == 0) {
      if (s.over.load(seq_cst) != 0) return;
    }
    preemptall(s.outsider);
  }
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->what = env.params[1];
  s->rounds = static_cast<u32>(env.params[2]);
  s->join.left = 1;
  s->node = make_type(env, 2 * ptr_size, mask_two_pointers);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, ms_of(env), main_function, args, 1);
  s->outsider = add_watcher(env, &s->world);
  // Who polls counts as running: there is no deadlock while he waits.
  if (s->what == readies) s->world.rt->sched.has_sysmon = false;
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id != ms_of(env)) return run_goroutines(&s.world, id);
  if (s.what == readies) return ready_parked(s);
  preempt(s);
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.over.load(relaxed) == 1, "sched.runnable_once", "main did not run to its end");
}

}  // namespace

extern const Scenario outside_scenario;
const Scenario outside_scenario = {
    .name = "outside",
    .description = "a thread without a P readies or preempts goroutines while one collects",
    .reaches = "gc_mark_end,stack_scan,g_execute",
    .params = params,
    .param_count = 4,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
