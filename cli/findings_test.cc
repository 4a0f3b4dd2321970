// The recorded findings: each row of docs/findings.md has a trace, and each trace replays.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/commands.h"
#include "cli/recording.h"
#include "traces/file.h"

namespace cli {
namespace {

std::string root() {
  const std::string file = __FILE__;
  return file.substr(0, file.rfind("cli/findings_test.cc"));
}

std::string cell(const std::string& row, int column) {
  std::size_t begin = 0;
  for (int i = 0; i <= column; i++) begin = row.find('|', begin) + 1;
  std::string text = row.substr(begin, row.find('|', begin) - begin);
  std::erase_if(text, [](char c) { return c == ' ' || c == '`'; });
  return text;
}

TEST_CASE("every finding has a recorded execution that replays") {
  std::ifstream page(root() + "docs/findings.md");
  REQUIRE(page.good());
  int findings = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    findings++;
    const std::string id = cell(line, 0);
    CAPTURE(id);
    CHECK(find_mutant(id) != nullptr);
    Options o;
    o.command = "replay";
    o.subject = root() + "traces/findings/" + id + ".trace";
    o.json = true;
    const auto trace = traces::read_trace_file(o.subject);
    REQUIRE(trace);
    CHECK(options_of(*trace, o).subject == cell(line, 2));
    CHECK(recorded_invariant(*trace) == cell(line, 3));
    CHECK(options_of(*trace, o).mutants == std::vector<std::string>{id});
    CHECK(replay(o) == exit_violation);
  }
  const auto files = std::filesystem::directory_iterator(root() + "traces/findings");
  CHECK(findings == std::distance(begin(files), end(files)));
  CHECK(findings > 0);
}

}  // namespace
}  // namespace cli
