// `tricolor shrink TRACE -o T`.
#include "cli/shrink.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <iostream>

#include "cli/commands.h"
#include "cli/recording.h"
#include "cli/report.h"
#include "cli/tolerant.h"
#include "cli/trace_input.h"

namespace cli {

int shrink(const Options& given) {
  const auto input = read_trace_input(given);
  if (!input) return exit_usage;
  if (given.output.empty()) {
    fmt::print(stderr, "tricolor: shrink needs -o FILE, where to put the smaller execution\n");
    return exit_usage;
  }
  Options o = input->options;
  const std::string invariant = recorded_invariant(input->trace);
  if (invariant.empty()) {
    fmt::print(stderr, "tricolor: {}: the trace shows no violation; record one with --trace\n",
               given.subject);
    return exit_usage;
  }
  const Alignment alignment = align(o, input->trace);
  if (!alignment.error.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, alignment.error);
    return exit_usage;
  }
  print_alignment(alignment, given.subject);
  if (!alignment.reproduced) return exit_diverged;
  o.explorer = input->explorer;
  const Shrunk shrunk =
      shrink_failure(o, alignment.choices, invariant, given.output, given.executions_max);
  if (!shrunk.error.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, shrunk.error);
    return shrunk.not_written ? exit_usage : exit_diverged;
  }
  if (given.json) {
    boost::json::object all = json_of(shrunk);
    all["tool"] = "tricolor";
    all["version"] = TRICOLOR_VERSION;
    all["command"] = given.command;
    all["scenario"] = o.subject;
    all["invariant"] = invariant;
    all["trace"] = given.output;
    std::cout << boost::json::serialize(all) << "\n";
    return exit_violation;
  }
  fmt::print("{}: violation of {}\n", o.subject, invariant);
  print_shrunk(shrunk);
  fmt::print("reproduce: tricolor replay {}\n", given.output);
  return exit_violation;
}

}  // namespace cli
