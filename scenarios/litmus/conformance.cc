// Reading tables of verdicts, and comparing.
#include "scenarios/litmus/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace scenarios::litmus {
namespace {

struct ModelName {
  const char* herd;
  const char* ours;
};
constexpr ModelName model_names[] = {
    {"sc", "sc"}, {"x86tso", "tso"}, {"aarch64", "armv8"}, {"ppc", "power"}, {"rc11", "rc11"}};

constexpr std::size_t columns = 11;
constexpr std::size_t column_model = 2, column_observation = 5, column_count = 6, column_states = 7,
                      column_file = 10;

std::vector<std::string_view> split(std::string_view text, std::string_view between) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(between);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + between.size());
  }
}

std::string check_row(const std::vector<std::string_view>& cells, RecordedVerdict* row) {
  if (cells.size() != columns) {
    return fmt::format("expected {} columns, found {}", columns, cells.size());
  }
  for (const ModelName& name : model_names) {
    if (cells[column_model] == name.herd) row->model = name.ours;
  }
  if (row->model.empty()) return fmt::format("unknown model '{}'", cells[column_model]);
  row->observation = cells[column_observation];
  row->file = cells[column_file];
  for (const std::string_view state : split(cells[column_states], " | ")) {
    row->states.emplace(state);
  }
  if (fmt::format("{}", row->states.size()) != cells[column_count]) {
    return fmt::format("{} states are announced, {} are listed", cells[column_count],
                       row->states.size());
  }
  return "";
}

}  // namespace

VerdictTable parse_verdicts(std::string_view text, std::optional<Error>* error) {
  VerdictTable table;
  std::uint32_t number = 0;
  for (std::string_view line : split(text, "\n")) {
    number++;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (number == 1 || line.empty()) continue;
    RecordedVerdict row;
    const std::string problem = check_row(split(line, "\t"), &row);
    if (!problem.empty()) {
      *error = Error{{number, 1}, problem};
      return table;
    }
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) *error = Error{{1, 1}, "a table of verdicts without a row"};
  return table;
}

Difference compare(const RecordedVerdict& recorded, const Test& test, const Outcome& outcome) {
  std::set<std::string> ours;
  for (const auto& [state, graphs] : outcome.states) {
    ours.insert(state_text(test, outcome, state));
  }
  Difference d;
  const auto& theirs = recorded.states;
  std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      std::inserter(d.more, d.more.end()));
  std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                      std::inserter(d.less, d.less.end()));
  if (d.agrees() && recorded.observation != outcome.observation()) {
    d.note = fmt::format("{} where {} is recorded", outcome.observation(), recorded.observation);
  }
  return d;
}

}  // namespace scenarios::litmus
