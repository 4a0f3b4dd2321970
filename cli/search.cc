// Sets a machine up from the options and drives the explorer over it.
#include "cli/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "checkers/checkers.h"
#include "checkers/shadow.h"
#include "cli/inputs.h"
#include "model/replay.h"

namespace cli {
namespace {

const char* const event_names[] = {"none",
                                   "alloc",
                                   "alloc_slot",
                                   "free_object",
                                   "free_span",
                                   "span_alloc",
                                   "span_sweep_begin",
                                   "span_sweep_end",
                                   "sweepgen_bump",
                                   "gc_begin",
                                   "gc_mark_begin",
                                   "gc_mark_end",
                                   "gc_end",
                                   "grey_object",
                                   "scan_object",
                                   "workbuf_new",
                                   "workbuf_get",
                                   "workbuf_put",
                                   "workbuf_handoff",
                                   "lfstack_push",
                                   "lfstack_pop",
                                   "parfor_setup",
                                   "parfor_index",
                                   "parfor_done",
                                   "lock_begin",
                                   "lock_acquire",
                                   "lock_release",
                                   "note_wakeup",
                                   "note_sleep_done",
                                   "world_stopped",
                                   "world_started",
                                   "finalizer_set",
                                   "finalizer_removed",
                                   "finalizer_queued",
                                   "finalizer_run",
                                   "special_add",
                                   "heap_grow",
                                   "scavenge",
                                   "slot_store",
                                   "root_add",
                                   "user",
                                   "span_counted",
                                   "runtime_init",
                                   "touch"};
static_assert(std::size(event_names) == static_cast<std::size_t>(runtime_core::Event::count_));

std::string apply_params(const scenarios::Scenario& scenario,
                         const std::vector<std::pair<std::string, std::int64_t>>& params,
                         scenarios::Env& env) {
  for (const auto& [name, value] : params) {
    bool known = false;
    std::string names;
    for (std::uint32_t i = 0; i < scenario.param_count; i++) {
      names += std::string(i == 0 ? "" : ", ") + scenario.params[i].name;
      if (name != scenario.params[i].name) continue;
      env.params[i] = value;
      known = true;
    }
    if (!known) {
      return fmt::format("scenario {} has no parameter '{}'; it has: {}", scenario.name, name,
                         names.empty() ? "none" : names);
    }
  }
  return "";
}

std::vector<std::pair<std::string, std::int64_t>> parse_params(const std::string& text) {
  std::vector<std::pair<std::string, std::int64_t>> params;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string pair = text.substr(begin, end - begin);
    const auto at = pair.find('=');
    params.emplace_back(pair.substr(0, at), std::stoll(pair.substr(at + 1)));
    begin = end + 1;
  }
  return params;
}

// Rules and Tuning are plain values: what a mutant changes from the default is what it breaks.
template <class T>
void merge(T& into, const T& mutant) {
  const T correct{};
  auto* to = reinterpret_cast<unsigned char*>(&into);
  const auto* from = reinterpret_cast<const unsigned char*>(&mutant);
  const auto* base = reinterpret_cast<const unsigned char*>(&correct);
  for (std::size_t i = 0; i < sizeof(T); i++) {
    if (from[i] != base[i]) to[i] = from[i];
  }
}

std::string plant(const Options& options, sim::Options& machine,
                  std::vector<std::pair<std::string, std::int64_t>>& params) {
  for (const std::string& id : options.mutants) {
    const scenarios::Mutant* mutant = find_mutant(id);
    if (mutant == nullptr) return "unknown mutant '" + id + "'; `tricolor list mutants` names them";
    merge(machine.rules, mutant->rules);
    merge(machine.tuning, mutant->tuning);
    for (const auto& param : parse_params(mutant->params)) params.insert(params.begin(), param);
  }
  for (const auto& [name, value] : options.tuning) {
    if (!set_tuning(machine.tuning, name, value)) {
      return "unknown tuning '" + name + "'; `tricolor list tuning` names them";
    }
  }
  return "";
}

struct Session {
  sim::Machine machine;
  scenarios::Env env{};
  std::unique_ptr<model::Explorer> explorer;
  std::unique_ptr<sim::MemoryModel> memory;
  Inputs inputs;
  checkers::Shadow shadow;
  std::vector<std::unique_ptr<sim::EventObserver>> checkers;
};

// All checkers watch, or only those that were named.
std::string add_checkers(const Options& options, Session& s) {
  for (const std::string& name : options.checkers) {
    bool known = false;
    for (const auto& entry : checkers::checkers()) known = known || name == entry.name;
    if (!known) return "unknown checker '" + name + "'; `tricolor list checkers` names them";
  }
  s.machine.observers.push_back(&s.shadow);
  for (const auto& entry : checkers::checkers()) {
    const bool wanted = options.checkers.empty() ||
                        std::find(options.checkers.begin(), options.checkers.end(), entry.name) !=
                            options.checkers.end();
    if (!wanted) continue;
    s.checkers.push_back(entry.make(s.shadow));
    s.machine.observers.push_back(s.checkers.back().get());
  }
  return "";
}

std::string set_up(const Options& options, const std::vector<model::Choice>& choices, Session& s) {
  s.machine.scenario = find_scenario(options.subject);
  if (s.machine.scenario == nullptr) return "unknown scenario";
  const scenarios::Scenario& scenario = *s.machine.scenario;
  s.env.procs = options.procs;
  s.env.param_count = scenario.param_count;
  for (std::uint32_t i = 0; i < scenario.param_count; i++) {
    s.env.params[i] = scenario.params[i].value;
  }
  auto params = std::vector<std::pair<std::string, std::int64_t>>{};
  if (scenario.tuning != nullptr) s.machine.options.tuning = *scenario.tuning;
  std::string error = plant(options, s.machine.options, params);
  params.insert(params.end(), options.params.begin(), options.params.end());
  if (error.empty()) error = apply_params(scenario, params, s.env);
  if (!error.empty()) return error;
  if (options.procs < 1 || options.procs > 32) return "--procs takes 1 to 32";
  const std::uint32_t threads = scenario.thread_count(s.env);
  if (threads < 1 || threads > sim::threads_max) {
    return fmt::format("{} threads; a scenario has 1 to {}", threads, sim::threads_max);
  }
  s.machine.options.threads = threads;
  s.machine.options.awaits = options.awaits;
  s.machine.options.spurious_wakeups = options.spurious;
  s.machine.options.refuse_memory = options.refuse;
  s.machine.options.decide_choices = options.decide;
  s.machine.recording = options.record;
  s.machine.env = &s.env;
  error = add_checkers(options, s);
  if (error.empty()) error = s.inputs.load(options, s.machine, s.env);
  if (!error.empty()) return error;
  model::ExplorerOptions e;
  e.seed = options.seed;
  e.executions_max = options.command == "run" ? options.runs : options.executions_max;
  e.preemptions = options.preemptions;
  e.replay = choices;
  s.explorer = model::make_explorer(options.explorer, e);
  if (!s.explorer) return "unknown explorer '" + options.explorer + "'";
  if (!options.output.empty() && s.explorer->supports_backtrack()) {
    return "--output takes an explorer that starts every execution over, such as random";
  }
  s.machine.explorer = s.explorer.get();
  for (const auto& entry : sim::memory_models()) {
    if (options.memory_model != entry.name) continue;
    if (!s.machine.space.map()) {
      return "cannot map the simulated memory at 0x200000000000 (464 GiB of address space, not of "
             "memory); raise `ulimit -v` or allow overcommit";
    }
    s.memory.reset(entry.make(s.machine));
  }
  if (!s.memory) return "unknown memory model '" + options.memory_model + "'";
  s.machine.memory = s.memory.get();
  // What the setup violates is a violation like any other, after no choice at all.
  if (!s.machine.prepare(&error) && s.machine.violations.empty()) return error;
  return "";
}

void collect(const Session& s, Outcome& outcome) {
  const sim::Machine& m = s.machine;
  outcome.steps = m.total_steps;
  outcome.blocked = m.abandoned_iterations;
  outcome.violations = m.violations;
  outcome.choices = m.choices;
  outcome.race_stack = m.race_stack;
  outcome.steps_of_last = m.step_log;
  for (std::size_t i = 0; i < std::size(m.reached); i++) {
    if (m.reached[i] != 0) outcome.reached.emplace_back(event_names[i], m.reached[i]);
  }
  for (std::uint32_t i = 0; i < s.env.result_count; i++) {
    outcome.results.emplace_back(s.env.results[i].name, s.env.results[i].value);
  }
}

// Runs the violating execution again, from the very beginning, to find the stack of the access that
// the race is with.
void find_other_stack(const Options& options, const sim::Watch& race, Outcome& outcome) {
  Options again = options;
  again.explorer = "replay";
  Session s;
  s.machine.watch = race;
  if (!set_up(again, outcome.choices, s).empty()) return;
  if (s.machine.violations.empty() && s.explorer->next_execution()) s.machine.execute(0);
  outcome.other_stack = s.machine.watch.stack;
}

}  // namespace

Outcome search(const Options& options, const std::vector<model::Choice>& choices) {
  Outcome outcome;
  outcome.scenario = options.subject;
  auto session = std::make_unique<Session>();
  Session& s = *session;
  outcome.error = set_up(options, choices, s);
  if (!outcome.error.empty()) return outcome;
  const auto begin = std::chrono::steady_clock::now();
  bool complete = s.machine.violations.empty();
  while (complete) {
    const auto depth = s.explorer->next_execution();
    if (!depth) break;
    s.machine.execute(*depth);
    complete = s.machine.violations.empty();
    if (!complete) break;
    if (s.explorer->last_execution_was_new()) {
      outcome.executions++;
    } else {
      outcome.redundant++;
    }
    outcome.hash = (outcome.hash ^ s.machine.hot->hash) * 0x9e3779b97f4a7c15ull;
  }
  if (!complete) outcome.hash = (outcome.hash ^ s.machine.hot->hash) * 0x9e3779b97f4a7c15ull;
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  outcome.seconds = spent.count();
  outcome.coverage = complete                       ? s.explorer->coverage()
                     : options.explorer == "random" ? model::Coverage::sampled
                                                    : model::Coverage::inconclusive;
  outcome.limits = s.explorer->limits();
  if (const auto* replay = dynamic_cast<const model::Replay*>(s.explorer.get());
      replay != nullptr && replay->divergence()) {
    outcome.divergence = replay->divergence()->describe();
  }
  collect(s, outcome);
  s.inputs.add_figures(outcome.results);
  if (complete) outcome.error = s.inputs.write_output(options, s.env);
  const sim::Watch race = s.machine.race;
  session.reset();
  if (race.thread != sim::no_thread) find_other_stack(options, race, outcome);
  return outcome;
}

}  // namespace cli
