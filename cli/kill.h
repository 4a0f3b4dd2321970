// What a mutant's line in the table says, as options of a search and a judgement of its outcome.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/search.h"

namespace cli {

// The search that must find the mutant, with all checkers. base.trace: a folder for its trace.
Options search_for(const Options& base, const scenarios::Mutant& mutant,
                   const std::string& memory_model);

// Those that a mutant is judged under: sc and tso, and all if there are some that do not show it.
std::vector<std::string> memory_models_of(const scenarios::Mutant& mutant);

bool is_expected_silent(const scenarios::Mutant& mutant, const std::string& memory_model);
// Whether the mutant's line names the invariant.
bool names_invariant(const scenarios::Mutant& mutant, const std::string& invariant);
// The checkers that can report an invariant which the line names, and no_checker.
std::vector<std::string> named_checkers(const scenarios::Mutant& mutant);

// Whether the checker is one that reports the invariant.
bool can_report(const std::string& checker, const std::string& invariant);

enum class Kill { killed, wrong, alive, silent, loud };
// An empty invariant: none was violated.
Kill judge(const scenarios::Mutant& mutant, const std::string& invariant,
           const std::string& memory_model);
const char* name_of(Kill kill);
inline bool is_as_expected(Kill kill) { return kill == Kill::killed || kill == Kill::silent; }

}  // namespace cli
