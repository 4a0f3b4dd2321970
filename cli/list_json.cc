// `tricolor list AXIS --json`: what can be named on a command line, for programs.
#include <boost/json.hpp>
#include <span>

#include "checkers/checkers.h"
#include "cli/commands.h"
#include "cli/list.h"
#include "model/choice.h"
#include "sim/kernels.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

namespace json = boost::json;

template <class Table, class Function>
json::array array_of(const Table& table, Function object) {
  json::array items;
  for (const auto& entry : table) items.push_back(object(entry));
  return items;
}

json::array array_of_words(const char* list) {
  return array_of(words_of(list), [](const std::string& word) { return json::value(word); });
}

json::object values_of(const char* text) {
  json::object values;
  for (const auto& [name, value] : parse_params(text)) values[name] = value;
  return values;
}

// The key is what a result calls its coverage; of a violation, its verdict.
json::object object_of(const scenarios::Expected& expected) {
  switch (expected.verdict) {
    case scenarios::Verdict::exhausted:
      if (expected.limit == 0) return {{"coverage", "exhausted"}};
      return {{"coverage", "exhausted"}, {"preemptions", expected.limit}};
    case scenarios::Verdict::bounded:
      return {{"coverage", "bounded"}, {"preemptions", expected.limit}};
    case scenarios::Verdict::sampled:
      return {{"coverage", "sampled"}, {"executions", expected.limit}};
    case scenarios::Verdict::violation:
      return {{"verdict", "violation"}};
  }
  return {};
}

json::object object_of(const scenarios::Param& param) {
  return {{"name", param.name},
          {"value", param.value},
          {"low", param.low},
          {"high", param.high},
          {"description", param.help}};
}

json::object object_of(const scenarios::Search& s) {
  return {{"params", values_of(s.params)},
          {"tuning", values_of(s.tuning)},
          {"sc", object_of(s.sc)},
          {"tso", object_of(s.tso)}};
}

json::array searches_of(const std::string& scenario) {
  json::array searches;
  for (const auto& s : std::span(tricolor_scenarios.searches, tricolor_scenarios.search_count)) {
    if (scenario == s.scenario) searches.push_back(object_of(s));
  }
  return searches;
}

json::object object_of(const scenarios::Scenario& s) {
  return {{"name", s.name},
          {"description", s.description},
          {"params", array_of(std::span(s.params, s.param_count),
                              [](const auto& param) { return object_of(param); })},
          {"reaches", array_of_words(s.reaches)},
          {"searches", searches_of(s.name)}};
}

json::object object_of(const scenarios::Mutant& m) {
  return {{"name", m.id},           {"description", m.description},
          {"scenario", m.scenario}, {"params", values_of(m.params)},
          {"explorer", m.explorer}, {"invariants", array_of_words(m.invariants)}};
}

json::object object_of(const scenarios::Rung& rung) {
  return {{"name", std::string(fix_prefix) + rung.id}, {"description", rung.description}};
}

// Of tables whose entries have a name and a description.
template <class Entry>
json::object named(const Entry& entry) {
  return {{"name", entry.name}, {"description", entry.description}};
}

}  // namespace

json::array scenario_items() {
  const auto& t = tricolor_scenarios;
  return array_of(std::span(t.scenarios, t.scenario_count),
                  [](const auto* scenario) { return object_of(*scenario); });
}

json::array mutant_items() {
  const auto& t = tricolor_scenarios;
  const auto object = [](const auto& entry) { return object_of(entry); };
  json::array items = array_of(std::span(t.mutants, t.mutant_count), object);
  for (json::value& rung : array_of(std::span(t.rungs, t.rung_count), object)) {
    items.push_back(std::move(rung));
  }
  return items;
}

json::array explorer_items() {
  return array_of(model::explorers(), [](const auto& e) { return named(e); });
}

json::array kernel_items() {
  return array_of(sim::kernels(), [](const auto& k) { return named(k); });
}

json::array memory_model_items() {
  return array_of(sim::memory_models(), [](const auto& m) {
    json::object o = named(m);
    o["leaves_out"] = m.leaves_out;
    if (m.may_allow != nullptr) o["may_allow"] = m.may_allow;
    return o;
  });
}

json::array checker_items() {
  return array_of(checkers::checkers(), [](const auto& c) {
    json::object o = named(c);
    o["invariants"] = array_of_words(c.invariants);
    return o;
  });
}

json::array tuning_items() {
  return array_of(tuning_fields(), [](const TuningField& f) -> json::object {
    return {{"name", f.name}, {"value", f.value}, {"low", f.low}, {"high", f.high}};
  });
}

}  // namespace cli
