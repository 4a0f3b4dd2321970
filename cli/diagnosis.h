// Why an execution does not repeat: what of its surroundings changes it, found by changing one at a
// time (docs/determinism.md).
#pragma once

#include <string>

#include "cli/replica.h"
#include "cli/session.h"

namespace cli {

// One line for people: the first event that differs, and the likely cause. The session's search is
// over; it runs the execution once more if no surroundings change it.
std::string diagnose(const AuditedRun& run, Session& session);

}  // namespace cli
