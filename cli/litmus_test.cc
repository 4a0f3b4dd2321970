// Tests of `tricolor litmus`: final states against those recorded, by one worker and by several.
#include <doctest/doctest.h>

#include "cli/litmus_matrix.h"
#include "traces/test_data.h"

namespace {

const std::string samples = "scenarios/litmus/samples";

std::uint64_t count_agreeing(const cli::Matrix& matrix) {
  for (const std::string& error : matrix.errors) FAIL_CHECK(error);
  for (const cli::MatrixDifference& d : matrix.differences) {
    FAIL_CHECK(d.path << " under " << d.model << ": " << d.what.more.size() << " more, "
                      << d.what.less.size() << " less " << d.what.note);
  }
  std::uint64_t agree = 0;
  for (const cli::MatrixRow& row : matrix.rows) agree += row.agree;
  return agree;
}

TEST_CASE("the samples have the final states that are recorded beside them") {
  CHECK(count_agreeing(cli::run_matrix({samples}, {})) == 46);
}

TEST_CASE("the shared families have herd's final states, all of them") {
  TRICOLOR_SHARED_DATA(readme, "litmus/README.md");
  cli::LitmusOptions options;
  options.workers = 2;
  const std::string folder = readme.substr(0, readme.rfind('/'));
  CHECK(count_agreeing(cli::run_matrix({folder}, options)) == 8530);
}

TEST_CASE("answering loads in every order leads to the same states") {
  cli::LitmusOptions options;
  options.judge.enumeration.every_order = true;
  CHECK(count_agreeing(cli::run_matrix({samples}, options)) == 46);
}

// The second matrix: in program order, as simulated programs run, no state is more, and none is
// less where a model has no dependencies. That these are the states of simulated programs is tested
// in cli/litmus_cross_test.cc.
TEST_CASE("in program order nothing more is allowed, and less only on Arm and Power") {
  TRICOLOR_SHARED_DATA(readme, "litmus/README.md");
  cli::LitmusOptions options;
  options.workers = 2;
  options.judge.program_order = true;
  const cli::Matrix matrix = cli::run_matrix({readme.substr(0, readme.rfind('/'))}, options);
  std::uint64_t agree = 0, less = 0, more = 0;
  for (const cli::MatrixRow& row : matrix.rows) {
    agree += row.agree;
    less += row.less;
    more += row.more;
    if (row.model != "armv8" && row.model != "power") CHECK(row.less == 0);
  }
  CHECK(more == 0);
  CHECK(agree == 8298);
  CHECK(less == 232);
}

TEST_CASE("a C11 test is judged as compiled for a processor") {
  cli::LitmusOptions options;
  options.memory_model = "armv8";
  const std::string file = samples + "/c-message-passing-relaxed.litmus";
  const auto arm = cli::run_litmus({file}, options);
  REQUIRE(arm[0].judgement.outcomes.size() == 1);
  CHECK(arm[0].judgement.outcomes[0].positive == 1);
  options.memory_model = "tso";
  CHECK(cli::run_litmus({file}, options)[0].judgement.outcomes[0].positive == 0);
  const auto none = cli::run_litmus({samples + "/ppc-reserve.litmus"}, options);
  CHECK(none[0].judgement.outcomes.empty());
}

TEST_CASE("results do not depend on the number of workers") {
  std::string error;
  const std::vector<std::string> files = cli::litmus_files({samples}, &error);
  REQUIRE(error.empty());
  REQUIRE(files.size() == 23);
  cli::LitmusOptions one, three;
  three.workers = 3;
  const auto a = cli::run_litmus(files, one), b = cli::run_litmus(files, three);
  for (std::size_t i = 0; i < files.size(); i++) {
    CHECK(a[i].path == b[i].path);
    REQUIRE(a[i].judgement.outcomes.size() == b[i].judgement.outcomes.size());
    for (std::size_t m = 0; m < a[i].judgement.outcomes.size(); m++) {
      CHECK(a[i].judgement.outcomes[m].states == b[i].judgement.outcomes[m].states);
    }
  }
}

TEST_CASE("what cannot be read is an error with its path") {
  std::string error;
  CHECK(cli::litmus_files({"docs"}, &error).empty());
  CHECK(error == "docs: no file below it ends in .litmus");
  const auto tests = cli::run_litmus({"no/such.litmus", "README.md"}, {});
  CHECK(tests[0].error == "no/such.litmus: cannot be read");
  CHECK(tests[1].error.substr(0, 14) == "README.md:1:1:");
  CHECK_FALSE(cli::run_matrix({"docs"}, {}).errors.empty());
  const auto errors = cli::run_matrix({samples, "docs", "no/such"}, {}).errors;
  REQUIRE(errors.size() == 2);
  CHECK(errors[0] == "docs: no verdicts.tsv below it");
  CHECK(errors[1] == "no/such: no verdicts.tsv below it");
}

TEST_CASE("a matrix that compares nothing does not pass") {
  TRICOLOR_SHARED_DATA(table, "litmus/x86-coherence/verdicts.tsv");
  cli::LitmusOptions options;
  options.memory_model = "power";
  const auto errors = cli::run_matrix({table.substr(0, table.rfind('/'))}, options).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0] == "no verdict under power is recorded");
}

}  // namespace
