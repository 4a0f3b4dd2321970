// Options of a search, for tests.
#pragma once

#include "cli/options.h"

namespace cli {

inline Options explore_options(const char* scenario, const char* explorer,
                               const char* memory_model = "sc") {
  Options o;
  o.command = "explore";
  o.subject = scenario;
  o.explorer = explorer;
  o.memory_model = memory_model;
  return o;
}

}  // namespace cli
