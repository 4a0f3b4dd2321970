// What happens when standard output does not take what a command prints.
#include "cli/standard_output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <system_error>

#include "cli/options.h"

namespace cli {
namespace {

int refused(int error) {
  fmt::print(stderr, "tricolor: cannot write to standard output: {}; {}\n", std::strerror(error),
             "make room or choose another place");
  return exit_usage;
}

}  // namespace

int run_printing(const std::function<int()>& command) {
  int code = exit_internal;
  try {
    code = command();
  } catch (const std::system_error& e) {
    // fmt::print throws when stdio reports a failure; whatever else throws is not ours.
    if (std::ferror(stdout) == 0) throw;
    return refused(e.code().value());
  }
  errno = 0;
  std::cout.flush();
  const bool taken = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
  return taken ? code : refused(errno != 0 ? errno : EIO);
}

}  // namespace cli
