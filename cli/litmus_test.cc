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
  CHECK(count_agreeing(cli::run_matrix({samples}, {})) == 34);
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
  options.enumeration.every_order = true;
  CHECK(count_agreeing(cli::run_matrix({samples}, options)) == 34);
}

TEST_CASE("results do not depend on the number of workers") {
  std::string error;
  const std::vector<std::string> files = cli::litmus_files({samples}, &error);
  REQUIRE(error.empty());
  REQUIRE(files.size() == 17);
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
}

}  // namespace
