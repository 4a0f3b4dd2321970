// JSON and text reports.
#include "cli/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "cli/embedding.h"
#include "cli/memory.h"
#include "cli/phase_report.h"
#include "sim/fault.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

namespace json = boost::json;

double rate(std::uint64_t n, double seconds) {
  return seconds > 0 ? static_cast<double>(n) / seconds : 0;
}

// Whether there is a share to tell.
bool is_unfinished(const Outcome& outcome) {
  return outcome.share && outcome.violations.empty() &&
         outcome.coverage == model::Coverage::inconclusive;
}

json::array stack_of(const std::vector<std::uint64_t>& stack) {
  json::array lines;
  for (const std::uint64_t pc : stack) lines.emplace_back(sim::symbolise(pc));
  return lines;
}

json::array violations_of(const Options& options, const Outcome& outcome) {
  json::array all;
  for (const sim::Violation& v : outcome.violations) {
    json::object o{{"invariant", v.invariant},
                   {"message", v.message},
                   {"trace", options.trace},
                   {"steps", v.steps},
                   {"context_switches", v.context_switches}};
    if (outcome.independent_loads) o["needs_independent_loads"] = true;
    if (!outcome.race_stack.empty()) o["stack"] = stack_of(outcome.race_stack);
    if (!outcome.other_stack.empty()) o["other_stack"] = stack_of(outcome.other_stack);
    if (!outcome.cycle.empty()) {
      o["cycle"] = json::array(outcome.cycle.begin(), outcome.cycle.end());
    }
    if (outcome.shrunk) o["shrunk"] = json_of(*outcome.shrunk);
    all.push_back(std::move(o));
  }
  return all;
}

json::object json_of(const FuzzFigures& fuzz) {
  json::object features;
  for (std::size_t kind = 0; kind < model::feature_kinds; kind++) {
    features[model::name_of(static_cast<model::FeatureKind>(kind))] = fuzz.features[kind];
  }
  return {{"inputs_read", fuzz.inputs_read},
          {"corpus_size", fuzz.corpus_size},
          {"inputs_written", fuzz.written},
          {"features", std::move(features)}};
}

json::object json_of(const Estimate& e) {
  return {{"probes", e.probes},
          {"executions", e.executions},
          {"standard_error", e.standard_error},
          {"limits_hit", json::array(e.limits.begin(), e.limits.end())}};
}

json::object json_of(const StateFigures& s) {
  return {{"seen", s.states}, {"false_match_probability_max", s.false_match}};
}

void print(const Estimate& e) {
  if (e.probes == 0) {
    fmt::print("estimate: none, no random execution could be counted\n");
  } else {
    fmt::print("estimate: {:.6g} executions, standard error {:.2g}, from {} random ones\n",
               e.executions, e.standard_error, e.probes);
  }
  for (const std::string& limit : e.limits) fmt::print("limit hit: {}\n", limit);
}

void print(const FuzzFigures& fuzz) {
  fmt::print("features:");
  for (std::size_t kind = 0; kind < model::feature_kinds; kind++) {
    fmt::print("{} {} {}", kind == 0 ? "" : ",", fuzz.features[kind],
               model::name_of(static_cast<model::FeatureKind>(kind)));
  }
  fmt::print("\ncorpus: {} inputs, {} read, {} written\n", fuzz.corpus_size, fuzz.inputs_read,
             fuzz.written);
}

}  // namespace

void print_json(const Options& options, const Outcome& outcome) {
  json::object o;
  o["tool"] = "tricolor";
  o["version"] = TRICOLOR_VERSION;
  o["command"] = options.command;
  o["scenario"] = outcome.scenario;
  o["memory_model"] = options.memory_model;
  o["explorer"] = options.explorer;
  o["seed"] = options.seed;
  o["procs"] = options.procs;
  o["kernel"] = options.kernel;
  o["mutants"] = json::array(options.mutants.begin(), options.mutants.end());
  const auto add_sites = [&o](const char* name, const std::vector<std::string>& sites) {
    if (!sites.empty()) o[name] = json::array(sites.begin(), sites.end());
  };
  add_sites("weaken", options.weaken);
  add_sites("strengthen", options.strengthen);
  o["verdict"] = outcome.violations.empty() ? "pass" : "violation";
  o["coverage"] = model::name_of(outcome.coverage);
  o["executions"] = outcome.executions;
  o["blocked_executions"] = outcome.blocked;
  o["redundant_executions"] = outcome.redundant;
  o["audited_executions"] = outcome.audited;
  o["steps"] = outcome.steps;
  o["seconds"] = outcome.seconds;
  o["executions_per_second"] = rate(outcome.executions, outcome.seconds);
  o["steps_per_second"] = rate(outcome.steps, outcome.seconds);
  o["peak_rss_bytes"] = peak_rss_bytes();
  o["trace_hash"] = fmt::format("{:016x}", outcome.hash);
  o["limits_hit"] = json::array(outcome.limits.begin(), outcome.limits.end());
  if (options.symmetry) o["symmetry"] = true;
  if (const auto* model = sim::find_memory_model(options.memory_model); model != nullptr) {
    o["memory_model_leaves_out"] = model->leaves_out;
    if (model->may_allow != nullptr) o["memory_model_may_allow"] = model->may_allow;
  }
  o["violations"] = violations_of(options, outcome);
  json::object reached;
  for (const auto& [name, count] : outcome.reached) reached[name] = count;
  o["reached"] = reached;
  json::object results;
  for (const auto& [name, value] : outcome.results) results[name] = value;
  o["results"] = results;
  if (outcome.fuzz) o["fuzz"] = json_of(*outcome.fuzz);
  if (outcome.phases) o["combinations"] = json_of(*outcome.phases);
  if (outcome.states) o["states"] = json_of(*outcome.states);
  if (outcome.estimate) o["estimate"] = json_of(*outcome.estimate);
  if (is_unfinished(outcome)) o["share_explored"] = *outcome.share;
  o["stack_high_water_bytes"] = outcome.stack_high_water;
  std::cout << json::serialize(o) << "\n";
}

json::object json_of(const Shrunk& shrunk) {
  const auto size = [](const Size& s) {
    json::object o{{"context_switches", s.context_switches},
                   {"threads", s.threads},
                   {"drains", s.drains},
                   {"steps", s.steps}};
    if (s.operations != 0) o["operations"] = s.operations;
    return o;
  };
  return {{"before", size(shrunk.before)},
          {"after", size(shrunk.after)},
          {"changes", json::array(shrunk.changes.begin(), shrunk.changes.end())},
          {"executions", shrunk.executions},
          {"limits_hit", json::array(shrunk.limits.begin(), shrunk.limits.end())}};
}

void print_shrunk(const Shrunk& shrunk) {
  const Size &a = shrunk.before, &b = shrunk.after;
  fmt::print("shrunk in {} executions: context switches {} -> {}, threads {} -> {}, steps {} -> {}",
             shrunk.executions, a.context_switches, b.context_switches, a.threads, b.threads,
             a.steps, b.steps);
  if (a.drains != 0) fmt::print(", drains {} -> {}", a.drains, b.drains);
  fmt::print("\n");
  for (const std::string& change : shrunk.changes) fmt::print("  {}\n", change);
  for (const std::string& limit : shrunk.limits) fmt::print("limit hit: {}\n", limit);
}

std::string reproduce(const Options& options) {
  const Options defaults;
  const std::string command = embedding != nullptr
                                  ? embedding->command_line(options)
                                  : fmt::format("tricolor {} {}", options.command, options.subject);
  std::string line = fmt::format("{} --memory-model {} --explorer {} --seed {}", command,
                                 options.memory_model, options.explorer, options.seed);
  if (options.kernel != defaults.kernel) line += " --kernel " + options.kernel;
  for (const auto& id : options.mutants) line += " --mutant " + id;
  for (const auto& site : options.weaken) line += " --weaken " + site;
  for (const auto& site : options.strengthen) line += " --strengthen " + site;
  for (const auto& [name, value] : options.params)
    line += fmt::format(" --param {}={}", name, value);
  for (const auto& [name, value] : options.tuning) {
    line += fmt::format(" --tuning {}={}", name, value);
  }
  for (const auto& variable : options.environment) line += " --env " + variable;
  if (!options.corpus.empty()) line += " --corpus " + options.corpus;
  if (!options.input.empty()) line += " --input " + options.input;
  if (options.procs != defaults.procs) line += fmt::format(" --procs {}", options.procs);
  if (options.runs != defaults.runs) line += fmt::format(" --runs {}", options.runs);
  if (options.executions_max != 0) {
    line += fmt::format(" --max-executions {}", options.executions_max);
  }
  if (options.preemptions != defaults.preemptions) {
    line += fmt::format(" --preemptions {}", options.preemptions);
  }
  if (options.delays != defaults.delays) line += fmt::format(" --delays {}", options.delays);
  if (!options.reduction) line += " --reduction off";
  if (options.symmetry) line += " --symmetry on";
  if (options.state_hashing) line += " --state-hashing on";
  if (!options.awaits) line += " --awaits off";
  if (options.spurious != 0) line += fmt::format(" --spurious {}", options.spurious);
  if (options.refuse != 0) line += fmt::format(" --refuse-memory {}", options.refuse);
  if (options.decide) line += " --decide";
  if (options.liveness) line += " --liveness";
  for (const auto& name : options.checkers) line += " --checker " + name;
  for (const auto& word : options.arguments) {
    line += (&word == options.arguments.data() ? " -- " : " ") + word;
  }
  return line;
}

void print_steps(const Outcome& outcome) {
  const auto& steps = outcome.steps_of_last;
  const std::size_t first = steps.size() > steps_shown_max ? steps.size() - steps_shown_max : 0;
  if (first > 0) fmt::print("({} earlier steps)\n", first);
  for (std::size_t i = first; i < steps.size(); i++) {
    const sim::StepRecord& s = steps[i];
    const bool switched = i > first && steps[i - 1].thread != s.thread;
    fmt::print("{}{:>5}  {:>{}}thread {}: {}", switched ? "\n" : "", i + 1, "", 2 * s.thread,
               s.thread, sim::name_of(s.operation));
    if (s.operation == sim::Operation::system_call) {
      fmt::print(" {}", s.address);
    } else if (s.operation == sim::Operation::wake) {
      fmt::print(" from its wait at region offset {:#x}", s.address - sim::space_base);
    } else if (s.bytes != 0) {
      fmt::print(" {:#x} at region offset {:#x}", s.value, s.address - sim::space_base);
    }
    if (s.pc != 0) fmt::print("  {}", sim::symbolise(s.pc));
    fmt::print("\n");
  }
}

void print_text(const Options& options, const Outcome& outcome) {
  fmt::print("{} {}: {} ({}), {} executions, {} steps\n", outcome.scenario, options.memory_model,
             outcome.violations.empty() ? "pass" : "violation", model::name_of(outcome.coverage),
             outcome.executions, outcome.steps);
  for (const auto& [name, value] : outcome.results) fmt::print("  {:<24} {:>10}\n", name, value);
  if (options.symmetry) fmt::print("symmetry: executions are told apart up to identical threads\n");
  if (outcome.states) {
    fmt::print(
        "states: {}; {} executions ended in one that had been seen\n"
        "two states taken for one: probability below {:.1e}\n",
        outcome.states->states, outcome.redundant, outcome.states->false_match);
  }
  if (outcome.fuzz) print(*outcome.fuzz);
  if (outcome.phases) print(*outcome.phases);
  if (outcome.estimate) print(*outcome.estimate);
  for (const std::string& limit : outcome.limits) fmt::print("limit hit: {}\n", limit);
  if (const auto* model = sim::find_memory_model(options.memory_model); model->keeps_values) {
    fmt::print("{} leaves out: {}\n", options.memory_model, model->leaves_out);
    if (model->may_allow != nullptr)
      fmt::print("{} may allow too much: {}\n", options.memory_model, model->may_allow);
  }
  if (is_unfinished(outcome))
    fmt::print("explored: at least {:.2g} % of the search\n", 100 * *outcome.share);
  for (const sim::Violation& v : outcome.violations) {
    fmt::print("violation of {} after {} steps and {} context switches: {}\n", v.invariant, v.steps,
               v.context_switches, v.message);
  }
  if (outcome.independent_loads && !outcome.violations.empty()) {
    fmt::print(
        "it needs a load that hangs on no earlier one of its thread: dependencies of the program, "
        "which are not seen, may forbid it\n");
  }
  for (const std::string& step : outcome.cycle) fmt::print("  {}\n", step);
  const auto print_stack = [](const char* title, const std::vector<std::uint64_t>& stack) {
    if (stack.empty()) return;
    fmt::print("{}\n", title);
    for (const std::uint64_t pc : stack) fmt::print("  {}\n", sim::symbolise(pc));
  };
  print_stack("this access:", outcome.race_stack);
  print_stack("the access before it:", outcome.other_stack);
  if (outcome.shrunk) print_shrunk(*outcome.shrunk);
  if (!outcome.violations.empty()) {
    if (!options.trace.empty()) {
      if (embedding != nullptr) {
        fmt::print("reproduce: {} --replay {}\n", embedding->command_line(options), options.trace);
      } else {
        fmt::print("reproduce: tricolor replay {}\n", options.trace);
      }
    } else {
      fmt::print("reproduce: {}\n", reproduce(options));
    }
  }
}

}  // namespace cli
