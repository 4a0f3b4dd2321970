// Reports of a search: the JSON object of the contract, and text for people.
#pragma once

#include <boost/json/object.hpp>

#include "cli/search.h"

namespace cli {

void print_json(const Options& options, const Outcome& outcome);
void print_text(const Options& options, const Outcome& outcome);
// The steps of a recorded execution, one line each, at most `steps_shown_max` of them: the last.
inline constexpr std::size_t steps_shown_max = 200;
void print_steps(const Outcome& outcome);
// What shrinking did, one line a fact.
void print_shrunk(const Shrunk& shrunk);
boost::json::object json_of(const Shrunk& shrunk);
// The command that repeats the run.
std::string reproduce(const Options& options);

}  // namespace cli
