// reused-goroutine: while main collects, a goroutine ends, and what is left of it becomes another
// one, which is in a system call until the collection is over.
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/os/os.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  GoWorld world;
  Join join, ended;  // all of it; the first goroutine
  std::atomic<u32> collected;
  alignas(64) u64 waited;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env&) { return 4; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

// func short(s *State) { s.ended.Done() }
constexpr Function short_function = {"short", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
                                       join_done(m.g(), &state_of(m).ended);
                                     }};

// func blocker(s *State) { a system call that returns when main has collected }
constexpr Function blocker = {"blocker", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
                                State& s = state_of(m);
                                entersyscall(m.g());
                                while (s.collected.load(seq_cst) == 0) {
                                  // Natively it may sit on the processor that the collector needs.
                                  if constexpr (!simulated) osyield();
                                }
                                exitsyscall(m.g());
                                s.waited++;
                                join_done(m.g(), &s.join);
                              }};

// func starter(s *State) { s.ended.Wait(); go blocker(s) }
constexpr Function starter = {
    "starter", 1, 1, 1, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      join_wait(m.g(), &state_of(m).ended);
      m.set_number(local(0), m.number(argument(0)));
      m.spawn(blocker, {local(0)});
    }};

// func main(s *State)
constexpr Function main_function = {
    "main", 1, 1, 1, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      m.set_number(local(0), m.number(argument(0)));
      m.spawn(short_function, {local(0)});
      m.spawn(starter, {local(0)});
      m.collect();
      state_of(m).collected.store(1, seq_cst);
      join_wait(m.g(), &state_of(m).join);
    }};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->join.left = s->ended.left = 1;
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  require(static_cast<State*>(env.state)->waited == 1, "sched.runnable_once",
          "a goroutine did not run to its end");
}

}  // namespace

extern const Scenario reused_goroutine_scenario;
const Scenario reused_goroutine_scenario = {
    .name = "reused-goroutine",
    .description = "a goroutine ends and becomes another one, in a call, while main collects",
    .reaches = "gc_phase,stack_scan,gc_mark_end,g_execute",
    .params = params,
    .param_count = 2,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
