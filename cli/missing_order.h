// What a violated invariant says about ordering: which barrier or acknowledgement is to keep the
// two events apart.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

// Sentences for the invariant, each order that was weakened, and for each planted bug what its line
// in the table says.
std::vector<std::string> missing_order(const std::string& invariant, const Options& options);

}  // namespace cli
