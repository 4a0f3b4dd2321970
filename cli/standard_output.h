// What happens when standard output does not take what a command prints.
#pragma once

#include <functional>

namespace cli {

// Runs `command` and returns its exit code; exit_usage, with a message on standard error, if
// standard output refused a byte of what was printed: a result that is lost is no success.
int run_printing(const std::function<int()>& command);

}  // namespace cli
