// Asks the program for its cases as a person would: by its own options.
#include "embed/cases.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace embed {
namespace {

struct Ended {
  int code;
  std::string output;
};

// Runs the executable with its options in the environment, so that the argument is the program's.
Ended run(const std::string& executable, const std::string& options, const std::string& argument) {
  int ends[2];
  if (pipe(ends) != 0) return {4, "no pipe"};
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    close(ends[0]);
    close(ends[1]);
    setenv("TRICOLOR", options.c_str(), 1);
    execl(executable.c_str(), executable.c_str(), argument.c_str(), nullptr);
    _exit(4);
  }
  close(ends[1]);
  Ended ended{4, ""};
  char bytes[4096];
  for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;) {
    ended.output.append(bytes, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  if (waitpid(child, &status, 0) == child && WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  return ended;
}

// "Suite." and below it "  Case", with comments behind `#`.
std::vector<std::string> gtest_cases(const std::string& listing) {
  std::vector<std::string> cases;
  std::string suite;
  std::istringstream in(listing);
  for (std::string line; std::getline(in, line);) {
    line = line.substr(0, line.find("  #"));
    if (line.starts_with("  ")) {
      if (!suite.empty()) cases.push_back(suite + line.substr(2));
    } else {
      suite = line.ends_with(".") ? line : "";
    }
  }
  return cases;
}

// Names between lines of `=`; what doctest says of itself is in brackets.
std::vector<std::string> doctest_cases(const std::string& listing) {
  std::vector<std::string> cases;
  bool inside = false;
  std::istringstream in(listing);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("====")) {
      inside = !inside;
    } else if (inside && !line.empty()) {
      cases.push_back(line);
    }
  }
  return cases;
}

// A comma would begin another pattern.
std::string pattern_of(std::string name) {
  std::replace(name.begin(), name.end(), ',', '?');
  return name;
}

}  // namespace

int explore_cases(const std::string& executable, const std::string& framework,
                  const std::vector<std::string>& options) {
  const bool gtest = framework == "gtest";
  if (!gtest && framework != "doctest") {
    fmt::print(stderr, "tricolor: --cases {}: expected doctest or gtest\n", framework);
    return 2;
  }
  const Ended listing = run(executable, "--explorer random --max-executions 1 --show-output",
                            gtest ? "--gtest_list_tests" : "--list-test-cases");
  const auto cases = gtest ? gtest_cases(listing.output) : doctest_cases(listing.output);
  if (cases.empty()) {
    fmt::print(stderr, "tricolor: no cases of {} were listed:\n{}", framework, listing.output);
    return 2;
  }
  int worst = 0;
  std::size_t clean = 0;
  for (const std::string& name : cases) {
    const std::string argument = (gtest ? "--gtest_filter=" : "--test-case=") + pattern_of(name);
    const Ended ended = run(executable, fmt::format("{}", fmt::join(options, " ")), argument);
    fmt::print("== {}\n{}", name, ended.output);
    worst = std::max(worst, ended.code);
    if (ended.code == 0) clean++;
  }
  fmt::print("{} of {} cases without a violation\n", clean, cases.size());
  return worst;
}

}  // namespace embed
