// Whole programs on real threads: binary trees of depth 20, on one P and on two.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "cli/native/run.h"

namespace cli::native {
namespace {

// Of the children that have ended: each run is one.
double processor_seconds() {
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The benchmark of that name in its usual size: 168 million nodes, and a tree of two million that
// lives all the time. Collections begin as the original's do: at 4 MB, then when the heap has
// doubled.
void binary_trees(benchmark::State& state) {
  Options o;
  o.command = "native";
  o.subject = "binary-trees";
  o.procs = static_cast<std::uint32_t>(state.range(0));
  o.procs_given = true;
  o.params = {{"depth", 20},      {"least", 4},      {"workers", state.range(0)},
              {"collections", 0}, {"goal", 4 << 20}, {"checkmark", 0}};
  double before = processor_seconds(), seconds = 0;
  for (auto _ : state) {
    const Outcome outcome = run(o, *find_scenario(o.subject));
    if (!outcome.error.empty() || !outcome.invariant.empty()) {
      state.SkipWithError("the program did not run to its end");
      return;
    }
    seconds += processor_seconds() - before;
    before = processor_seconds();
    state.SetIterationTime(outcome.seconds);
  }
  state.counters["processor_seconds"] = seconds / static_cast<double>(state.iterations());
}
BENCHMARK(binary_trees)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cli::native
