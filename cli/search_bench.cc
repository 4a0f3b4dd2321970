// The simulator's speed: steps a second of random runs, executions a second of exhaustive searches,
// and a collection of a real heap.
#include <benchmark/benchmark.h>

#include "cli/child_search.h"
#include "traces/test_data.h"

namespace cli {
namespace {

// Time is that of the search, without the process around it.
void measure(benchmark::State& state, const Options& options) {
  std::uint64_t executions = 0, steps = 0;
  for (auto _ : state) {
    Row row{};
    if (!search_in_child(options, &row) || row.executions == 0) {
      state.SkipWithError("the search did not run");
      break;
    }
    state.SetIterationTime(row.seconds);
    executions += row.executions;
    steps += row.steps;
  }
  using benchmark::Counter;
  state.counters["executions/s"] = Counter(static_cast<double>(executions), Counter::kIsRate);
  state.counters["steps/s"] = Counter(static_cast<double>(steps), Counter::kIsRate);
}

Options lfstack(std::int64_t threads, std::int64_t rounds) {
  Options o;
  o.subject = "lfstack";
  o.params = {{"threads", threads}, {"rounds", rounds}};
  return o;
}

void random_lfstack_3_threads(benchmark::State& state) {
  Options o = lfstack(3, 100);
  o.command = "run";
  o.runs = 2000;
  measure(state, o);
}
BENCHMARK(random_lfstack_3_threads)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

// Steps a second beside those of random, on the same program.
void sampled_lfstack_3_threads(benchmark::State& state, const char* explorer) {
  Options o = lfstack(3, 100);
  o.command = "run";
  o.runs = 2000;
  o.explorer = explorer;
  measure(state, o);
}
BENCHMARK_CAPTURE(sampled_lfstack_3_threads, pct, "pct")->UseManualTime()->Iterations(3);
BENCHMARK_CAPTURE(sampled_lfstack_3_threads, pos, "pos")->UseManualTime()->Iterations(3);
BENCHMARK_CAPTURE(sampled_lfstack_3_threads, swarm, "swarm")->UseManualTime()->Iterations(3);
BENCHMARK_CAPTURE(sampled_lfstack_3_threads, weighted_walk, "weighted-walk")
    ->UseManualTime()
    ->Iterations(3);
BENCHMARK_CAPTURE(sampled_lfstack_3_threads, fuzz, "fuzz")->UseManualTime()->Iterations(3);
BENCHMARK_CAPTURE(sampled_lfstack_3_threads, portfolio, "portfolio")
    ->UseManualTime()
    ->Iterations(3);

void dfs_lfstack_2_threads_2_rounds(benchmark::State& state) {
  Options o = lfstack(2, 2);
  o.command = "explore";
  o.explorer = "dfs";
  o.executions_max = 200'000;
  measure(state, o);
}
BENCHMARK(dfs_lfstack_2_threads_2_rounds)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

Options reduced(Options o, bool awaits) {
  o.command = "explore";
  o.explorer = "dpor";
  o.awaits = awaits;
  return o;
}

// The programs that the peers were measured on: docs/benchmarks.md.
void dpor_counter_9_threads(benchmark::State& state) {
  Options o;
  o.subject = "counter";
  o.params = {{"threads", 9}};
  measure(state, reduced(o, true));
}
BENCHMARK(dpor_counter_9_threads)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

void dpor_lfstack_2_threads_3_rounds(benchmark::State& state) {
  measure(state, reduced(lfstack(2, 3), true));
}
BENCHMARK(dpor_lfstack_2_threads_3_rounds)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

void dpor_lfstack_3_threads_without_awaits(benchmark::State& state) {
  measure(state, reduced(lfstack(3, 1), false));
}
BENCHMARK(dpor_lfstack_3_threads_without_awaits)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

Options concurrent_gc(std::vector<std::pair<std::string, std::int64_t>> params) {
  Options o;
  o.subject = "concurrent-gc";
  o.params = std::move(params);
  return o;
}

// Five collections on four Ps, while three goroutines publish, move and copy objects.
void concurrent_collection_4_processors(benchmark::State& state) {
  Options o = concurrent_gc({{"threads", 4},
                             {"workers", 3},
                             {"program", 3},
                             {"rounds", 100},
                             {"chain", 200},
                             {"collections", 5}});
  o.command = "run";
  o.runs = 20;
  measure(state, o);
}
BENCHMARK(concurrent_collection_4_processors)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

// A whole cycle on two Ps: 64 objects are made, and marked while two goroutines move some of them.
void concurrent_cycle_64_objects(benchmark::State& state, const char* explorer) {
  Options o = concurrent_gc({{"threads", 2}, {"workers", 2}, {"program", 1}, {"chain", 29}});
  o.explorer = explorer;
  o.preemptions = 1;
  o.executions_max = 2000;
  o.command = "explore";
  measure(state, o);
}
BENCHMARK_CAPTURE(concurrent_cycle_64_objects, random, "random")
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(concurrent_cycle_64_objects, one_preemption, "preemption-bound")
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

// A real program's heap: rebuilt, marked twice by four markers, and swept.
void collect_ast_fmt_4_processors(benchmark::State& state) {
  Options o;
  o.command = "run";
  o.subject = "heap-dump";
  o.input = traces::shared_data("heapdumps/ast-fmt.dump.zst");
  o.procs = 4;
  if (o.input.empty()) {
    state.SkipWithError("there is no heapdumps/ast-fmt.dump.zst; set TRICOLOR_SHARED");
    return;
  }
  measure(state, o);
}
BENCHMARK(collect_ast_fmt_4_processors)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cli
