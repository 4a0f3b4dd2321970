// Litmus tests from files, judged in parallel.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/options.h"
#include "scenarios/litmus/outcome.h"

namespace cli {

struct LitmusTest {
  std::string path;
  std::string error;  // "PATH:LINE:COLUMN: what is wrong": there is no test, or no judgement
  scenarios::litmus::Test test;
  scenarios::litmus::Judgement judgement;  // empty if no model that was asked for is the test's
  double seconds = 0;
};

// The files, and those below the folders whose names end in .litmus, in order. Sets *error when a
// path is neither.
std::vector<std::string> litmus_files(const std::vector<std::string>& paths, std::string* error);

struct LitmusOptions {
  // Empty: every one that a test's architecture means. A processor's model takes C11 tests, too, as
  // compilers map them to it.
  std::string memory_model;
  scenarios::litmus::JudgeOptions judge;
  std::uint32_t workers = 1;
};

// In the order of the files, whatever the number of workers.
std::vector<LitmusTest> run_litmus(const std::vector<std::string>& files,
                                   const LitmusOptions& options);

// The files below a folder of which `wanted` says so, in order; nothing when the folder, or one in
// it, cannot be read.
std::vector<std::string> files_below(const std::string& folder,
                                     bool (*wanted)(const std::filesystem::path& path));
// "PATH:LINE:COLUMN: what is wrong"
std::string describe(const std::string& path, const scenarios::litmus::Error& error);

}  // namespace cli
