// The result of a native run: the contract's JSON object, or text for people.
#pragma once

#include "cli/native/run.h"

namespace cli::native {

void print_json(const Options& options, const Outcome& outcome);
void print_text(const Options& options, const Outcome& outcome);

}  // namespace cli::native
