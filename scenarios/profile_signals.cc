// profile-signals: goroutines allocate, call, wait and are in system calls while the program is
// profiled. A signal may come before any operation of any thread, and finds nothing that it
// stumbles over; each one that was counted is in a record that somebody reads.
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/prof/cpuprof.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  GoWorld world;
  Join workers, reader;
  u32 worker_count, rounds, collections;
  i32 hz;
  bool toggles;
  const Type* node;
  u64 counted;  // in the records that were read
  bool ended;   // by the end marker
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main and the reader", 1, 4},
    {"rounds", 1, "of each worker", 0, 10000000},
    {"collections", 0, "by main", 0, 1000},
    {"hz", 100, "the rate of the profile", 1, 1000000},
    {"signals", 2, "to each thread, at most; simulated", 0, 1000},
    {"window", 200, "operations of a thread among which each may come; simulated", 1, 100000},
    {"toggles", 0, "1: main turns the profile on and off while the workers begin, and reads it", 0,
     1},
    {"late", 6, "threads that the scheduler may start for more Ms", 2, 16},
};
enum : u32 { p_threads, p_workers, p_rounds, p_collections, p_hz, p_signals, p_window, p_toggles };

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
// Main, the reader, and who sweeps.
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[p_workers]) + 3; }
u32 signal_count(const Env& env) { return static_cast<u32>(env.params[p_signals]); }
u32 signal_window(const Env& env) { return static_cast<u32>(env.params[p_window]); }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

// func leaf(s *State): an object, and a stack of the next size
constexpr Function leaf = {
    "leaf", 1, 1, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      m.alloc(local(0), state_of(m).node);
      m.call(large, {});
    }};

// func worker(s *State)
constexpr Function worker = {
    "worker", 1, 1, 1, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      State& s = state_of(m);
      m.set_number(local(0), m.number(argument(0)));
      for (u32 i = 0; i < s.rounds; i++) {
        m.call(leaf, {local(0)});
        m.yield();
        m.system_call();
      }
      join_done(m.g(), &s.workers);
    }};

extern const Function main_function;

// A Go function's frames end in the first one of its goroutine; a place of the runtime's is known.
bool is_sound(const uintptr* stack, uintptr depth) {
  const auto last = stack[depth - 1];
  if (depth == 1) return last == static_cast<uintptr>(PseudoPlace::lost_data) || last > page_size;
  if (last < page_size) return depth == 2 && last <= static_cast<uintptr>(PseudoPlace::gc);
  return last == reinterpret_cast<uintptr>(&worker) ||
         last == reinterpret_cast<uintptr>(&main_function);
}

// The header and the end marker are records that count nothing.
void add_records(State& s, const uintptr* words, u32 n) {
  for (u32 at = 0; at < n;) {
    const uintptr count = words[at], depth = words[at + 1];
    require(depth >= 1 && at + 2 + depth <= n, "profile.no_broken_state", "a torn record");
    if (count != 0) {
      require(is_sound(&words[at + 2], depth), "profile.no_broken_state", "an unknown place");
    }
    s.counted += count;
    if (count == 0 && depth == 1) s.ended = true;
    at += 2 + static_cast<u32>(depth);
  }
}

void read_to_end(G* gp, State& s) {
  const uintptr* words = nullptr;
  while (const u32 n = get_profile(gp, &words)) add_records(s, words, n);
}

void read_profile(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  read_to_end(gp, s);
  join_done(gp, &s.reader);
}

void begin_profile(G* gp, const State& s) {
  require(set_cpu_profile_rate(gp, s.hz), "scenario.shape", "a profile goes on");
}

// func main(s *State)
void main_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  if (!s.toggles) {
    begin_profile(m.g(), s);
    newproc(m.m(), read_profile, &s);
  }
  for (u32 i = 0; i < s.worker_count; i++) m.spawn(worker, {local(0)});
  if (s.toggles) {
    begin_profile(m.g(), s);
    set_cpu_profile_rate(m.g(), 0);
    read_to_end(m.g(), s);
    return join_wait(m.g(), &s.workers);
  }
  for (u32 i = 0; i < s.collections; i++) m.collect();
  join_wait(m.g(), &s.workers);
  set_cpu_profile_rate(m.g(), 0);
  join_wait(m.g(), &s.reader);
}
constexpr Function main_function = {"main",   1, 1, 0, scalar_words.bytes, scalar_words.bytes,
                                    main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->worker_count = static_cast<u32>(env.params[p_workers]);
  s->rounds = static_cast<u32>(env.params[p_rounds]);
  s->collections = static_cast<u32>(env.params[p_collections]);
  s->hz = static_cast<i32>(env.params[p_hz]);
  s->toggles = env.params[p_toggles] != 0;
  s->workers.left = s->worker_count;
  s->reader.left = 1;
  s->node = make_type(env, 2 * ptr_size, mask_pointer_number);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
  cpuprof_init(&s->world.ms[0]);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  const u64 ticks = s.world.rt->cpuprof->ticks;
  env.results[0] = {"ticks", static_cast<i64>(ticks)};
  env.result_count = 1;
  require(s.counted == ticks && s.ended, "profile.conserved", "a tick is in no record");
}

constexpr Tuning make_tuning() {
  Tuning t = collecting_tuning;
  t.profile_log_words = 8;
  t.profile_ways = 1;
  return t;
}
constexpr Tuning small_profile = make_tuning();

}  // namespace

extern const Scenario profile_signals_scenario;
const Scenario profile_signals_scenario = {
    .name = "profile-signals",
    .description = "signals of the profiler interrupt every thread anywhere",
    .reaches = "g_execute,alloc,stack_live",
    .params = params,
    .param_count = 9,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &small_profile,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count,
    .signal_count = signal_count,
    .signal_window = signal_window};

}  // namespace scenarios
