// From options to a machine that can run.
#include "cli/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/checkers.h"
#include "cli/abstract_states.h"
#include "cli/embedding.h"
#include "cli/interest.h"
#include "cli/order_rules.h"
#include "cli/symmetry.h"
#include "model/restart.h"
#include "sim/kernels.h"

namespace cli {

Embedding* embedding = nullptr;

namespace {

std::string apply_params(const scenarios::Scenario& scenario,
                         const std::vector<std::pair<std::string, std::int64_t>>& params,
                         scenarios::Env& env) {
  for (const auto& [name, value] : params) {
    bool known = false;
    std::string names;
    for (std::uint32_t i = 0; i < scenario.param_count; i++) {
      names += std::string(i == 0 ? "" : ", ") + scenario.params[i].name;
      const scenarios::Param& param = scenario.params[i];
      if (name != param.name) continue;
      if (value < param.low || value > param.high) {
        return fmt::format("--param {}={}: {} takes {} to {}", name, value, name, param.low,
                           param.high);
      }
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

// Mutants and tuning may name a kernel too.
std::string choose_kernel(const Options& options, sim::Options& machine) {
  const sim::KernelEntry* kernel = sim::find_kernel(options.kernel);
  if (kernel == nullptr) {
    return "unknown kernel '" + options.kernel + "'; `tricolor list kernels` names them";
  }
  if (embedding != nullptr && options.kernel != default_kernel) {
    return "--kernel: a program of your own runs on linux";
  }
  if (options.kernel == default_kernel) return "";
  machine.tuning.kernel = static_cast<std::uint32_t>(kernel - sim::kernels().data());
  return "";
}

std::string enter_kernel(const Options& options, sim::Options& machine) {
  const sim::KernelEntry& kernel = sim::kernels()[machine.tuning.kernel];
  const auto says_flavour = [](const auto& pair) { return pair.first == "lock_flavour"; };
  if (std::none_of(options.tuning.begin(), options.tuning.end(), says_flavour)) {
    machine.tuning.lock_flavour = std::max(machine.tuning.lock_flavour, kernel.lock_flavour);
  } else if (machine.tuning.lock_flavour < kernel.lock_flavour) {
    return fmt::format("{} has no futexes: it takes --tuning lock_flavour={}", kernel.name,
                       kernel.lock_flavour);
  }
  machine.kernel_call = kernel.call;
  return "";
}

std::string plant(const Options& options, sim::Options& machine,
                  std::vector<std::pair<std::string, std::int64_t>>& params) {
  for (const std::string& id : options.mutants) {
    if (const scenarios::Rung* rung = find_rung(id)) {
      rung->fix(machine.rules);
      continue;
    }
    const scenarios::Mutant* mutant = find_mutant(id);
    if (mutant == nullptr) return "unknown mutant '" + id + "'; `tricolor list mutants` names them";
    merge(machine.rules, mutant->rules);
    merge(machine.tuning, mutant->tuning);
    if (options.subject != mutant->scenario) continue;  // its parameters are of that one
    for (const auto& param : parse_params(mutant->params)) params.insert(params.begin(), param);
  }
  for (const auto& [name, value] : options.tuning) {
    if (std::string error = set_tuning(machine.tuning, name, value); !error.empty()) return error;
  }
  return "";
}

// All checkers watch, or only those that were named.
std::string add_checkers(const Options& options, Session& s) {
  for (const std::string& name : options.checkers) {
    bool known = name == no_checker;
    for (const auto& entry : checkers::checkers()) known = known || name == entry.name;
    if (!known) return "unknown checker '" + name + "'; `tricolor list checkers` names them";
  }
  s.machine.observers.push_back(&s.shadow);
  for (const auto& entry : checkers::checkers()) {
    const bool wanted = options.checkers.empty() ||
                        std::find(options.checkers.begin(), options.checkers.end(), entry.name) !=
                            options.checkers.end();
    if (entry.make == nullptr) s.machine.options.races = wanted;
    if (!wanted || entry.make == nullptr) continue;
    s.checkers.push_back(entry.make(s.shadow));
    s.machine.observers.push_back(s.checkers.back().get());
  }
  return "";
}

// Why an explorer that reduces cannot be trusted with these options, or nothing.
std::string why_not_reduce(const Options& options, const sim::Options& machine) {
  constexpr const char* or_else = "; use dfs or preemption-bound";
  if (sim::find_memory_model(options.memory_model)->keeps_values) {
    return "under " + options.memory_model +
           " which store a load returns is a choice, and it takes schedules for the only choices" +
           or_else;
  }
  if (options.liveness) {
    return std::string("--liveness: whose turn it is depends on all threads") + or_else;
  }
  if (!machine.races) {
    return std::string(
               "--checker without data-race: it leaves out schedules that only unordered "
               "plain accesses tell apart") +
           or_else;
  }
  return "";
}

}  // namespace

std::string Session::set_up_program(const Options& options) {
  machine.scenario = find_scenario(options.subject);
  if (machine.scenario == nullptr) return "unknown scenario";
  const scenarios::Scenario& scenario = *machine.scenario;
  if (options.procs < 1 || options.procs > 32) return "--procs takes 1 to 32";
  if (embedding != nullptr && !options.environment.empty()) {
    return "--env: a program of your own has no variables of a Go runtime";
  }
  if (embedding != nullptr && options.liveness) {
    return "--liveness: libraries of a program of your own write memory unseen, so that its states "
           "cannot be compared; leave it out";
  }
  const sim::MemoryModelEntry* model = sim::find_memory_model(options.memory_model);
  if (model == nullptr) return "unknown memory model '" + options.memory_model + "'";
  if (options.liveness && model->keeps_values) {
    return fmt::format(
        "--liveness: under {} a state is all that loads may still return, and is not compared; use "
        "sc or tso, or leave it out",
        model->name);
  }
  env.procs = options.procs;
  env.param_count = scenario.param_count;
  for (std::uint32_t i = 0; i < scenario.param_count; i++) {
    env.params[i] = scenario.params[i].value;
  }
  std::vector<std::pair<std::string, std::int64_t>> params;
  if (scenario.tuning != nullptr) machine.options.tuning = *scenario.tuning;
  std::string error = choose_kernel(options, machine.options);
  if (error.empty()) error = plant(options, machine.options, params);
  if (error.empty()) error = enter_kernel(options, machine.options);
  params.insert(params.end(), options.params.begin(), options.params.end());
  if (error.empty()) error = apply_params(scenario, params, env);
  if (!error.empty()) return error;
  if (scenario.late_thread_count != nullptr) {
    machine.options.dormant = scenario.late_thread_count(env);
  }
  const std::uint32_t threads = scenario.thread_count(env) + machine.options.dormant;
  if (threads < 1 || threads > sim::threads_max) {
    return fmt::format("{} threads; a scenario has 1 to {}", threads, sim::threads_max);
  }
  machine.options.environment = options.environment;
  // A rerun of what was seen already is a replay.
  machine.options.shows_writes =
      options.command == "run" && options.explorer != "replay" && options.workers == 1;
  machine.options.threads = threads;
  if (scenario.goroutine_count != nullptr) machine.options.stacks = scenario.goroutine_count(env);
  if (scenario.signal_count != nullptr) {
    machine.options.signals = scenario.signal_count(env);
    machine.options.signal_window = scenario.signal_window(env);
  }
  machine.options.awaits = options.awaits;
  machine.options.fair = options.fair;
  machine.options.spurious_wakeups = options.spurious;
  machine.options.refusals = options.refuse;
  machine.options.decide_choices = options.decide;
  machine.options.liveness = options.liveness;
  if (options.liveness && machine.options.stacks != 0) {
    return "--liveness: the stacks of goroutines that no thread is on cannot be compared yet; "
           "leave it out";
  }
  machine.recording = options.record;
  machine.env = &env;
  return "";
}

// What is possible in a mark termination that lets the world run is another table.
void Session::watch_phases(const Options& options) {
  if (!machine.scenario->counts_phases) return;
  if (machine.options.tuning.concurrent_markterm != 0) return;
  const std::uint32_t procs = machine.scenario->thread_count(env);
  phases = std::make_unique<checkers::PhaseOperations>(shadow, procs, options.checkers.empty());
  machine.observers.push_back(phases.get());
}

std::string Session::set_up_orders(const Options& options) {
  std::vector<sim::OrderRule> rules;
  const std::string error = read_order_rules(options, &rules);
  if (rules.empty() && !options.keep_sites) return error;
  orders = std::make_unique<sim::OrderTable>(std::move(rules));
  machine.orders = orders.get();
  return error;
}

std::string Session::set_up_explorer(const Options& options,
                                     const std::vector<model::Choice>& choices) {
  std::string error;
  model::ExplorerOptions e;
  e.seed = options.seed;
  e.executions_max = options.command == "run" ? options.runs : options.executions_max;
  if (e.executions_max == 0 && model::samples(options.explorer)) {
    const bool limited = options.time_limit > 0 || options.step_limit != 0;
    e.executions_max = limited ? ~std::uint64_t{0} : sampled_executions;
  }
  e.preemptions = options.preemptions;
  e.delays = options.delays;
  e.replay = choices;
  e.interest = &interest;
  if (!options.corpus.empty()) {
    error = corpus.read(options.corpus, options.subject);
    if (!error.empty()) return error;
    e.inputs = &corpus.inputs();
  }
  const std::string why_not = why_not_reduce(options, machine.options);
  if (model::reduces(options.explorer) && !why_not.empty()) {
    return "the explorer " + options.explorer + " is refused: " + why_not;
  }
  e.may_reduce = why_not.empty() && embedding == nullptr;
  // Within a bound, schedules are taken for the only choices.
  const bool asks_values = sim::find_memory_model(options.memory_model)->keeps_values ||
                           options.spurious != 0 || options.refuse != 0 || options.decide ||
                           machine.scenario->chooses || machine.options.signals != 0;
  e.reduce = options.reduction && e.may_reduce && !asks_values;
  e.may_restore = options.output.empty() && (embedding == nullptr || embedding->announces_writes());
  partition = model::make_partition(options.explorer, e);
  executions_max = e.executions_max;
  explorer = model::make_explorer(options.explorer, e);
  if (!explorer) return "unknown explorer '" + options.explorer + "'";
  if (!options.output.empty() && explorer->supports_backtrack()) {
    return "--output takes an explorer that starts every execution over, such as random";
  }
  if (embedding != nullptr && !embedding->announces_writes()) {
    explorer = model::restarting(std::move(explorer));
  }
  // A replay repeats choices of the whole program.
  if (options.explorer != "replay") {
    if (options.state_hashing) error = make_merging(options);
    if (options.symmetry && error.empty()) error = make_symmetric(options);
  }
  machine.explorer = explorer.get();
  if (phases != nullptr) phases->show_to(*explorer);
  return error;
}

std::string Session::make_merging(const Options& options) {
  const std::string why_not = why_not_hash_states(options, machine.options);
  if (!why_not.empty()) return "--state-hashing on is refused: " + why_not;
  partition.reset();
  machine.options.compares_states = true;
  explorer = state_hashing.before(std::move(explorer));
  return "";
}

std::string Session::make_symmetric(const Options& options) {
  const std::string why_not = why_not_symmetric(options);
  if (!why_not.empty()) return "--symmetry on is refused: " + why_not;
  auto identical = identical_threads(*machine.scenario, env, machine.scenario->thread_count(env));
  if (identical.empty()) {
    return fmt::format("--symmetry on: scenario {} has no identical threads with these parameters",
                       machine.scenario->name);
  }
  partition.reset();
  explorer = std::make_unique<model::Symmetric>(std::move(explorer), std::move(identical));
  return "";
}

std::string Session::set_up(const Options& options, const std::vector<model::Choice>& choices) {
  std::string error = set_up_program(options);
  if (error.empty()) error = set_up_orders(options);
  if (error.empty()) error = add_checkers(options, *this);
  if (error.empty()) watch_phases(options);
  if (error.empty()) error = inputs.load(options, machine, env);
  if (error.empty()) error = set_up_explorer(options, choices);
  if (!error.empty()) return error;
  if (!machine.space.map()) {
    return "cannot map the simulated memory at 0x200000000000 (464 GiB of address space, not of "
           "memory); raise `ulimit -v` or allow overcommit";
  }
  if (make_memory == nullptr) make_memory = sim::find_memory_model(options.memory_model)->make;
  memory.reset(make_memory(machine));
  machine.memory = memory.get();
  if (embedding != nullptr) error = embedding->attach(options, machine);
  if (!error.empty()) return error;
  // What the setup violates is a violation like any other, after no choice at all.
  if (!machine.prepare(&error) && machine.violations.empty()) return error;
  state_hashing.watch(machine, options);
  interest = interest_of(shadow.runtime);
  machine.coverage.push_back(sim::happens_before_coverage());
  machine.coverage.push_back(sim::edge_coverage());
  machine.coverage.push_back(sim::scenario_coverage());
  if (shadow.runtime != nullptr) {
    machine.coverage.push_back(abstract_state_coverage(*shadow.runtime));
  }
  return "";
}

}  // namespace cli
