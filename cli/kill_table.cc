// The searches of the table, their medians, and how it is printed.
#include "cli/kill_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "cli/child_search.h"
#include "cli/kill.h"
#include "model/choice.h"

namespace cli {
namespace {

constexpr std::uint64_t not_found = ~std::uint64_t{0};

struct Cell {
  std::string explorer;
  std::uint64_t executions = not_found;  // median, the failing one counted
  std::uint32_t found = 0, searches = 0;
  double seconds = 0;  // of all searches
  Kill kill = Kill::alive;
};

// Empty, after saying which, when a name is unknown.
std::vector<std::string> explorers_of(const std::string& list) {
  std::vector<std::string> all;
  for (const auto& entry : model::explorers()) {
    if (entry.manner != model::Manner::repeats) all.emplace_back(entry.name);
  }
  if (list == "all") return all;
  std::vector<std::string> names;
  boost::split(names, list, boost::is_any_of(","));
  for (const std::string& name : names) {
    if (std::find(all.begin(), all.end(), name) != all.end()) continue;
    unknown("explorer", name, all);
    return {};
  }
  return names;
}

bool fill(const Options& options, const scenarios::Mutant& mutant, Cell* cell) {
  Options o = search_for(options, mutant, options.memory_model);
  o.explorer = cell->explorer;
  if (o.step_limit == 0) {
    o.step_limit = model::reduces(o.explorer) ? table_steps_reduced : table_steps;
  }
  o.executions_max = options.executions_max == 0 ? table_executions : options.executions_max;
  const bool silent = is_expected_silent(mutant, options.memory_model);
  const bool one = !model::samples(o.explorer) || silent;
  std::vector<std::uint64_t> executions;
  cell->kill = judge(mutant, "", options.memory_model);
  for (std::uint32_t i = 0; i < (one ? 1 : options.seeds); i++, o.seed++) {
    Row row;
    if (!search_in_child(o, &row)) return false;
    cell->seconds += row.seconds;
    cell->searches++;
    const Kill kill = judge(mutant, row.invariant, options.memory_model);
    if (row.invariant[0] != '\0') {
      cell->found++;
      cell->kill = kill;
    }
    executions.push_back(row.invariant[0] != '\0' ? row.executions + 1 : not_found);
  }
  std::sort(executions.begin(), executions.end());
  cell->executions = executions[executions.size() / 2];
  return true;
}

std::string text_of(const Cell& cell) {
  if (cell.executions == not_found) {
    return cell.found == 0 ? "-" : fmt::format("{}/{}", cell.found, cell.searches);
  }
  return fmt::format("{}{}", cell.executions, is_as_expected(cell.kill) ? "" : "!");
}

boost::json::object object_of(const Cell& cell) {
  boost::json::object o{{"explorer", cell.explorer},
                        {"found", cell.found},
                        {"searches", cell.searches},
                        {"seconds", cell.seconds},
                        {"verdict", name_of(cell.kill)}};
  if (cell.executions != not_found) o["executions_median"] = cell.executions;
  return o;
}

}  // namespace

int kill_table(const Options& options) {
  const std::vector<std::string> names = explorers_of(options.explorers);
  if (names.empty()) return exit_usage;
  if (options.seeds == 0) {
    fmt::print(stderr, "tricolor: --seeds 0: expected at least 1\n");
    return exit_usage;
  }
  if (!options.json) {
    fmt::print("| mutant |");
    for (const std::string& name : names) fmt::print(" {} |", name);
    fmt::print(" seconds |\n|---|");
    for (std::size_t i = 0; i <= names.size(); i++) fmt::print("---|");
    fmt::print("\n");
  }
  boost::json::array rows;
  bool good = true;
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& mutant = tricolor_scenarios.mutants[i];
    if (!options.subject.empty() && options.subject != mutant.id) continue;
    std::string line = fmt::format("| {} |", mutant.id);
    boost::json::array cells;
    bool expected = is_expected_silent(mutant, options.memory_model);
    double seconds = 0;
    for (const std::string& name : names) {
      Cell cell{name};
      if (!fill(options, mutant, &cell)) return exit_internal;
      // One explorer is enough to kill; none may be wrong, or loud where silence is due.
      if (cell.kill == Kill::killed) expected = true;
      if (cell.kill == Kill::wrong || cell.kill == Kill::loud) good = false;
      seconds += cell.seconds;
      line += fmt::format(" {} |", text_of(cell));
      cells.push_back(object_of(cell));
    }
    good = good && expected;
    if (!options.json) {
      fmt::print("{} {:.1f} |{}\n", line, seconds, expected ? "" : " <- ALIVE");
      std::fflush(stdout);
    }
    rows.push_back({{"mutant", mutant.id},
                    {"memory_model", options.memory_model},
                    {"explorers", std::move(cells)}});
  }
  if (options.json) {
    std::cout << boost::json::serialize(
                     boost::json::object{{"tool", "tricolor"},
                                         {"version", TRICOLOR_VERSION},
                                         {"command", "mutants"},
                                         {"verdict", good ? "pass" : "violation"},
                                         {"mutants", rows}})
              << "\n";
  }
  return good ? exit_clean : exit_violation;
}

}  // namespace cli
