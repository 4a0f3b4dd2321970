// Drives the explorer over the machine and collects what came of it.
#include "cli/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/event_names.h"
#include "cli/object_names.h"
#include "cli/order_rules.h"
#include "cli/part.h"
#include "cli/partitioned.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "model/fuzz.h"
#include "model/replay.h"
#include "sim/axioms/relation.h"

namespace cli {

namespace {

// What the machine shows of the last execution.
void collect(const Session& s, Outcome& outcome) {
  const sim::Machine& m = s.machine;
  outcome.fair = m.fair;
  outcome.violations = m.violations;
  outcome.choices = m.choices;
  outcome.hash_of_last = m.hot->hash;
  outcome.race_stack = m.race_stack;
  outcome.independent_loads = m.memory->needs_independent_loads();
  outcome.steps_of_last = m.step_log;
  for (const sim::EventRecord& e : m.log) {
    outcome.events_of_last.push_back({e.kind, static_cast<std::uint8_t>(e.thread), m.name_of(e.a),
                                      m.name_of(e.b), m.name_of(e.c)});
  }
  for (std::uint32_t i = 0; i < s.env.result_count; i++) {
    outcome.results.emplace_back(s.env.results[i].name, s.env.results[i].value);
  }
  for (std::uint32_t t = 0; t <= m.options.threads; t++) {
    outcome.stack_high_water = std::max(outcome.stack_high_water, m.fibers[t].high_water());
  }
  for (const sim::Fiber& stack : m.stacks) {
    outcome.stack_high_water = std::max(outcome.stack_high_water, stack.high_water());
  }
  if (s.phases != nullptr) outcome.phases = s.phases->figures();
  if (const auto* replay = dynamic_cast<const model::Replay*>(s.explorer.get());
      replay != nullptr && replay->divergence()) {
    outcome.divergence = replay->divergence()->describe();
  }
}

// Runs the violating execution again, from the very beginning, to find the stack of the access that
// the race is with.
void find_other_stack(const Options& options, const sim::Watch& race, Outcome& outcome) {
  Options again = options;
  again.explorer = "replay";
  again.fair = outcome.fair;
  Session s;
  s.machine.watch = race;
  if (!s.set_up(again, outcome.choices).empty()) return;
  if (s.machine.violations.empty() && s.explorer->next_execution()) s.machine.execute(0);
  outcome.other_stack = s.machine.watch.stack;
}

// Likewise, to name the steps that repeat for ever.
std::vector<std::string> find_cycle(const Options& options, std::uint64_t from, std::uint64_t count,
                                    const Outcome& outcome) {
  Options again = options;
  again.explorer = "replay";
  again.fair = outcome.fair;
  again.record = true;
  Session s;
  if (!s.set_up(again, outcome.choices).empty()) return {};
  const ObjectNames names(s.machine, s.shadow.runtime);
  if (s.explorer->next_execution()) s.machine.execute(0);
  std::vector<std::string> lines;
  const auto& steps = s.machine.step_log;
  for (std::uint64_t i = from; i < std::min<std::uint64_t>(from + count, steps.size()); i++) {
    lines.push_back(
        fmt::format("step {}, thread {}: {}", i + 1, steps[i].thread, names.describe(steps[i])));
  }
  return lines;
}

void add_totals(const Session& s, Totals totals, Outcome& outcome) {
  outcome.executions = totals.executions;
  outcome.blocked = totals.blocked;
  outcome.redundant = totals.redundant;
  outcome.steps = totals.steps;
  outcome.audited = totals.audited;
  outcome.hash = totals.hash;
  outcome.hashes = std::move(totals.hashes);
  for (std::size_t i = 0; i < totals.reached.size(); i++) {
    if (totals.reached[i] != 0) outcome.reached.emplace_back(event_names[i], totals.reached[i]);
  }
  const sim::Options& o = s.machine.options;
  const std::pair<sim::Bound, std::string> bounds[] = {
      {sim::Bound::spurious, fmt::format("spurious={}", o.spurious_wakeups)},
      {sim::Bound::refusals, fmt::format("refuse_memory={}", o.refusals)},
      {sim::Bound::lassos, fmt::format("liveness={} lines", sim::Lassos::lines_max)},
      {sim::Bound::window,
       fmt::format("old_stores={} events since they were overwritten", sim::axioms::events_max)},
      {sim::Bound::patience, fmt::format("patience={} yields", sim::unfair_yields_max)},
  };
  for (const auto& [bound, text] : bounds) {
    if (totals.bounds_hit.has(bound)) outcome.limits.push_back(text);
  }
  if (!totals.bounds_hit.none() && outcome.coverage == model::Coverage::exhausted) {
    outcome.coverage = model::Coverage::bounded;
  }
}

// So many executions are lost to the corpus, at most, when the process is killed.
constexpr std::uint64_t corpus_interval = 1000;

// What fuzzing has come to; false when the corpus cannot be written, and the outcome says why.
bool keep_corpus(Session& s, model::Fuzz& fuzz, Outcome& outcome) {
  if (s.machine.violations.empty()) fuzz.settle();
  const auto inputs = fuzz.corpus();
  std::string error = s.corpus.write(inputs);
  if (!error.empty() && !s.machine.violations.empty()) {
    // The violation is what there is to report.
    fmt::print(stderr, "tricolor: {}\n", error);
    error.clear();
  }
  if (outcome.error.empty()) outcome.error = error;
  outcome.fuzz = {.inputs_read = s.corpus.inputs().size(),
                  .corpus_size = inputs.size(),
                  .written = s.corpus.written()};
  for (std::size_t kind = 0; kind < model::feature_kinds; kind++) {
    outcome.fuzz->features[kind] = fuzz.seen().known(static_cast<model::FeatureKind>(kind));
  }
  return outcome.error.empty();
}

// A search without parts.
void drive(Session& s, const Options& options, Outcome& outcome) {
  Progress progress(options);
  Totals totals;
  auto* fuzz = dynamic_cast<model::Fuzz*>(s.explorer.get());
  if (s.machine.violations.empty()) {
    PartReport report = run_whole(s, options.twice, [&](const Totals& t) {
      const bool is_spent = progress.is_spent({t.executions, t.steps});
      const bool is_due = t.counted != 0 && t.counted % corpus_interval == 0;
      if (fuzz != nullptr && is_due && !keep_corpus(s, *fuzz, outcome)) return true;
      return is_spent;
    });
    totals = std::move(report.totals);
    outcome.unrepeatable = std::move(report.divergence);
    if (outcome.error.empty()) outcome.error = std::move(report.failure);
  }
  if (fuzz != nullptr) keep_corpus(s, *fuzz, outcome);
  outcome.seconds = progress.seconds();
  outcome.spent = progress.spent();
  outcome.coverage = s.explorer->coverage();
  if (s.machine.violations.empty()) outcome.limits = s.explorer->limits();
  if (s.state_hashing.is_on()) outcome.states = s.state_hashing.figures();
  add_totals(s, std::move(totals), outcome);
}

}  // namespace

Outcome search(const Options& options, const std::vector<model::Choice>& choices) {
  Outcome outcome;
  outcome.scenario = options.subject;
  if (options.estimate != 0) {
    outcome.error = estimate(options, &outcome.estimate.emplace());
    if (!outcome.error.empty()) return outcome;
  }
  auto session = std::make_unique<Session>();
  Session& s = *session;
  outcome.error = s.set_up(options, choices);
  if (!outcome.error.empty()) return outcome;
  if (s.partition == nullptr &&
      (options.workers > 1 || !options.checkpoint.empty() || !options.resume.empty())) {
    outcome.error = fmt::format(
        "--workers, --checkpoint and --resume with the explorer {}: it does not search in parts",
        options.explorer);
    return outcome;
  }
  if (options.audit != 0) s.auditor = std::make_unique<Auditor>(options, s);
  if (s.partition != nullptr && s.machine.violations.empty()) {
    Totals totals;
    outcome.error = search_in_parts(s, options, totals, outcome);
    if (!outcome.error.empty()) return outcome;
    add_totals(s, std::move(totals), outcome);
  } else {
    drive(s, options, outcome);
  }
  if (outcome.crash.empty()) collect(s, outcome);
  const bool sampled = outcome.coverage == model::Coverage::sampled;
  if (!outcome.violations.empty() && !sampled) outcome.coverage = model::Coverage::inconclusive;
  if (!outcome.spent.empty()) {
    if (!sampled) outcome.coverage = model::Coverage::inconclusive;
    outcome.limits.push_back(outcome.spent);
  }
  s.inputs.add_figures(outcome.results);
  if (outcome.violations.empty() && outcome.error.empty()) {
    outcome.error = s.inputs.write_output(options, s.env);
  }
  if (s.orders != nullptr) {
    outcome.sites.assign(s.orders->sites().begin(), s.orders->sites().end());
    // Who wants the sites looks for himself.
    if (outcome.error.empty() && !options.keep_sites) {
      outcome.error = describe_unmet(options, *s.orders);
    }
    if (!outcome.error.empty()) return outcome;
  }
  const sim::Watch race = s.machine.race;
  const auto cycle = s.machine.cycle;
  session.reset();
  if (race.thread != sim::no_thread) find_other_stack(options, race, outcome);
  if (cycle.steps != 0) outcome.cycle = find_cycle(options, cycle.from, cycle.steps, outcome);
  return outcome;
}

}  // namespace cli
