// Running and printing the conformance matrix.
#include "cli/litmus_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "traces/file.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using scenarios::litmus::VerdictTable;

constexpr const char* table_name = "verdicts.tsv";

std::vector<std::string> find_tables(const std::vector<std::string>& folders,
                                     std::vector<std::string>* errors) {
  std::vector<std::string> tables;
  for (const std::string& folder : folders) {
    const std::vector<std::string> found =
        files_below(folder, [](const fs::path& file) { return file.filename() == table_name; });
    if (found.empty()) errors->push_back(fmt::format("{}: no {} below it", folder, table_name));
    tables.insert(tables.end(), found.begin(), found.end());
  }
  std::sort(tables.begin(), tables.end());
  return tables;
}

MatrixRow& row_of(Matrix& matrix, const std::string& family, const std::string& model) {
  for (MatrixRow& row : matrix.rows) {
    if (row.family == family && row.model == model) return row;
  }
  matrix.rows.push_back({family, model});
  return matrix.rows.back();
}

void compare_row(const scenarios::litmus::RecordedVerdict& recorded, const std::string& family,
                 const LitmusTest& test, Matrix& matrix) {
  for (const scenarios::litmus::Outcome& outcome : test.judgement.outcomes) {
    if (outcome.model->name != recorded.model) continue;
    const auto difference = scenarios::litmus::compare(recorded, test.test, outcome);
    MatrixRow& row = row_of(matrix, family, recorded.model);
    row.agree += difference.agrees();
    row.more += !difference.more.empty();
    row.less += !difference.less.empty();
    if (!difference.agrees()) matrix.differences.push_back({test.path, recorded.model, difference});
    return;
  }
  matrix.errors.push_back(fmt::format(
      "{}: recorded under {}, which is no model of its architecture", test.path, recorded.model));
}

void run_family(const std::string& table_path, const LitmusOptions& options, Matrix& matrix) {
  const auto text = traces::read_file(table_path);
  std::optional<scenarios::litmus::Error> error;
  if (!text) {
    matrix.errors.push_back(table_path + ": cannot be read");
    return;
  }
  VerdictTable table = scenarios::litmus::parse_verdicts(*text, &error);
  if (error) {
    matrix.errors.push_back(describe(table_path, *error));
    return;
  }
  if (!options.memory_model.empty()) {
    std::erase_if(table.rows, [&](const auto& row) { return row.model != options.memory_model; });
  }
  const fs::path folder = fs::path(table_path).parent_path();
  std::map<std::string, std::size_t> index;
  std::vector<std::string> files;
  for (const auto& row : table.rows) {
    if (index.emplace(row.file, files.size()).second) files.push_back(folder / row.file);
  }
  const std::vector<LitmusTest> tests = run_litmus(files, options);
  for (const LitmusTest& test : tests) {
    matrix.graphs += test.judgement.enumeration.graphs;
    if (!test.error.empty()) matrix.errors.push_back(test.error);
  }
  for (const auto& row : table.rows) {
    const LitmusTest& test = tests[index[row.file]];
    if (test.error.empty()) compare_row(row, folder.filename().string(), test, matrix);
  }
}

void print_states(const char* title, const std::set<std::string>& states) {
  for (const std::string& state : states) fmt::print("    {} {}\n", title, state);
}

}  // namespace

Matrix run_matrix(const std::vector<std::string>& folders, const LitmusOptions& options) {
  Matrix matrix;
  for (const std::string& table : find_tables(folders, &matrix.errors)) {
    run_family(table, options, matrix);
  }
  if (matrix.rows.empty() && matrix.errors.empty()) {
    matrix.errors.push_back(fmt::format("no verdict under {} is recorded", options.memory_model));
  }
  return matrix;
}

void print_matrix(const Matrix& matrix) {
  const char* format = "{:<20} {:<6} {:>7} {:>14} {:>14}\n";
  fmt::print(fmt::runtime(format), "family", "model", "agree", "we allow more", "we allow less");
  MatrixRow total{"all", ""};
  for (const MatrixRow& row : matrix.rows) {
    fmt::print(fmt::runtime(format), row.family, row.model, row.agree, row.more, row.less);
    total.agree += row.agree;
    total.more += row.more;
    total.less += row.less;
  }
  fmt::print(fmt::runtime(format), total.family, "", total.agree, total.more, total.less);
  for (const MatrixDifference& d : matrix.differences) {
    fmt::print("differs: {} {} {}\n", d.path, d.model, d.what.note);
    print_states("only we allow", d.what.more);
    print_states("only herd allows", d.what.less);
  }
}

}  // namespace cli
