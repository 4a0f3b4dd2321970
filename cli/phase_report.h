// What a search has seen of the combinations of phase, status of each P and operation.
#pragma once

#include <boost/json.hpp>

#include "checkers/phase_operations.h"

namespace cli {

boost::json::object json_of(const checkers::PhaseOperations::Figures& figures);
void print(const checkers::PhaseOperations::Figures& figures);

}  // namespace cli
