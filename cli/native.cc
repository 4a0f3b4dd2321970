// `tricolor native`: the program beside this one that has the native flavour takes over.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/commands.h"

namespace cli {

int native(char** argv) {
  std::error_code error;
  auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) program = argv[0];
  program.replace_filename("tricolor-native");
  execv(program.c_str(), argv);
  fmt::print(stderr, "tricolor: cannot start {}: {}; build the target tricolor-native\n",
             program.string(), std::strerror(errno));
  return exit_internal;
}

}  // namespace cli
