// `tricolor run`, `explore` and `replay`.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/search.h"
#include "traces/trace.h"

namespace cli {
namespace {

std::vector<std::string> names_of_scenarios() {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    names.emplace_back(tricolor_scenarios.scenarios[i]->name);
  }
  return names;
}

// 0 when every name is known, else the exit code.
int check_names(const Options& o) {
  if (find_scenario(o.subject) == nullptr) {
    return unknown("scenario", o.subject, names_of_scenarios());
  }
  std::vector<std::string> names;
  for (const auto& entry : sim::memory_models()) names.emplace_back(entry.name);
  if (std::find(names.begin(), names.end(), o.memory_model) == names.end()) {
    return unknown("memory model", o.memory_model, names);
  }
  names.clear();
  for (const auto& entry : model::explorers()) names.emplace_back(entry.name);
  if (std::find(names.begin(), names.end(), o.explorer) == names.end()) {
    return unknown("explorer", o.explorer, names);
  }
  for (const auto& id : o.mutants) {
    if (find_mutant(id) != nullptr) continue;
    names.clear();
    for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
      names.emplace_back(tricolor_scenarios.mutants[i].id);
    }
    return unknown("mutant", id, names);
  }
  return 0;
}

template <class T>
boost::json::object object_of(const std::vector<std::pair<std::string, T>>& pairs) {
  boost::json::object o;
  for (const auto& [name, value] : pairs) o[name] = value;
  return o;
}

traces::Trace trace_of(const Options& o, const Outcome& outcome) {
  traces::Trace trace;
  trace.choices = outcome.choices;
  auto& h = trace.header;
  h["version"] = TRICOLOR_VERSION;
  h["scenario"] = o.subject;
  h["memory_model"] = o.memory_model;
  h["explorer"] = o.explorer;
  h["seed"] = o.seed;
  h["procs"] = o.procs;
  h["mutants"] = boost::json::array(o.mutants.begin(), o.mutants.end());
  if (!o.input.empty()) h["input"] = o.input;
  h["params"] = object_of(o.params);
  h["tuning"] = object_of(o.tuning);
  h["awaits"] = o.awaits;
  h["spurious"] = o.spurious;
  h["refuse_memory"] = o.refuse;
  h["decide"] = o.decide;
  h["invariant"] = outcome.violations.empty() ? "" : outcome.violations[0].invariant;
  h["message"] = outcome.violations.empty() ? "" : outcome.violations[0].message;
  return trace;
}

int finish(const Options& o, const Outcome& outcome) {
  if (o.json) {
    print_json(o, outcome);
  } else {
    print_text(o, outcome);
  }
  if (!outcome.violations.empty()) return exit_violation;
  if (o.require == "exhausted" && outcome.coverage != model::Coverage::exhausted) {
    return exit_not_exhausted;
  }
  return exit_clean;
}

bool flag(const boost::json::object& o, const char* name) {
  const auto* value = o.if_contains(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::string text(const boost::json::object& o, const char* name, const char* otherwise) {
  const auto* value = o.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : otherwise;
}

template <class T>
void read_pairs(const boost::json::object& o, const char* name,
                std::vector<std::pair<std::string, T>>* out) {
  const auto* value = o.if_contains(name);
  if (value == nullptr || !value->is_object()) return;
  for (const auto& item : value->as_object()) {
    if (item.value().is_number()) {
      out->emplace_back(std::string(item.key()), item.value().to_number<T>());
    }
  }
}

Options options_of(const traces::Trace& trace, const Options& given) {
  Options o = given;
  const auto& h = trace.header;
  o.subject = text(h, "scenario", "");
  o.memory_model = text(h, "memory_model", "sc");
  o.explorer = "replay";
  if (o.input.empty()) o.input = text(h, "input", "");
  o.record = !o.json;
  o.awaits = flag(h, "awaits");
  o.spurious = flag(h, "spurious");
  o.refuse = flag(h, "refuse_memory");
  o.decide = flag(h, "decide");
  if (const auto* v = h.if_contains("procs"); v != nullptr && v->is_number()) {
    o.procs = v->to_number<std::uint32_t>();
  }
  if (const auto* v = h.if_contains("mutants"); v != nullptr && v->is_array()) {
    for (const auto& id : v->as_array()) {
      if (id.is_string()) o.mutants.emplace_back(id.as_string());
    }
  }
  read_pairs(h, "params", &o.params);
  read_pairs(h, "tuning", &o.tuning);
  return o;
}

}  // namespace

int explore(Options o) {
  if (const int code = check_names(o); code != 0) return code;
  const Outcome outcome = search(o, {});
  if (!outcome.error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", outcome.error);
    return exit_usage;
  }
  if (!outcome.violations.empty() && !o.trace.empty()) {
    const auto written = traces::write_trace(o.trace, trace_of(o, outcome));
    if (!written) {
      fmt::print(stderr, "tricolor: {}: {}\n", o.trace, written.error.describe());
      finish(o, outcome);
      return exit_usage;
    }
  }
  return finish(o, outcome);
}

int replay(const Options& given) {
  const auto trace = traces::read_trace_file(given.subject);
  if (!trace) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, trace.error.describe());
    return exit_usage;
  }
  Options o = options_of(*trace, given);
  if (const int code = check_names(o); code != 0) return code;
  const Outcome outcome = search(o, trace->choices);
  if (!outcome.error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", outcome.error);
    return exit_usage;
  }
  o.trace = given.subject;
  if (!outcome.divergence.empty()) {
    fmt::print(stderr, "tricolor: the run diverged from the trace: {}\n", outcome.divergence);
    return exit_diverged;
  }
  const std::string expected = text(trace->header, "invariant", "");
  if (!o.json) print_steps(outcome);
  const int code = finish(o, outcome);
  if (code == exit_violation && outcome.violations[0].invariant != expected) {
    fmt::print(stderr, "tricolor: the trace recorded a violation of {}\n", expected);
    return exit_diverged;
  }
  return code;
}

}  // namespace cli
