// `tricolor native litmus FILE|DIR...`: litmus tests on this machine's processor, beside what the
// memory model allows. A state that it does not allow is a violation.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <map>

#include "cli/commands.h"
#include "cli/litmus_run.h"
#include "scenarios/litmus/compile.h"
#include "scenarios/litmus/hardware.h"

namespace cli {
namespace {

namespace json = boost::json;
namespace litmus_tests = scenarios::litmus;

constexpr std::uint64_t instances_of_a_test = 100'000;

struct State {
  std::string text;
  std::uint64_t seen;
  bool allowed;
};

struct Ran {
  const LitmusTest* test;
  std::uint64_t instances;
  std::vector<State> states;  // seen or allowed
  bool is_violation() const {
    return std::any_of(states.begin(), states.end(),
                       [](const State& s) { return s.seen != 0 && !s.allowed; });
  }
};

Ran compare(const LitmusTest& test, const litmus_tests::Histogram& histogram) {
  const litmus_tests::Outcome& allowed = test.judgement.outcomes[0];
  auto all = histogram.states;
  for (const auto& [state, graphs] : allowed.states) all.try_emplace(state, 0);
  Ran ran{&test, histogram.instances, {}};
  for (const auto& [state, seen] : all) {
    ran.states.push_back({litmus_tests::state_text(test.test, allowed, state), seen,
                          allowed.states.count(state) != 0});
  }
  return ran;
}

void print_text(const Ran& ran, const char* model) {
  fmt::print("Test {}: {} instances\n", ran.test->test.name, ran.instances);
  for (const State& s : ran.states) {
    fmt::print("{:>10}  {}{}\n", s.seen, s.text,
               s.allowed ? "" : fmt::format("  <- {} forbids it", model));
  }
  fmt::print("\n");
}

json::object json_of(const Ran& ran, const char* model) {
  json::array states;
  for (const State& s : ran.states) {
    states.push_back(json::object{{"state", s.text}, {"seen", s.seen}, {"allowed", s.allowed}});
  }
  return {{"name", ran.test->test.name},
          {"file", ran.test->path},
          {"arch", litmus_tests::name_of(ran.test->test.architecture)},
          {"model", model},
          {"instances", ran.instances},
          {"verdict", ran.is_violation() ? "violation" : "pass"},
          {"states", std::move(states)}};
}

// Tests that were left out, by architecture.
using Others = std::map<std::string, std::uint64_t>;

std::string text_of(const Others& others) {
  std::string text;
  std::uint64_t sum = 0;
  for (const auto& [architecture, count] : others) {
    text += fmt::format("{}{} of {}", sum == 0 ? "" : ", ", count, architecture);
    sum += count;
  }
  return fmt::format("{} tests are of other processors than this one: {}", sum, text);
}

void print_json(const Options& o, const std::vector<Ran>& all, const Others& others,
                const char* model) {
  json::object left_out;
  for (const auto& [architecture, count] : others) left_out[architecture] = count;
  json::array tests, violations;
  std::uint64_t instances = 0;
  for (const Ran& ran : all) {
    tests.push_back(json_of(ran, model));
    instances += ran.instances;
    if (!ran.is_violation()) continue;
    violations.push_back(json::object{
        {"invariant", "litmus.hardware"},
        {"message", ran.test->test.name + ": a state was seen that " + model + " does not allow"}});
  }
  const json::object result{
      {"tool", "tricolor"},
      {"version", TRICOLOR_VERSION},
      {"command", o.command},
      {"scenario", "litmus"},
      {"memory_model", model},
      {"verdict", violations.empty() ? "pass" : "violation"},
      {"coverage", "sampled"},
      {"executions", instances},
      {"limits_hit", json::array{}},
      {"violations", std::move(violations)},
      {"results", json::object{{"tests", std::move(tests)}, {"left_out", std::move(left_out)}}}};
  std::cout << json::serialize(result) << "\n";
}

std::string refuse(const Options& o) {
  if (o.paths.size() < 2) return "native litmus: expected files or folders";
  if (o.memory_model_given) return "native litmus: --memory-model: the processor decides";
  if (litmus_tests::model_of_hardware() == nullptr) {
    return "native litmus: there is no memory model of this machine's processor";
  }
  return "";
}

// Whether this processor runs the test: one of its own, or one that is compiled for it.
bool is_for(const LitmusTest& test) {
  return test.error.empty() && !test.judgement.outcomes.empty();
}

}  // namespace

int native_litmus(const Options& options) {
  std::string error = refuse(options);
  std::vector<std::string> files;
  if (error.empty()) {
    files = litmus_files({options.paths.begin() + 1, options.paths.end()}, &error);
  }
  if (!error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", error);
    return exit_usage;
  }
  LitmusOptions judging;
  judging.memory_model = litmus_tests::model_of_hardware();
  const std::uint64_t instances =
      options.executions_max != 0 ? options.executions_max : instances_of_a_test;
  const std::vector<LitmusTest> tests = run_litmus(files, judging);
  std::vector<Ran> all;
  Others others;
  bool bad_input = false, violation = false;
  for (const LitmusTest& test : tests) {
    if (!test.error.empty()) fmt::print(stderr, "tricolor: {}\n", test.error);
    bad_input = bad_input || !test.error.empty();
    if (!is_for(test)) {
      if (test.error.empty()) others[litmus_tests::name_of(test.test.architecture)]++;
      continue;
    }
    const auto histogram =
        litmus_tests::run_on_hardware(test.test, test.judgement.outcomes[0].names, instances);
    if (histogram.error) {
      fmt::print(stderr, "tricolor: {}\n", describe(test.path, *histogram.error));
      bad_input = true;
      continue;
    }
    all.push_back(compare(test, histogram));
    violation = violation || all.back().is_violation();
    if (!options.json) print_text(all.back(), judging.memory_model.c_str());
  }
  if (!others.empty()) fmt::print(stderr, "tricolor: {}\n", text_of(others));
  if (options.json) print_json(options, all, others, judging.memory_model.c_str());
  if (violation) return exit_violation;
  return bad_input || all.empty() ? exit_usage : exit_clean;
}

}  // namespace cli
