// Lists of combinations, for people and for programs.
#include "cli/phase_report.h"

#include <fmt/format.h>

namespace cli {
namespace {

namespace json = boost::json;
using Figures = checkers::PhaseOperations::Figures;

constexpr std::size_t shown_max = 40;  // in the text; the JSON object has them all

json::array names_of(const std::vector<checkers::Combination>& combinations) {
  json::array names;
  for (const checkers::Combination& c : combinations) names.emplace_back(c.describe());
  return names;
}

}  // namespace

json::object json_of(const Figures& f) {
  json::array impossible;
  for (const auto& [reason, combinations] : f.impossible) {
    impossible.push_back(json::object{{"reason", reason},
                                      {"count", combinations.size()},
                                      {"combinations", names_of(combinations)}});
  }
  return {{"possible", f.reached + f.not_reached.size()},
          {"reached", f.reached},
          {"not_reached", names_of(f.not_reached)},
          {"impossible", std::move(impossible)}};
}

void print(const Figures& f) {
  fmt::print("combinations of phase, status of each P, operation: {} of {} possible ones reached\n",
             f.reached, f.reached + f.not_reached.size());
  for (std::size_t i = 0; i < f.not_reached.size(); i++) {
    if (i == shown_max) {
      fmt::print("  and {} more (--json names them)\n", f.not_reached.size() - i);
      break;
    }
    fmt::print("  not reached: {}\n", f.not_reached[i].describe());
  }
  fmt::print("impossible, because (--json names them):\n");
  for (const auto& [reason, combinations] : f.impossible) {
    if (!combinations.empty()) fmt::print("  {:>6}  {}\n", combinations.size(), reason);
  }
}

}  // namespace cli
