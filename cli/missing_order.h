// What a violated invariant says about ordering: which barrier or acknowledgement is to keep the
// two events apart.
#pragma once

#include <string>
#include <vector>

namespace cli {

// Sentences for the invariant, and for each planted bug what its line in the table says.
std::vector<std::string> missing_order(const std::string& invariant,
                                       const std::vector<std::string>& mutants);

}  // namespace cli
