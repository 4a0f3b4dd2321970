// Drives the explorer over the machine and collects what came of it.
#include "cli/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/event_names.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "model/replay.h"

namespace cli {

namespace {

void collect(const Session& s, Outcome& outcome) {
  const sim::Machine& m = s.machine;
  outcome.steps = m.total_steps;
  if (m.options.fair) outcome.blocked = m.abandoned_iterations;
  outcome.violations = m.violations;
  outcome.choices = m.choices;
  outcome.hash_of_last = m.hot->hash;
  outcome.race_stack = m.race_stack;
  outcome.steps_of_last = m.step_log;
  for (const sim::EventRecord& e : m.log) {
    outcome.events_of_last.push_back({e.kind, static_cast<std::uint8_t>(e.thread), m.name_of(e.a),
                                      m.name_of(e.b), m.name_of(e.c)});
  }
  for (std::size_t i = 0; i < std::size(m.reached); i++) {
    if (m.reached[i] != 0) outcome.reached.emplace_back(event_names[i], m.reached[i]);
  }
  for (std::uint32_t i = 0; i < s.env.result_count; i++) {
    outcome.results.emplace_back(s.env.results[i].name, s.env.results[i].value);
  }
  if (m.violations.empty()) outcome.limits = s.explorer->limits();
  if (m.spurious_bound_hit) {
    outcome.limits.push_back(fmt::format("spurious={}", m.options.spurious_wakeups));
  }
  if (m.refusal_bound_hit) {
    outcome.limits.push_back(fmt::format("refuse_memory={}", m.options.refusals));
  }
  for (std::uint32_t t = 0; t <= m.options.threads; t++) {
    outcome.stack_high_water = std::max(outcome.stack_high_water, m.fibers[t].high_water());
  }
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
  Session s;
  s.machine.watch = race;
  if (!s.set_up(again, outcome.choices).empty()) return;
  if (s.machine.violations.empty() && s.explorer->next_execution()) s.machine.execute(0);
  outcome.other_stack = s.machine.watch.stack;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 0x9e3779b97f4a7c15ull;
}

// Runs executions until the explorer, a violation or the clock says stop.
void drive(const Options& options, Session& s, Outcome& outcome) {
  sim::Machine& m = s.machine;
  Progress progress(options);
  while (m.violations.empty()) {
    if (progress.is_time_over(outcome.executions, m.total_steps)) {
      outcome.timed_out = true;
      break;
    }
    const auto depth = s.explorer->next_execution();
    if (!depth) break;
    m.execute(*depth);
    outcome.hash = mix(outcome.hash, m.hot->hash);
    if (options.twice && outcome.hashes.size() < hashes_max) outcome.hashes.push_back(m.hot->hash);
    if (!m.violations.empty()) break;
    if (m.ended == sim::End::blocked) {
      outcome.blocked++;
    } else if (m.ended == sim::End::complete && s.explorer->last_execution_was_new()) {
      outcome.executions++;
    } else {
      outcome.redundant++;
    }
  }
  outcome.seconds = progress.seconds();
}

model::Coverage coverage_of(const Options& options, const Session& s, const Outcome& outcome) {
  const bool sampled = model::samples(options.explorer);
  if (outcome.timed_out || !s.machine.violations.empty()) {
    return sampled ? model::Coverage::sampled : model::Coverage::inconclusive;
  }
  const model::Coverage coverage = s.explorer->coverage();
  const bool bounded = s.machine.spurious_bound_hit || s.machine.refusal_bound_hit;
  return bounded && coverage == model::Coverage::exhausted ? model::Coverage::bounded : coverage;
}

}  // namespace

Outcome search(const Options& options, const std::vector<model::Choice>& choices) {
  Outcome outcome;
  outcome.scenario = options.subject;
  auto session = std::make_unique<Session>();
  Session& s = *session;
  outcome.error = s.set_up(options, choices);
  if (!outcome.error.empty()) return outcome;
  drive(options, s, outcome);
  collect(s, outcome);
  outcome.coverage = coverage_of(options, s, outcome);
  if (outcome.timed_out) {
    outcome.limits.push_back(fmt::format("time_limit={:g} s", options.time_limit));
  }
  s.inputs.add_figures(outcome.results);
  if (outcome.violations.empty()) outcome.error = s.inputs.write_output(options, s.env);
  const sim::Watch race = s.machine.race;
  session.reset();
  if (race.thread != sim::no_thread) find_other_stack(options, race, outcome);
  return outcome;
}

}  // namespace cli
