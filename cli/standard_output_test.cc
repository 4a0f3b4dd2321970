// Tests of commands whose standard output is full.
#include "cli/standard_output.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "cli/options.h"

namespace {

// Exit code of a command that prints `bytes` to `path` in a process of its own.
int code_of(const char* path, std::size_t bytes, bool stream) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (std::freopen(path, "w", stdout) == nullptr) _exit(99);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(99);
    _exit(cli::run_printing([&] {
      const std::string text(bytes, 'x');
      if (stream) std::cout << text;
      if (!stream) fmt::print("{}", text);
      return cli::exit_violation;
    }));
  }
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("a command whose result is lost fails, whenever the loss shows") {
  for (const bool stream : {false, true}) {
    CAPTURE(stream);
    for (const std::size_t bytes : {std::size_t{10}, std::size_t{1} << 20}) {
      CAPTURE(bytes);
      CHECK(code_of("/dev/null", bytes, stream) == cli::exit_violation);
      CHECK(code_of("/dev/full", bytes, stream) == cli::exit_usage);
    }
  }
}

TEST_CASE("a command that prints nothing needs no room") {
  CHECK(code_of("/dev/full", 0, false) == cli::exit_violation);
}

}  // namespace
