// Makes an explorer that backtracks run every execution from the start: it answers the shared
// prefix itself. For programs whose state no snapshot can restore.
#pragma once

#include "model/choice.h"

namespace model {

std::unique_ptr<Explorer> restarting(std::unique_ptr<Explorer> explorer);

}  // namespace model
