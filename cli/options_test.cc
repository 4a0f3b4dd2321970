// Tests of the command line: what is refused, and what is said about it.
#include "cli/options.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

int code_of(std::vector<std::string> words) {
  words.insert(words.begin(), "tricolor");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  int code = -1;
  return cli::parse(static_cast<int>(argv.size()), argv.data(), &code) ? cli::exit_clean : code;
}

TEST_CASE("--concurrent is for heap-dump") {
  CHECK(code_of({"run", "lfstack"}) == cli::exit_clean);
  CHECK(code_of({"run", "heap-dump", "--concurrent"}) == cli::exit_clean);
  CHECK(code_of({"run", "lfstack", "--concurrent"}) == cli::exit_usage);
}

TEST_CASE("--env takes what the runtime reads") {
  CHECK(code_of({"run", "lfstack", "--env", "GODEBUG=gctrace=1", "--env", "GOGC=off"}) ==
        cli::exit_clean);
  CHECK(code_of({"run", "lfstack", "--env", "GOMAXPROCS=2"}) == cli::exit_usage);
  CHECK(code_of({"run", "lfstack", "--env", "GOGC"}) == cli::exit_usage);
  CHECK(code_of({"run", "lfstack", "--env", "PATH=/bin"}) == cli::exit_usage);
}

TEST_CASE("options that a command cannot serve are refused") {
  CHECK(code_of({"explore", "lfstack", "--checkpoint", "c", "--workers", "2"}) == cli::exit_clean);
  CHECK(code_of({"explore", "lfstack", "--workers", "0"}) == cli::exit_usage);
  CHECK(code_of({"explore", "lfstack", "--workers", "257"}) == cli::exit_usage);
  CHECK(code_of({"explore", "lfstack", "--checkpoint-interval", "-1"}) == cli::exit_usage);
  CHECK(code_of({"replay", "t", "--workers", "2"}) == cli::exit_usage);
  CHECK(code_of({"explore", "lfstack", "--step-limit", "9"}) == cli::exit_clean);
  CHECK(code_of({"explore", "lfstack", "--step-limit", "9", "--workers", "2"}) == cli::exit_usage);
  CHECK(code_of({"mutants", "--checkpoint", "c"}) == cli::exit_usage);
  CHECK(code_of({"litmus", "a", "b", "--workers", "2"}) == cli::exit_clean);
  CHECK(code_of({"litmus", "a", "--checkpoint", "c"}) == cli::exit_usage);
  CHECK(code_of({"run", "a", "b"}) == cli::exit_usage);
  CHECK(code_of({"mutants", "--audit", "10"}) == cli::exit_usage);
  CHECK(code_of({"run", "lfstack", "--audit", "10"}) == cli::exit_clean);
  CHECK(code_of({"run", "lfstack", "--resume", "c", "--twice"}) == cli::exit_usage);
  CHECK(code_of({"fuzz", "lfstack", "--corpus", "c", "--explorer", "fuzz"}) == cli::exit_clean);
  CHECK(code_of({"fuzz", "lfstack", "--explorer", "dfs"}) == cli::exit_usage);
  CHECK(code_of({"fuzz", "lfstack", "--workers", "2"}) == cli::exit_usage);
  CHECK(code_of({"fuzz", "lfstack", "--corpus", "c", "--twice"}) == cli::exit_usage);
  CHECK(code_of({"explore", "lfstack", "--explorer", "fuzz"}) == cli::exit_clean);
  CHECK(code_of({"explore", "lfstack", "--corpus", "c"}) == cli::exit_usage);
}

TEST_CASE("names of the contract that are not built say so; others get the nearest") {
  const std::vector<std::string> models = {"sc", "tso"};
  CHECK(cli::describe_unknown("axis", "specs", models) ==
        "axis 'specs' is not built yet; there are: sc, tso");
  CHECK(cli::describe_unknown("memory model", "tsoo", models) ==
        "unknown memory model 'tsoo'; the nearest: tso, sc");
}

}  // namespace
