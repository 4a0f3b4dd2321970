// `tricolor mutants`: each mutant on its scenario, under every memory model, with all checkers and
// with each one alone; every search in a process of its own (the simulated memory lives at one
// address).
#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "checkers/checkers.h"
#include "cli/child_search.h"
#include "cli/commands.h"
#include "cli/kill.h"
#include "cli/kill_table.h"
#include "cli/ladder.h"
#include "cli/session.h"

namespace cli {
namespace {

// With one checker alone a search may go on this many times longer than with all.
constexpr std::uint64_t matrix_patience = 4, matrix_executions_min = 200;

struct Alone {
  std::string checker;
  Row row;
};

struct Result {
  const scenarios::Mutant* mutant;
  std::string memory_model;
  Row row;
  Kill kill;
  std::vector<Alone> killers;              // checkers that find it alone; with options.matrix
  std::uint64_t alone_executions_max = 0;  // what each of them was given; 0: none was tried
};

bool try_alone(const Options& base, Result* result) {
  Options o = base;
  o.trace.clear();
  if (result->kill == Kill::silent) return true;
  // Reductions trust the race detector, which is alone once.
  if (model::reduces(o.explorer)) o.explorer = "preemption-bound";
  const std::uint64_t longest =
      std::max(matrix_executions_min, matrix_patience * result->row.executions);
  if (o.executions_max == 0 || o.executions_max > longest) o.executions_max = longest;
  result->alone_executions_max = o.executions_max;
  std::vector<std::string> names = {no_checker};
  for (const auto& entry : checkers::checkers()) names.emplace_back(entry.name);
  for (const std::string& name : names) {
    o.checkers = {name};
    Alone alone{name, {}};
    if (!search_in_child(o, &alone.row)) return false;
    const std::string invariant = alone.row.invariant;
    // The checks of the runtime and the machine are always on: theirs is no checker's merit.
    const bool own = name == no_checker ? !invariant.empty() : can_report(name, invariant);
    if (own) result->killers.push_back(alone);
  }
  return true;
}

void print_head() {
  fmt::print("{:<32} {:<5} {:<8} {:<26} {:>12} {:>9}\n", "mutant", "model", "verdict", "invariant",
             "executions", "seconds");
}

void print_row(const Result& r) {
  const bool found = r.row.invariant[0] != '\0';
  fmt::print("{:<32} {:<5} {:<8} {:<26} {:>12} {:>9.3f}{}\n", r.mutant->id, r.memory_model,
             name_of(r.kill),
             found ? r.row.invariant : model::name_of(static_cast<model::Coverage>(r.row.coverage)),
             r.row.executions, r.row.seconds, is_as_expected(r.kill) ? "" : "  <- unexpected");
  for (const Alone& a : r.killers) {
    fmt::print("{:<32} {:<5} {:<8} {:<26} {:>12} {:>9.3f}\n", "", "", "alone",
               fmt::format("{}: {}", a.checker, a.row.invariant), a.row.executions, a.row.seconds);
  }
  if (r.alone_executions_max == 0) return;
  fmt::print("{:<32} {:<5} {:<8} {:<26} {:>12}\n", "", "", "alone", "silent: the others, up to",
             r.alone_executions_max);
}

namespace json = boost::json;

json::object object_of(const Row& row) {
  return {{"invariant", row.invariant},
          {"message", row.message},
          {"executions", row.executions},
          {"steps", row.steps},
          {"seconds", row.seconds},
          {"coverage", model::name_of(static_cast<model::Coverage>(row.coverage))}};
}

void print_all(const std::vector<Result>& results, bool good) {
  json::array rows;
  for (const Result& r : results) {
    json::object o = object_of(r.row);
    o["mutant"] = r.mutant->id;
    o["memory_model"] = r.memory_model;
    o["scenario"] = r.mutant->scenario;
    o["params"] = r.mutant->params;
    o["explorer"] = r.mutant->explorer;
    o["expected"] = r.mutant->invariants;
    o["verdict"] = name_of(r.kill);
    o["found"] = r.row.invariant[0] != '\0';
    json::array killers;
    for (const Alone& a : r.killers) {
      json::object alone = object_of(a.row);
      alone["checker"] = a.checker;
      killers.push_back(std::move(alone));
    }
    o["checkers"] = std::move(killers);
    if (r.alone_executions_max != 0) o["alone_executions_max"] = r.alone_executions_max;
    rows.push_back(std::move(o));
  }
  const json::object all{{"tool", "tricolor"},
                         {"version", TRICOLOR_VERSION},
                         {"command", "mutants"},
                         {"verdict", good ? "pass" : "violation"},
                         {"mutants", rows}};
  std::cout << json::serialize(all) << "\n";
}

}  // namespace

int mutants(const Options& options, const char*) {
  std::vector<Result> results;
  bool good = true;
  if (!options.subject.empty() && find_mutant(options.subject) == nullptr) {
    return unknown_mutant(options.subject);
  }
  if (options.ladder) return ladder(options);
  if (!options.explorers.empty()) return kill_table(options);
  if (!options.json) print_head();
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& mutant = tricolor_scenarios.mutants[i];
    if (!options.subject.empty() && options.subject != mutant.id) continue;
    for (const std::string& memory_model : memory_models_of(mutant)) {
      Result r{&mutant, memory_model, {}, Kill::alive, {}, 0};
      const Options o = search_for(options, mutant, memory_model);
      bool ran = search_in_child(o, &r.row);
      r.kill = judge(mutant, r.row.invariant, memory_model);
      if (ran && options.matrix) ran = try_alone(o, &r);
      if (!ran) {
        fmt::print(stderr, "tricolor: mutant {} could not be run\n", mutant.id);
        return exit_internal;
      }
      good = good && is_as_expected(r.kill);
      if (!options.json) print_row(r);
      results.push_back(r);
    }
  }
  if (options.json) print_all(results, good);
  return good ? exit_clean : exit_violation;
}

}  // namespace cli
