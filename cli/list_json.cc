// `tricolor list AXIS --json`: what can be named on a command line, for programs.
#include "cli/list_json.h"

#include <boost/json.hpp>

#include "checkers/checkers.h"
#include "cli/commands.h"
#include "model/choice.h"
#include "sim/kernels.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

namespace json = boost::json;

// A list in a table: comma-separated, or empty.
json::array words_of(std::string_view text) {
  json::array words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
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

json::array searches_of(const std::string& scenario) {
  json::array searches;
  for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
    const scenarios::Search& s = tricolor_scenarios.searches[i];
    if (scenario != s.scenario) continue;
    searches.push_back(json::object{{"params", values_of(s.params)},
                                    {"tuning", values_of(s.tuning)},
                                    {"sc", object_of(s.sc)},
                                    {"tso", object_of(s.tso)}});
  }
  return searches;
}

json::array scenario_items() {
  json::array items;
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    const scenarios::Scenario& s = *tricolor_scenarios.scenarios[i];
    json::array params;
    for (std::uint32_t p = 0; p < s.param_count; p++) {
      const scenarios::Param& param = s.params[p];
      params.push_back(json::object{{"name", param.name},
                                    {"value", param.value},
                                    {"low", param.low},
                                    {"high", param.high},
                                    {"description", param.help}});
    }
    items.push_back(json::object{{"name", s.name},
                                 {"description", s.description},
                                 {"params", std::move(params)},
                                 {"reaches", words_of(s.reaches)},
                                 {"searches", searches_of(s.name)}});
  }
  return items;
}

json::array mutant_items() {
  json::array items;
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& m = tricolor_scenarios.mutants[i];
    items.push_back(json::object{{"name", m.id},
                                 {"description", m.description},
                                 {"scenario", m.scenario},
                                 {"params", values_of(m.params)},
                                 {"explorer", m.explorer},
                                 {"invariants", words_of(m.invariants)}});
  }
  for (std::uint32_t i = 0; i < tricolor_scenarios.rung_count; i++) {
    const scenarios::Rung& rung = tricolor_scenarios.rungs[i];
    items.push_back(json::object{{"name", std::string(fix_prefix) + rung.id},
                                 {"description", rung.description}});
  }
  return items;
}

// Of tables whose entries have a name and a description.
template <class Table>
json::array named_items(const Table& table) {
  json::array items;
  for (const auto& entry : table) {
    items.push_back(json::object{{"name", entry.name}, {"description", entry.description}});
  }
  return items;
}

json::array memory_model_items() {
  json::array items;
  for (const auto& m : sim::memory_models()) {
    json::object o{{"name", m.name}, {"description", m.description}, {"leaves_out", m.leaves_out}};
    if (m.may_allow != nullptr) o["may_allow"] = m.may_allow;
    items.push_back(std::move(o));
  }
  return items;
}

json::array checker_items() {
  json::array items;
  for (const auto& c : checkers::checkers()) {
    items.push_back(json::object{
        {"name", c.name}, {"description", c.description}, {"invariants", words_of(c.invariants)}});
  }
  return items;
}

json::array tuning_items() {
  json::array items;
  for (const TuningField& f : tuning_fields()) {
    items.push_back(
        json::object{{"name", f.name}, {"value", f.value}, {"low", f.low}, {"high", f.high}});
  }
  return items;
}

}  // namespace

json::array list_items(const std::string& axis) {
  if (axis == "scenarios") return scenario_items();
  if (axis == "mutants") return mutant_items();
  if (axis == "explorers") return named_items(model::explorers());
  if (axis == "memory-models") return memory_model_items();
  if (axis == "checkers") return checker_items();
  if (axis == "kernels") return named_items(sim::kernels());
  return tuning_items();
}

}  // namespace cli
