// `tricolor litmus FILE|DIR...`: litmus tests in herd's format.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <iostream>

#include "cli/commands.h"
#include "cli/litmus_matrix.h"
#include "cli/memory.h"

namespace cli {
namespace {

namespace json = boost::json;
namespace litmus_tests = scenarios::litmus;

// Nothing, or what cannot be done.
std::string check(const Options& o) {
  if (o.paths.empty()) return "litmus: expected files or folders";
  if (o.explorer_given && o.explorer != "dpor" && o.explorer != "dfs") {
    return "litmus: --explorer dpor (each execution once, the default) or dfs (every order of "
           "answering loads)";
  }
  if (!o.mutants.empty()) return "litmus: --mutant is for scenarios";
  return "";
}

// Sets the parameters; nothing, or what is wrong with them.
std::string set_params(const Options& o, LitmusOptions* to) {
  for (const auto& [name, value] : o.params) {
    if (name == "iterations" && value >= 0 && value <= 1000) {
      to->judge.enumeration.iterations = static_cast<std::uint32_t>(value);
    } else if (name == "program-order" && (value == 0 || value == 1)) {
      to->judge.program_order = value == 1;
    } else if (name == "witness" && (value == 0 || value == 1)) {
      to->judge.witness = value == 1;
    } else {
      return fmt::format(
          "litmus: --param {}={}: there are iterations=0..1000 (of a loop, 2), "
          "program-order=0|1 (loads return before later stores are made), "
          "witness=0|1 (a picture of an execution that satisfies the condition)",
          name, value);
    }
  }
  return "";
}

std::string set_options(const Options& o, LitmusOptions* to) {
  if (o.memory_model_given) to->memory_model = o.memory_model;
  to->judge.enumeration.every_order = o.explorer_given && o.explorer == "dfs";
  to->judge.enumeration.graphs_max = o.executions_max;
  to->workers = o.workers;
  return set_params(o, to);
}

struct Totals {
  std::uint64_t graphs = 0, blocked = 0;
  std::vector<std::string> limits;
};

Totals totals_of(const std::vector<LitmusTest>& tests, const LitmusOptions& options) {
  Totals totals;
  for (const LitmusTest& t : tests) {
    const litmus_tests::EnumerationResult& e = t.judgement.enumeration;
    totals.graphs += e.graphs;
    totals.blocked += e.blocked;
    if (e.cut) {
      totals.limits.push_back(fmt::format("{}: a loop was cut after it went round {} times",
                                          t.test.name, options.judge.enumeration.iterations));
    }
    if (e.limit_hit) {
      totals.limits.push_back(fmt::format("{}: --max-executions {}", t.test.name,
                                          options.judge.enumeration.graphs_max));
    }
  }
  return totals;
}

json::object head(const Options& o, const LitmusOptions& options, double seconds) {
  return {{"tool", "tricolor"},
          {"version", TRICOLOR_VERSION},
          {"command", o.command},
          {"memory_model", options.memory_model.empty() ? "all" : options.memory_model},
          {"explorer", options.judge.enumeration.every_order ? "dfs" : "dpor"},
          {"seconds", seconds},
          {"peak_rss_bytes", peak_rss_bytes()}};
}

json::array json_of(const LitmusTest& t) {
  json::array all;
  for (const litmus_tests::Outcome& outcome : t.judgement.outcomes) {
    json::array states;
    for (const auto& [state, graphs] : outcome.states) {
      states.emplace_back(litmus_tests::state_text(t.test, outcome, state));
    }
    all.push_back(json::object{{"name", t.test.name},
                               {"arch", litmus_tests::name_of(t.test.architecture)},
                               {"model", outcome.model->name},
                               {"verdict", litmus_tests::verdict(t.test, outcome)},
                               {"ok", outcome.ok(t.test.quantifier)},
                               {"observation", outcome.observation()},
                               {"positive", outcome.positive},
                               {"negative", outcome.negative},
                               {"states", std::move(states)},
                               {"seconds", t.seconds},
                               {"witness", outcome.witness},
                               {"file", t.path}});
  }
  return all;
}

void print_json(json::object o, const std::vector<LitmusTest>& tests, const Totals& totals) {
  json::array all;
  for (const LitmusTest& t : tests) {
    if (!t.error.empty()) continue;
    for (auto& one : json_of(t)) all.push_back(std::move(one));
  }
  o["verdict"] = "pass";
  o["coverage"] = totals.limits.empty() ? "exhausted" : "bounded";
  o["executions"] = totals.graphs;
  o["blocked_executions"] = totals.blocked;
  o["limits_hit"] = json::array(totals.limits.begin(), totals.limits.end());
  o["violations"] = json::array{};
  o["results"] = json::object{{"tests", std::move(all)}};
  std::cout << json::serialize(o) << "\n";
}

void print_text(const std::vector<LitmusTest>& tests, const LitmusOptions& options,
                const Totals& totals) {
  for (const LitmusTest& t : tests) {
    if (!t.error.empty()) continue;
    for (const litmus_tests::Outcome& outcome : t.judgement.outcomes) {
      if (options.memory_model.empty()) fmt::print("Model {}\n", outcome.model->name);
      fmt::print("{}\n", litmus_tests::report(t.test, t.judgement, outcome));
      if (!outcome.witness.empty()) fmt::print("Witness\n{}\n", outcome.witness);
    }
  }
  for (const std::string& limit : totals.limits) fmt::print("limit hit: {}\n", limit);
}

// Tests that have nothing to say about the model that was asked for. Returns how many were judged.
std::size_t count_judged(const std::vector<LitmusTest>& tests, const LitmusOptions& options) {
  std::size_t judged = 0, others = 0;
  for (const LitmusTest& t : tests) {
    if (!t.error.empty()) continue;
    (t.judgement.outcomes.empty() ? others : judged)++;
  }
  if (others != 0) {
    fmt::print(stderr, "tricolor: {} is no model of the architectures of {} tests\n",
               options.memory_model, others);
  }
  return judged;
}

int print_errors(const std::vector<std::string>& errors) {
  for (const std::string& error : errors) fmt::print(stderr, "tricolor: {}\n", error);
  return errors.empty() ? exit_clean : exit_usage;
}

json::object json_of(const Matrix& matrix) {
  json::array rows, differences;
  for (const MatrixRow& r : matrix.rows) {
    rows.push_back(json::object{{"family", r.family},
                                {"model", r.model},
                                {"agree", r.agree},
                                {"more", r.more},
                                {"less", r.less}});
  }
  for (const MatrixDifference& d : matrix.differences) {
    differences.push_back(
        json::object{{"file", d.path},
                     {"model", d.model},
                     {"more", json::array(d.what.more.begin(), d.what.more.end())},
                     {"less", json::array(d.what.less.begin(), d.what.less.end())},
                     {"note", d.what.note}});
  }
  return {{"matrix", std::move(rows)}, {"differences", std::move(differences)}};
}

int compare_with_herd(const Options& o, const LitmusOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const Matrix matrix = run_matrix(o.paths, options);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const bool agrees = matrix.differences.empty();
  if (o.json) {
    json::object out = head(o, options, seconds);
    out["verdict"] = agrees ? "pass" : "violation";
    out["executions"] = matrix.graphs;
    out["results"] = json_of(matrix);
    std::cout << json::serialize(out) << "\n";
  } else {
    print_matrix(matrix);
  }
  const int code = print_errors(matrix.errors);
  return code != exit_clean ? code : agrees ? exit_clean : exit_violation;
}

}  // namespace

int litmus(const Options& o) {
  LitmusOptions options;
  std::string error = check(o);
  if (error.empty()) error = set_options(o, &options);
  if (!error.empty()) return print_errors({error});
  if (!options.memory_model.empty() && sim::axioms::find_axioms(options.memory_model) == nullptr) {
    std::vector<std::string> names;
    for (const auto& m : sim::axioms::axiom_table()) names.emplace_back(m.name);
    return unknown("memory model", options.memory_model, names);
  }
  if (o.matrix) return compare_with_herd(o, options);
  const std::vector<std::string> files = litmus_files(o.paths, &error);
  if (!error.empty()) return print_errors({error});
  const auto start = std::chrono::steady_clock::now();
  const std::vector<LitmusTest> tests = run_litmus(files, options);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Totals totals = totals_of(tests, options);
  if (o.json) {
    print_json(head(o, options, seconds), tests, totals);
  } else {
    print_text(tests, options, totals);
  }
  std::vector<std::string> errors;
  for (const LitmusTest& t : tests) {
    if (!t.error.empty()) errors.push_back(t.error);
  }
  const std::size_t judged = count_judged(tests, options);
  const int code = print_errors(errors);
  return judged == 0 ? exit_usage : code;
}

}  // namespace cli
