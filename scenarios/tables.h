// The lengths of the tables that lie in files of their own; the compiler compares them.
#pragma once

#include "scenarios/scenario.h"

namespace scenarios {

inline constexpr u32 mutants_listed = 161, searches_listed = 151;
inline constexpr u32 rungs_listed = 18, ladder_searches_listed = 17;
extern const Mutant all_mutants[mutants_listed];
extern const Search all_searches[searches_listed];
extern const Rung all_rungs[rungs_listed];
extern const LadderSearch all_ladder_searches[ladder_searches_listed];

}  // namespace scenarios
