// The conformance matrix: final states of every test below a folder against those that herd
// recorded in the verdicts.tsv beside it.
#pragma once

#include "cli/litmus_run.h"
#include "scenarios/litmus/conformance.h"

namespace cli {

struct MatrixRow {
  std::string family, model;
  std::uint64_t agree = 0, more = 0, less = 0;  // tests; a test that does both counts in both
};

struct MatrixDifference {
  std::string path, model;
  scenarios::litmus::Difference what;
};

struct Matrix {
  std::vector<MatrixRow> rows;  // families in order of their paths, models in order of the table
  std::vector<MatrixDifference> differences;
  std::vector<std::string> errors;
  std::uint64_t graphs = 0;
};

// REQUIRES: options.memory_model is empty or one of the table.
Matrix run_matrix(const std::vector<std::string>& folders, const LitmusOptions& options);

void print_matrix(const Matrix& matrix);

}  // namespace cli
