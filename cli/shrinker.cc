// The five axes, one after the other, until none makes the execution smaller.
#include "cli/shrinker.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/mutator_shrink.h"
#include "model/preemption_bound.h"
#include "model/random.h"
#include "model/replay.h"

namespace cli {
namespace {

// When neither plan fails with changed options, so many random executions are tried.
constexpr std::uint64_t searched_max = 150;
// Likewise with a smaller program, of which there are many.
constexpr std::uint64_t searched_for_program_max = 40;
// A systematic search for an execution with fewer switches than what is left.
constexpr std::uint64_t few_preemptions_executions_max = 1500;
constexpr std::uint32_t few_preemptions = 2;
constexpr int rounds_max = 3;
// A smaller program may take so many switches, and otherwise no more than the larger one.
constexpr std::uint32_t switches_enough = 2;
// An execution that is to be smaller is given up when it takes so many times the steps.
constexpr std::uint64_t longer_max = 4, steps_spare = 10'000;

Size size_of(const Recording& r, const traces::Cost& cost, std::size_t operations) {
  std::set<std::uint32_t> threads;
  for (const sim::StepRecord& step : r.steps) threads.insert(step.thread);
  return {cost.switches, static_cast<std::uint32_t>(threads.size()), cost.drains, cost.steps,
          operations};
}

template <class T>
void set_pair(std::vector<std::pair<std::string, T>>& pairs, const std::string& name, T value) {
  for (auto& [known, old] : pairs) {
    if (known != name) continue;
    old = value;
    return;
  }
  pairs.emplace_back(name, value);
}

}  // namespace

TraceShrinker::TraceShrinker(std::string invariant, std::string path, std::uint64_t executions_max)
    : invariant_(std::move(invariant)),
      path_(std::move(path)),
      executions_max_(executions_max == 0 ? shrink_executions_max : executions_max) {}

bool TraceShrinker::may_run() {
  if (rerun_) {
    steps_ += rerun_->steps() - steps_seen_;
    steps_seen_ = rerun_->steps();
  }
  if (executions_ >= executions_max_) {
    limits_.insert(fmt::format("shrink_executions={}", executions_max_));
    return false;
  }
  if (steps_ >= shrink_steps_max) {
    limits_.insert(fmt::format("shrink_steps={}", shrink_steps_max));
    return false;
  }
  executions_++;
  return true;
}

std::string TraceShrinker::open(const Options& options) {
  open_ = false;
  rerun_.reset();  // the simulated memory lives at one address
  rerun_ = std::make_unique<Rerun>();
  steps_seen_ = 0;
  const std::string error = rerun_->set_up(options);
  if (!error.empty()) {
    rerun_.reset();
    return error;
  }
  if (steps_per_execution_max_ != 0) rerun_->limit_steps(steps_per_execution_max_);
  if (!objects_.empty()) rerun_->know_objects(objects_);
  return "";
}

// REQUIRES: the latest run of rerun_ is the attempt, under options_.
void TraceShrinker::keep(const traces::Attempt& attempt) {
  best_ = attempt;
  by_key_ = rerun_->plan(true);
  recording_ = rerun_->recording();
  objects_ = rerun_->objects();
  steps_per_execution_max_ = attempt.cost.steps * longer_max + steps_spare;
  rerun_->limit_steps(steps_per_execution_max_);
  save();
}

// The program first: a trace names a file that is there.
void TraceShrinker::save() {
  if (!program_.empty()) {
    const auto written = traces::write_file(options_.input, program_);
    if (!written) problem_ = options_.input + ": " + written.error.describe();
  }
  const auto written = traces::write_trace(path_, trace_of(options_, recording_, objects_));
  if (!written) problem_ = path_ + ": " + written.error.describe();
}

std::string TraceShrinker::start(const Options& options,
                                 const std::vector<model::Choice>& choices) {
  options_ = options;
  if (std::string error = open(options); !error.empty()) return error;
  open_ = true;
  model::ExplorerOptions e;
  e.replay = choices;
  model::Replay replay(e);
  replay.next_execution();
  rerun_->run(replay);
  if (!rerun_->violates(invariant_) || replay.divergence()) {
    return "the failing execution does not repeat" +
           (replay.divergence() ? ": " + replay.divergence()->describe() : "");
  }
  executions_++;
  keep({true, rerun_->cost(), rerun_->plan(false)});
  operations_ = rerun_->mutators() == nullptr ? 0 : operations_of(rerun_->mutators()->program);
  before_ = size_of(recording_, best_.cost, operations_);
  return problem_;
}

std::optional<traces::Attempt> TraceShrinker::run(const traces::Plan& plan) {
  if (!may_run()) return std::nullopt;
  return rerun_->attempt(plan, invariant_);
}

void TraceShrinker::shrink_schedule() {
  if (!reopen().empty()) return;
  open_ = true;
  traces::shrink(
      best_, [this](const traces::Plan& plan) { return run(plan); },
      [this](const traces::Attempt& better) { keep(better); });
}

// Removing blocks ends in a minimum that need not be the least; few preemptions can be enumerated.
void TraceShrinker::search_few_preemptions() {
  if (best_.cost.switches < 2 || !reopen().empty()) return;
  open_ = true;
  model::ExplorerOptions e;
  e.preemptions = few_preemptions;
  e.executions_max = few_preemptions_executions_max;
  model::PreemptionBound explorer(e);
  while (explorer.next_execution() && may_run()) {
    explorer.rewind();
    rerun_->run(explorer);
    if (!rerun_->violates(invariant_) || rerun_->cost() >= best_.cost) continue;
    keep({true, rerun_->cost(), rerun_->plan(false)});
    shrink_schedule();
    return;
  }
}

std::optional<traces::Attempt> TraceShrinker::find_failure(std::uint64_t random_max) {
  for (const traces::Plan* plan : {&best_.plan, &by_key_}) {
    const auto attempt = run(*plan);
    if (!attempt || attempt->fails) return attempt;
  }
  model::ExplorerOptions e;
  e.seed = options_.seed;
  e.executions_max = random_max;
  model::Random random(e);
  while (random.next_execution() && may_run()) {
    rerun_->run(random);
    if (!rerun_->violates(invariant_)) continue;
    return traces::Attempt{true, rerun_->cost(), rerun_->plan(false)};
  }
  return std::nullopt;
}

bool TraceShrinker::try_program(const MutatorProgram& program) {
  if (!problem_.empty()) return false;
  rerun_->mutators()->set(program);
  const auto found = find_failure(searched_for_program_max);
  if (!found || !found->fails) return false;
  operations_ = operations_of(program);
  program_ = write_mutator_program(program);
  options_.input = path_ + program_suffix;
  keep(*found);
  return true;
}

// What a smaller program violates may take another schedule, and a longer one.
bool TraceShrinker::shrink_program_of_input() {
  if (!limits_.empty() || !reopen().empty()) return false;
  open_ = true;
  if (rerun_->mutators() == nullptr) return false;
  const std::size_t before = operations_;
  const MutatorProgram whole = rerun_->mutators()->program;
  const MutatorProgram smallest =
      shrink_program(whole, [this](const MutatorProgram& program) { return try_program(program); });
  rerun_->mutators()->set(smallest);
  if (smallest == whole) return false;
  changes_.push_back(
      fmt::format("operations {} -> {}, in {}", before, operations_, options_.input));
  return true;
}

bool TraceShrinker::try_options(const Options& options, const std::string& change) {
  if (!limits_.empty() || !open(options).empty()) return false;
  const auto found = find_failure(searched_max);
  if (!found || !found->fails) return false;
  const auto smaller = traces::shrink(
      *found, [this](const traces::Plan& plan) { return run(plan); },
      [](const traces::Attempt&) {});
  const bool stronger_model = options.memory_model != options_.memory_model;
  if (!stronger_model && smaller.cost.switches > std::max(best_.cost.switches, switches_enough)) {
    return false;
  }
  // Once more, since the latest run is not the smallest one.
  const auto again = rerun_->attempt(smaller.plan, invariant_);
  if (!again.fails) return false;
  options_ = options;
  open_ = true;
  changes_.push_back(change);
  keep(again);
  return true;
}

// The low end first; then between what does not fail and what does.
bool TraceShrinker::shrink_number(std::int64_t low, std::int64_t value, const std::string& name,
                                  const std::function<void(Options&, std::int64_t)>& set) {
  const auto attempt = [&](std::int64_t to) {
    Options o = options_;
    set(o, to);
    return try_options(o, fmt::format("{} {} -> {}", name, value, to));
  };
  if (value <= low) return false;
  if (attempt(low)) return true;
  bool any = false;
  for (std::int64_t clean = low; value - clean > 1;) {
    const std::int64_t middle = clean + (value - clean) / 2;
    if (attempt(middle)) {
      value = middle;
      any = true;
    } else {
      clean = middle;
    }
  }
  return any;
}

bool TraceShrinker::shrink_sizes() {
  if (!reopen().empty()) return false;
  open_ = true;
  const scenarios::Scenario& scenario = *find_scenario(options_.subject);
  const scenarios::Env env = rerun_->env();
  bool any = false;
  for (std::uint32_t i = 0; i < scenario.param_count; i++) {
    const scenarios::Param& param = scenario.params[i];
    const std::string name = param.name;
    any = shrink_number(param.low, env.params[i], "param " + name,
                        [&](Options& o, std::int64_t v) { set_pair(o.params, name, v); }) ||
          any;
  }
  return shrink_number(
             1, options_.procs, "procs",
             [](Options& o, std::int64_t v) { o.procs = static_cast<std::uint32_t>(v); }) ||
         any;
}

bool TraceShrinker::shrink_tuning() {
  bool any = false;
  for (std::size_t i = 0; i < options_.tuning.size();) {
    Options o = options_;
    const std::string name = o.tuning[i].first;
    o.tuning.erase(o.tuning.begin() + static_cast<std::ptrdiff_t>(i));
    if (try_options(o, "tuning " + name + " -> its default")) {
      any = true;
    } else {
      i++;
    }
  }
  return any;
}

bool TraceShrinker::shrink_choices_of_kernel() {
  if (!best_.plan.answers.empty()) return false;
  Options o = options_;
  o.spurious = o.refuse = 0;
  o.decide = false;
  if (o.spurious == options_.spurious && o.refuse == options_.refuse &&
      o.decide == options_.decide) {
    return false;
  }
  return try_options(o, "no choices but the schedule's");
}

bool TraceShrinker::shrink_options() {
  bool any = false;
  if (options_.memory_model != "sc") {
    Options o = options_;
    o.memory_model = "sc";
    any = try_options(o, "memory model " + options_.memory_model + " -> sc");
  }
  any = shrink_choices_of_kernel() || any;
  any = shrink_sizes() || any;
  any = shrink_tuning() || any;
  return shrink_program_of_input() || any;
}

void TraceShrinker::shrink() {
  shrink_program_of_input();
  if (!problem_.empty()) return;
  shrink_schedule();
  for (int round = 0; round < rounds_max && limits_.empty() && problem_.empty(); round++) {
    if (!shrink_options()) break;
    shrink_schedule();
  }
  if (limits_.empty()) search_few_preemptions();
}

Shrunk TraceShrinker::result() const {
  Shrunk shrunk;
  shrunk.error = problem_;
  shrunk.not_written = !problem_.empty();
  shrunk.before = before_;
  shrunk.after = size_of(recording_, best_.cost, operations_);
  shrunk.options = options_;
  shrunk.changes = changes_;
  shrunk.executions = executions_;
  shrunk.limits.assign(limits_.begin(), limits_.end());
  return shrunk;
}

Shrunk shrink_failure(const Options& options, const std::vector<model::Choice>& choices,
                      const std::string& invariant, const std::string& path,
                      std::uint64_t executions_max) {
  TraceShrinker shrinker(invariant, path, executions_max);
  const std::string error = shrinker.start(options, choices);
  if (error.empty()) shrinker.shrink();
  Shrunk shrunk = shrinker.result();
  if (!error.empty()) shrunk.error = error;
  return shrunk;
}

}  // namespace cli
