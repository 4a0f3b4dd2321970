// forced-gc: nobody allocates or collects, and sysmon asks for a collection when the last one is
// long ago. Main computes meanwhile, or is in a call that a finalizer will end.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/os/os.h"
#include "scenarios/finalizers.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr i64 round_ns = 20'000'000;  // longer than who runs may keep a P

enum class Main : u8 { waits_in_call, computes, collects, calls };

struct State {
  GoWorld world;
  M* watcher;
  Note note;
  Main does;
  bool sysmon;
  u32 before;  // collections
  Type node, pointer;
  FuncVal finalizer;
  alignas(64) std::atomic<u32> begun;
  std::atomic<u32> over;
};

constexpr Param params[] = {
    {"threads", 2, "Ms with a thread, besides the one that watches", 1, 4},
    {"procs", 1, "Ps", 1, 4},
    {"main", 0,
     "0: is in a call until a finalizer has run, 1: computes, 2: collects itself, 3: is in calls "
     "that return at once",
     0, 3},
    {"sysmon", 0, "1: the thread that watches is sysmon, 0: what it does, without its sleeps", 0,
     1},
    late_threads,
};
enum : u32 { p_threads, p_procs, p_main, p_sysmon };

u32 ms_of(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
u32 thread_count(const Env& env) { return ms_of(env) + 1; }
// Main, who collects when asked to, who sweeps then, and who runs finalizers.
u32 goroutine_count(const Env&) { return 4; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

u32 cycles_of(M* mp) { return mp->rt->work.cycles.load(relaxed); }

// func finalize(n *node)
constexpr Function finalize = {"finalize", 1, 0, 0, pointer_words.bytes, nullptr, [](Mutator& m) {
                                 auto& s = *static_cast<State*>(m.m()->rt->hooks.context);
                                 notewakeup(m.m(), &s.note);
                               }};

// func drop(s *State): an object that is dead when it returns.
constexpr Function drop = {
    "drop", 1, 1, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      State& s = state_of(m);
      m.alloc(local(0), &s.node);
      m.set_finalizer(local(0), &s.pointer, &s.finalizer);
    }};

// A call that gives the processor away before.
void call_at_once(G* gp) {
  entersyscallblock(gp);
  exitsyscall(gp);
}

void wait_for_collection(Mutator& m, State& s) {
  if (s.does == Main::waits_in_call) return void(notetsleepg(m.g(), &s.note, -1));
  do {
    if (s.does == Main::collects) m.collect();
    if (s.does == Main::calls) call_at_once(m.g());
    m.call(nothing, {});
    procyield(1);
  } while (cycles_of(m.m()) == s.before);
}

// func main(s *State)
void main_body(Mutator& m) {
  State& s = state_of(m);
  start_forcegc(m.m());
  m.collect();
  m.m()->rt->stats.next_gc.store(no_goal, relaxed);  // the heap is too small for a goal
  s.before = cycles_of(m.m());
  m.set_number(local(0), m.number(argument(0)));
  if (s.does == Main::waits_in_call) m.call(drop, {local(0)});
  s.begun.store(1, seq_cst);
  wait_for_collection(m, s);
  s.over.store(1, seq_cst);
}
constexpr Function main_function = {"main",   1, 1, 1, scalar_words.bytes, scalar_words.bytes,
                                    main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->does = static_cast<Main>(env.params[p_main]);
  s->sysmon = env.params[p_sysmon] != 0;
  s->node = *make_type(env, 2 * ptr_size, mask_two_pointers);
  make_pointer_type(&s->pointer, &s->node);
  make_finalizer(&s->finalizer, &s->pointer, &finalize);
  boot_go_main_on(env, &s->world, ms_of(env), static_cast<u32>(env.params[p_procs]), main_function,
                  reinterpret_cast<uintptr>(s));
  s->world.rt->hooks.context = s;
  if (!simulated) s->world.rt->debug.scavenge = 1;  // periods of milliseconds, not of minutes
  s->watcher = add_watcher(env, &s->world);
}

// What sysmon does, as often as it can; but it asks for one collection alone.
void watch(State& s) {
  M* mp = s.watcher;
  if (s.sysmon) return sysmon(mp);
  i64 later = round_ns;
  for (; s.over.load(seq_cst) == 0; later += round_ns) {
    retake(mp, nanotime() + later);
    procyield(1);
    if (s.begun.load(seq_cst) == 0 || cycles_of(mp) != s.before) continue;
    forcegc_if_overdue(mp, round_ns / 2, walltime() + later);
  }
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id == ms_of(env)) return watch(s);
  run_goroutines(&s.world, id);
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.over.load(relaxed) == 1, "sched.runnable_once", "main did not run to its end");
}

}  // namespace

extern const Scenario forced_gc_scenario;
const Scenario forced_gc_scenario = {
    .name = "forced-gc",
    .description = "sysmon makes a goroutine collect that has waited for that",
    .reaches = "gc_begin,gc_mark_end,g_execute",
    .params = params,
    .param_count = 5,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
