// The searches of the ladder of fixes, each in a process of its own.
#include "cli/ladder.h"

#include <fmt/format.h>

#include <vector>

#include "cli/child_search.h"
#include "cli/session.h"

namespace cli {
namespace {

using Fixes = std::vector<std::string>;

std::string id_of(std::uint32_t rung) {
  return std::string(fix_prefix) + tricolor_scenarios.rungs[rung].id;
}

// False if the search could not be run.
bool fill(const Options& base, const scenarios::LadderSearch& search, const Fixes& fixes,
          Row* row) {
  Options o = base;
  o.command = "explore";
  o.subject = search.scenario;
  o.explorer = search.explorer;
  o.executions_max = base.executions_max == 0 ? search.executions_max : base.executions_max;
  o.params = parse_params(search.params);
  for (const auto& [name, value] : parse_params(search.tuning)) {
    o.tuning.emplace_back(name, static_cast<std::uint64_t>(value));
  }
  o.mutants = {"seed"};
  o.mutants.insert(o.mutants.end(), fixes.begin(), fixes.end());
  return search_in_child(o, row);
}

std::string text_of(const Row& row) {
  if (row.invariant[0] == '\0') return fmt::format("- ({})", row.executions);
  return fmt::format("**{}** {}/{}", row.invariant, row.switches, row.length);
}

// One row of a table. False if a search could not be run; `green` turns false if one is red.
bool print_row(const Options& options, const std::string& name, const Fixes& fixes, bool* green) {
  fmt::print("| {} |", name);
  for (std::uint32_t i = 0; i < tricolor_scenarios.ladder_search_count; i++) {
    Row row{};
    if (!fill(options, tricolor_scenarios.ladder_searches[i], fixes, &row)) return false;
    *green = *green && row.invariant[0] == '\0';
    fmt::print(" {} |", text_of(row));
    std::fflush(stdout);
  }
  fmt::print("\n");
  return true;
}

void print_head(const char* what) {
  fmt::print("| {} |", what);
  for (std::uint32_t i = 0; i < tricolor_scenarios.ladder_search_count; i++) {
    fmt::print(" {} |", tricolor_scenarios.ladder_searches[i].name);
  }
  fmt::print("\n|---|");
  for (std::uint32_t i = 0; i < tricolor_scenarios.ladder_search_count; i++) fmt::print("---|");
  fmt::print("\n");
}

}  // namespace

int ladder(const Options& options) {
  bool green = true;
  print_head("up to");
  if (!print_row(options, "seed", {}, &green)) return exit_internal;
  Fixes fixes;
  for (std::uint32_t i = 0; i < tricolor_scenarios.rung_count; i++) {
    fixes.push_back(id_of(i));
    green = true;
    if (!print_row(options, tricolor_scenarios.rungs[i].id, fixes, &green)) return exit_internal;
  }
  fmt::print("\n");
  print_head("alone");
  bool alone = true;
  for (std::uint32_t i = 0; i < tricolor_scenarios.rung_count; i++) {
    const char* name = tricolor_scenarios.rungs[i].id;
    if (!print_row(options, name, {id_of(i)}, &alone)) return exit_internal;
  }
  return green ? exit_clean : exit_violation;
}

}  // namespace cli
