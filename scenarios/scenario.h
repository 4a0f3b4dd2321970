// What a scenario is: a program for the simulated machine, with its parameters.
//
// One file and one line in scenarios/table.cc each. The functions are instrumented code in the
// simulated flavour and plain code natively, so they use neither host resources nor statics.
#pragma once

#include "runtime_core/probe.h"

namespace scenarios {

using runtime_core::i32;
using runtime_core::i64;
using runtime_core::u32;
using runtime_core::u64;

inline constexpr u32 params_max = 16, results_max = 32;

struct Param {
  const char* name;
  i64 value;  // default
  const char* help;
  i64 low = 0, high = 1 << 20;  // what it may be
};

struct Result {
  const char* name;
  i64 value;
};

// The running scenario's view of the machine; lives in the simulated memory.
struct Env {
  u32 procs;
  u32 param_count;
  i64 params[params_max];  // in the order of Scenario::params
  void* state;             // the scenario's own, from allocate()
  const void* input;       // parsed input, read-only host memory
  char* memory;            // bump allocation: next byte and end
  char* memory_end;
  u32 result_count;
  Result results[results_max];
  // The initial stack of the process: see runtime_core::args().
  i32 argc;
  const char* const* argv;
  void (*run)(Env& env, u32 id);  // what thread `id` runs
  u32 cloned;                     // threads 1 to `cloned` are those of Ms that newosproc starts
};

struct Scenario {
  const char* name;
  const char* description;
  const char* reaches;  // comma-separated events that a run must reach
  const Param* params;
  u32 param_count;
  u32 (*thread_count)(const Env& env);
  void (*setup)(Env& env);                       // alone, before the threads
  void (*thread)(Env& env, u32 id);              // thread `id`
  void (*finish)(Env& env);                      // alone, after all threads have ended
  const runtime_core::Tuning* tuning = nullptr;  // its own defaults; null: the runtime's
  // What is worth telling apart of the present state, as one number, for explorers that look for
  // what is new. It changes nothing, and depends on no address.
  u64 (*coverage)(const Env& env) = nullptr;
  // Threads, besides those of thread_count, that newosproc may start while the program runs; null:
  // none.
  u32 (*late_thread_count)(const Env& env) = nullptr;
  // Goroutines at most, each with a control stack; null: none.
  u32 (*goroutine_count)(const Env& env) = nullptr;
  // Threads with the same role are identical: exchanging their numbers, with the data that belong
  // to each, changes nothing, neither before the first step nor in what any thread does. Numbers
  // may be compared for equality, but not ordered, counted with, or gone through in turn. Null:
  // each thread has its own role.
  u32 (*role)(const Env& env, u32 id) = nullptr;
  // It asks decide(Decision::none, ...) for what it does next: schedules are not its only choices.
  bool chooses = false;
  // The combinations of phase, status of each P and operation are counted, and judged.
  bool counts_phases = false;
  // It relies on it that time goes on only when nobody can move: no wait ends early.
  bool measures_time = false;
  // Signals of the profiler's timer to each thread, at most, and among how many of its operations
  // each may come; null: none.
  u32 (*signal_count)(const Env& env) = nullptr;
  u32 (*signal_window)(const Env& env) = nullptr;
};

// Zeroed storage that lives as long as the run.
template <class T>
T* allocate(Env& env, u32 count = 1) {
  const auto at = (reinterpret_cast<u64>(env.memory) + 63) & ~u64{63};
  env.memory = reinterpret_cast<char*>(at + sizeof(T) * count);
  if (env.memory > env.memory_end) runtime_core::fail("scenario.memory", "scenario memory is full");
  return reinterpret_cast<T*>(at);
}

inline void require(bool condition, const char* invariant, const char* message) {
  if (!condition) runtime_core::fail(invariant, message);
}

// A planted bug: rules that differ from the right answer, and where it shows.
struct Mutant {
  const char* id;
  const char* description;
  const char* scenario;
  const char* invariants;  // who must catch it; "silent" where none may
  const char* params;      // NAME=VALUE, comma-separated, or empty
  runtime_core::Rules rules;
  runtime_core::Tuning tuning;
  const char* explorer = "dfs";
  u64 executions_max = 0;            // 0: no limit
  u32 spurious = 0;                  // wake-ups without a cause, at most
  const char* only_under = nullptr;  // the memory models that show it, comma-separated; null: all
};

// One repair of the code as committed: what it takes back of the bugs of the mutant `seed`.
struct Rung {
  const char* id;
  const char* description;
  void (*fix)(runtime_core::Rules& rules);
};
// A search that shows some of those bugs; a column of the ladder.
struct LadderSearch {
  const char* name;
  const char* scenario;
  const char* params;  // NAME=VALUE, comma-separated, or empty
  const char* tuning;  // likewise
  const char* explorer;
  u64 executions_max;
};

// How a search of a correct program must end, under one memory model.
enum class Verdict : u32 {
  exhausted,  // dfs has seen every execution; with a limit: preemption-bound has, within it
  bounded,    // preemption-bound has seen every execution with at most `limit` preemptions
  sampled,    // `limit` random executions were silent
  violation,  // dfs finds what the scenario is there to show
};
struct Expected {
  Verdict verdict;
  u64 limit = 0;
};

// A small search without mutants, and its verdict: the scenario's regression test.
struct Search {
  const char* scenario;
  const char* params;  // NAME=VALUE, comma-separated, or empty
  const char* tuning;  // likewise
  Expected sc, tso;
  u32 spurious = 0;  // wake-ups without a cause, at most
  u32 refusals = 0;  // of memory, at most
};

struct Tables {
  const Scenario* const* scenarios;
  u32 scenario_count;
  const Mutant* mutants;
  u32 mutant_count;
  const Search* searches;
  u32 search_count;
  const Rung* rungs;  // from the bottom up
  u32 rung_count;
  const LadderSearch* ladder_searches;
  u32 ladder_search_count;
};

}  // namespace scenarios

extern "C" const scenarios::Tables tricolor_scenarios;
