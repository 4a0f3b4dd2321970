// alloc-trace natively: the figures that the simulator takes from events, from hooks and
// statistics.
#pragma once

#include "cli/native/observer.h"

namespace cli::native {

std::unique_ptr<Observer> observe_alloc_trace(const Options& options, scenarios::Env& env,
                                              std::string* error);

}  // namespace cli::native
