// `tricolor list AXIS --json`: what can be named on a command line, for programs.
#pragma once

#include <boost/json/array.hpp>
#include <string>

namespace cli {

// One object a line of the axis. REQUIRES: an axis that `list` knows.
boost::json::array list_items(const std::string& axis);

}  // namespace cli
