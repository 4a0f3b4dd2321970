// The probes of a search.
#include "cli/estimate.h"

#include <fmt/format.h>

#include "cli/session.h"
#include "model/estimate.h"

namespace cli {

std::string estimate(const Options& options, Estimate* result) {
  if (options.explorer != "dfs" && options.explorer != "dpor") {
    return fmt::format("--estimate with the explorer {}: what dfs and dpor will run is estimated",
                       options.explorer);
  }
  Session s;
  if (std::string error = s.set_up(options, {}); !error.empty()) return error;
  model::ExplorerOptions e;
  e.seed = options.seed;
  model::Probes probes(e, s.explorer->reduces());
  s.machine.explorer = &probes;
  for (std::uint64_t i = 0; i < options.estimate && s.machine.violations.empty(); i++) {
    probes.next_execution();
    s.machine.execute(sim::from_the_start);
    const bool violated = !s.machine.violations.empty();
    s.machine.violations.clear();
    probes.end(violated || s.machine.ended == sim::End::complete);
  }
  const model::Mean& mean = probes.executions();
  *result = {mean.count(), mean.value(), mean.standard_error(), probes.limits()};
  return "";
}

}  // namespace cli
