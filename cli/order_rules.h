// --weaken and --strengthen: other memory orders than those that the program names.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "sim/order_table.h"

namespace cli {

// What options.weaken and options.strengthen say. Returns what is wrong with them, or nothing.
std::string read_order_rules(const Options& options, std::vector<sim::OrderRule>* rules);

// What is wrong with them after a search, or nothing: an access that was never executed.
std::string describe_unmet(const Options& options, const sim::OrderTable& table);

}  // namespace cli
