// Parameters and tuning at the ends of their ranges: no value that is accepted brings a violation.
#include <doctest/doctest.h>

#include <set>

#include "cli/search.h"

namespace cli {
namespace {

// They fail by design, or need a file; a random program may wait for what nobody stores.
const std::set<std::string> left_out = {"canary",      "data-race", "must-fail",
                                        "turns",       "heap-dump", "heap-dump-concurrent",
                                        "alloc-trace", "spin-wait", "random-program"};

// Values that fail by design: a panic or fault that nobody recovers from, and a limit that is there
// to be hit. And trees of millions of nodes, which take minutes.
bool fails(const std::string& scenario, const std::string& param, std::int64_t value) {
  if (scenario == "binary-trees" && (param == "depth" || param == "least")) return value > 12;
  return scenario == "defer-panic" && param == "program" && value >= 5 && value != 7;
}
const std::string limit = "getfull_attempts";

Options few_runs(const std::string& scenario) {
  Options o;
  o.command = "run";
  o.subject = scenario;
  o.runs = 3;
  if (scenario == "mutator-program") o.input = "scenarios/samples/publish.mutators";
  return o;
}

void check_silent(const Options& o) {
  const Outcome outcome = search(o, {});
  CHECK(outcome.error == "");
  if (outcome.violations.empty()) return;
  CAPTURE(outcome.violations[0].message);
  // Two parameters that do not go together.
  CHECK(outcome.violations[0].invariant == "scenario.input");
}

TEST_CASE("a parameter may have every value of its range") {
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    const scenarios::Scenario& s = *tricolor_scenarios.scenarios[i];
    if (left_out.contains(s.name)) continue;
    for (std::uint32_t p = 0; p < s.param_count; p++) {
      const scenarios::Param& param = s.params[p];
      const std::string name = param.name;
      CAPTURE(s.name);
      CAPTURE(name);
      for (const std::int64_t value :
           {param.low, param.low + 1, std::min<std::int64_t>(param.high, param.low + 40)}) {
        CAPTURE(value);
        if (fails(s.name, name, value)) continue;
        Options o = few_runs(s.name);
        o.params = {{name, value}};
        check_silent(o);
      }
      for (const std::int64_t value : {param.low - 1, param.high + 1}) {
        Options o = few_runs(s.name);
        o.params = {{name, value}};
        CHECK(search(o, {}).error != "");
      }
    }
  }
}

TEST_CASE("a tuning field may have every value of its range") {
  for (const TuningField& field : tuning_fields()) {
    const std::string name = field.name;
    CAPTURE(name);
    for (const char* scenario : {"sweep-two-cycles", "parfor", "workbuf-termination", "mutex"}) {
      CAPTURE(scenario);
      for (const std::uint64_t value : {field.low, field.low + 1, field.high}) {
        CAPTURE(value);
        if (name == limit && value == field.low + 1) continue;
        Options o = few_runs(scenario);
        o.tuning = {{name, value}};
        check_silent(o);
      }
      Options o = few_runs(scenario);
      o.tuning = {{name, field.high + 1}};
      CHECK(search(o, {}).error != "");
    }
  }
}

}  // namespace
}  // namespace cli
