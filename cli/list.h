// The axes of `tricolor list`: what can be named on a command line.
#pragma once

#include <boost/json/array.hpp>
#include <vector>

namespace cli {

struct Axis {
  const char* name;
  void (*print)();
  boost::json::array (*items)();  // the same, for programs: an object each
};
const std::vector<Axis>& axes();

// cli/list_json.cc
boost::json::array scenario_items();
boost::json::array explorer_items();
boost::json::array memory_model_items();
boost::json::array kernel_items();
boost::json::array checker_items();
boost::json::array mutant_items();
boost::json::array tuning_items();

}  // namespace cli
