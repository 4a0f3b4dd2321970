// Tries the recorded choices, then the plan of their keys, then its neighbours.
#include "cli/tolerant.h"

#include <fmt/format.h>

#include "cli/recording.h"
#include "model/replay.h"

namespace cli {
namespace {

constexpr auto drain = static_cast<std::uint8_t>(sim::Operation::drain);

traces::Plan plan_in(const traces::Trace& trace) {
  std::vector<traces::Step> steps;
  std::vector<traces::Answer> answers;
  for (std::size_t i = 0; i < trace.choices.size(); i++) {
    const model::Choice& choice = trace.choices[i];
    const traces::StepKey& key = trace.keys[i];
    if (choice.kind == model::ChoiceKind::schedule) {
      steps.push_back({key, key.operation == drain});
    } else if (choice.chosen != 0) {
      answers.push_back({key.thread, choice.kind, key.occurrence, choice.chosen});
    }
  }
  return plan_of(steps, std::move(answers), true);
}

std::string describe(const traces::StepKey& key, const traces::Trace& trace) {
  const auto operation = static_cast<sim::Operation>(key.operation);
  const std::string& object = trace.objects[key.object];
  return fmt::format("thread {}: {}{}{}, time {}", key.thread, sim::name_of(operation),
                     object.empty() ? "" : " of ", object, key.occurrence + 1);
}

class Aligner {
 public:
  Aligner(const Options& options, const traces::Trace& trace)
      : trace_(trace), invariant_(recorded_invariant(trace)) {
    result_.error = rerun_.set_up(options);
    rerun_.know_objects(trace.objects);
  }

  Alignment align() {
    if (!result_.error.empty() || try_exactly() || try_keys()) return std::move(result_);
    for (std::uint32_t by = 1; by <= tolerant_steps_moved_max; by++) {
      if (try_moved(plan_, 0, by)) return std::move(result_);
    }
    for (std::size_t i = 0; i + 1 < plan_.blocks.size(); i++) {
      for (std::int64_t by : {-1, 1, -2, 2}) {
        if (!may_move(plan_.blocks[i], by)) continue;
        traces::Plan moved = plan_;
        moved.blocks[i].end = static_cast<std::uint32_t>(moved.blocks[i].end + by);
        if (try_moved(moved, i + 1, 2)) return std::move(result_);
      }
    }
    return std::move(result_);
  }

 private:
  bool keep() {
    result_.choices = rerun_.machine().choices;
    result_.reproduced = rerun_.violates(invariant_);
    return result_.reproduced;
  }

  bool try_exactly() {
    model::ExplorerOptions e;
    e.replay = trace_.choices;
    model::Replay replay(e);
    replay.next_execution();
    rerun_.run(replay);
    replay.next_execution();
    result_.exact = !replay.divergence();
    if (replay.divergence()) result_.notes.push_back(replay.divergence()->describe());
    return keep() && result_.exact;
  }

  bool try_keys() {
    result_.exact = false;
    const traces::Plan plan = plan_in(trace_);
    traces::Guide guide(rerun_, plan);
    rerun_.run(guide);
    const traces::Guide::Fit fit = guide.fit();
    result_.keys = fit.steps;
    result_.found = fit.found;
    if (fit.first_missing) {
      result_.notes.push_back("not found: " + describe(*fit.first_missing, trace_));
    }
    if (fit.blocks_passed_over != 0) {
      result_.notes.push_back(
          fmt::format("{} times a thread could not run when it was to", fit.blocks_passed_over));
    }
    plan_ = rerun_.plan(false);
    return keep();
  }

  static bool may_move(const traces::Block& block, std::int64_t by) {
    return !block.drain && block.end != traces::to_the_end && block.end + by > 0;
  }

  // Moves one end, of block `first` or a later one, by `by` steps either way.
  bool try_moved(const traces::Plan& plan, std::size_t first, std::uint32_t by) {
    for (std::size_t i = first; i + 1 < plan.blocks.size(); i++) {
      for (const std::int64_t move : {-std::int64_t{by}, std::int64_t{by}}) {
        if (!may_move(plan.blocks[i], move)) continue;
        if (rerun_.executions() >= tolerant_executions_max) return false;
        traces::Plan moved = plan;
        moved.blocks[i].end = static_cast<std::uint32_t>(moved.blocks[i].end + move);
        if (!rerun_.attempt(moved, invariant_).fails) continue;
        result_.notes.push_back(
            fmt::format("reproduced with the end of block {} of {} (thread {}) moved by {} steps",
                        i + 1, plan.blocks.size(), plan.blocks[i].thread, move));
        return keep();
      }
    }
    return false;
  }

  const traces::Trace& trace_;
  const std::string invariant_;
  Rerun rerun_;
  traces::Plan plan_;  // that the execution by keys followed
  Alignment result_;
};

}  // namespace

Alignment align(const Options& options, const traces::Trace& trace) {
  return Aligner(options, trace).align();
}

void print_alignment(const Alignment& a, const std::string& path) {
  if (a.exact) return;
  fmt::print(stderr, "tricolor: {}: {}; {} of {} decisions found by their keys\n", path,
             a.reproduced ? "the program has changed, and still fails the same way"
                          : "the violation was not reproduced",
             a.found, a.keys);
  for (const std::string& note : a.notes) fmt::print(stderr, "  {}\n", note);
}

}  // namespace cli
