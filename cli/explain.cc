// `tricolor explain TRACE`.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <iostream>

#include "cli/commands.h"
#include "cli/explanation.h"
#include "cli/recording.h"
#include "cli/tolerant.h"
#include "cli/trace_input.h"
#include "sim/fault.h"

namespace cli {
namespace {

namespace json = boost::json;

constexpr std::size_t column_width = 46;

// "function (file:line)", the function without namespaces that are everywhere and parameters.
std::string source_of(const ExplainedStep& step) {
  if (step.pc == 0) return "";
  std::string text = sim::symbolise(step.pc);
  for (const std::string part : {"(anonymous namespace)::", "runtime_core::", "scenarios::"}) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) {
      text.erase(at, part.size());
    }
  }
  const auto file = text.rfind(" (");
  if (file == std::string::npos) return text;
  return text.substr(0, std::min(text.find('('), file)) + text.substr(file);
}

std::string describe(const ExplainedStep& step) {
  std::string text = step.operation;
  if (!step.object.empty()) text += " " + step.object;
  if (step.has_value) text += fmt::format(" = {:#x}", step.value);
  return text;
}

json::object json_of(const ExplainedStep& step) {
  json::object o{{"step", step.number},         {"thread", step.thread},
                 {"operation", step.operation}, {"object", step.object},
                 {"source", source_of(step)},   {"decisive", step.decisive}};
  if (step.has_value) o["value"] = step.value;
  if (step.depends_on != 0) o["after"] = step.depends_on;
  return o;
}

json::object json_of(const DecisivePair& pair) {
  json::object o{{"first", json_of(pair.first)},
                 {"second", json_of(pair.second)},
                 {"reversed", pair.reversed}};
  if (pair.passing_value_of_first) o["passing_value_of_first"] = *pair.passing_value_of_first;
  if (pair.passing_value_of_second) o["passing_value_of_second"] = *pair.passing_value_of_second;
  return o;
}

void print_json(const Options& o, const Explanation& e) {
  json::object all{{"tool", "tricolor"},
                   {"version", TRICOLOR_VERSION},
                   {"command", "explain"},
                   {"scenario", o.subject},
                   {"memory_model", o.memory_model},
                   {"invariant", e.invariant},
                   {"message", e.message},
                   {"context_switches", e.context_switches},
                   {"steps_total", e.steps_total},
                   {"past_total", e.past_total},
                   {"missing", json::array(e.missing.begin(), e.missing.end())},
                   {"limits_hit", json::array(e.limits.begin(), e.limits.end())}};
  if (e.passing_found) {
    all["decision"] = {{"number", e.decision},
                       {"of", e.decisions},
                       {"chosen_thread", e.chosen},
                       {"passing_thread", e.instead}};
  }
  if (e.pair) all["pair"] = json_of(*e.pair);
  json::array steps, objects;
  for (const ExplainedStep& step : e.shown) steps.push_back(json_of(step));
  all["steps"] = std::move(steps);
  for (const ExplainedObject& object : e.objects) {
    json::object row{{"address", object.address},
                     {"before", name_of(object.before)},
                     {"after", name_of(object.after)}};
    if (object.passing) row["passing"] = name_of(*object.passing);
    objects.push_back(std::move(row));
  }
  all["objects"] = std::move(objects);
  std::cout << json::serialize(all) << "\n";
}

void print_step(const ExplainedStep& step) {
  fmt::print("{:>6} {} {:>{}}{}", step.number, step.decisive ? "*" : " ", "",
             step.thread * column_width, describe(step));
  if (step.depends_on != 0) fmt::print("  (after {})", step.depends_on);
  fmt::print("\n");
  const std::string source = source_of(step);
  if (!source.empty()) {
    fmt::print("{:>6}   {:>{}}{}\n", "", "", step.thread * column_width, source);
  }
}

void print_decision(const Explanation& e) {
  if (!e.passing_found) {
    fmt::print("No execution near this one passes: no order of events decides.\n");
    return;
  }
  if (e.chosen == e.instead) {
    fmt::print("The nearest passing execution decides otherwise at decision {} of {}.\n",
               e.decision, e.decisions);
  } else {
    fmt::print(
        "The nearest passing execution runs thread {} instead of thread {} at decision {} "
        "of {}.\n",
        e.instead, e.chosen, e.decision, e.decisions);
  }
  if (!e.pair) {
    fmt::print("The two part at step {}, and no conflict on memory behind it changed its order.\n",
               e.parts_at);
    return;
  }
  fmt::print(
      "\nThe order that decides (* below):\n  step {}, thread {}: {}\n  before step {}, "
      "thread {}: {}\n",
      e.pair->first.number, e.pair->first.thread, describe(e.pair->first), e.pair->second.number,
      e.pair->second.thread, describe(e.pair->second));
  if (e.pair->reversed) {
    fmt::print("In the passing execution they come the other way round, with {:#x} and {:#x}.\n",
               *e.pair->passing_value_of_first, *e.pair->passing_value_of_second);
  } else {
    fmt::print("The passing execution does not have both.\n");
  }
}

void print_text(const Options& o, const Explanation& e) {
  fmt::print("{} {}: {}: {}\n", o.subject, o.memory_model, e.invariant, e.message);
  print_decision(e);
  fmt::print("\nWhat led to it: {} steps of the {} in its past, of {} in all\n", e.shown.size(),
             e.past_total, e.steps_total);
  std::string head;
  for (std::uint32_t t = 0; t < e.threads; t++) {
    head += fmt::format("{:<{}}", fmt::format("thread {}", t), column_width);
  }
  fmt::print("{:>6}   {}\n", "", head.substr(0, head.find_last_not_of(' ') + 1));
  for (const ExplainedStep& step : e.shown) print_step(step);
  if (!e.objects.empty()) fmt::print("\nColours, where the executions part and at the end:\n");
  for (const ExplainedObject& object : e.objects) {
    fmt::print("  object at region offset {:#x}: {} -> {}{}\n", object.address,
               name_of(object.before), name_of(object.after),
               object.passing
                   ? fmt::format("; in the passing execution {}", name_of(*object.passing))
                   : "");
  }
  fmt::print("\n");
  for (const std::string& sentence : e.missing) fmt::print("{}.\n", sentence);
  for (const std::string& limit : e.limits) fmt::print("limit hit: {}\n", limit);
}

}  // namespace

int explain(const Options& given) {
  const auto input = read_trace_input(given);
  if (!input) return exit_usage;
  const std::string invariant = recorded_invariant(input->trace);
  if (invariant.empty()) {
    fmt::print(stderr, "tricolor: {}: the trace shows no violation; record one with --trace\n",
               given.subject);
    return exit_usage;
  }
  const Alignment alignment = align(input->options, input->trace);
  if (!alignment.error.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, alignment.error);
    return exit_usage;
  }
  print_alignment(alignment, given.subject);
  if (!alignment.reproduced) return exit_diverged;
  const Explanation e = explain_failure(input->options, alignment.choices, invariant);
  if (!e.error.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, e.error);
    return exit_diverged;
  }
  if (given.json) {
    print_json(input->options, e);
  } else {
    print_text(input->options, e);
  }
  return exit_violation;
}

}  // namespace cli
