// One part of a search (model/partition.h), run on a machine.
#pragma once

#include <functional>
#include <string>

#include "cli/session.h"
#include "cli/totals.h"
#include "model/partition.h"

namespace cli {

struct Task {
  std::uint64_t index = 0;  // in the order of the search, from 0
  std::uint64_t quota = 0;  // executions that count towards --max-executions, at most
  std::uint64_t steps = model::part_steps;  // before it goes back
  model::Words part;
};

struct PartReport {
  Totals totals;
  bool violated = false;   // by the last execution, which is not in the counts
  bool more = false;       // the quota ended it, and there was another execution
  bool stopped = false;    // the caller ended it
  std::string divergence;  // not empty: the last execution does not repeat, and why
  std::string failure;     // not empty: the audit cannot be carried out
  std::string crash;       // violated: how the process died that ran it; not in words()
  model::Words rest;       // Explorer::rest_of_part(), unless one of the above

  model::Words words() const;
  void read(model::WordReader& reader);
};

// `is_over` is asked between executions. What the part repeats of others, to get where it begins,
// is not counted. REQUIRES: task.part is a part for the session's explorer.
PartReport run_part(Session& session, const Task& task, bool keep_hashes,
                    const std::function<bool(const Totals&)>& is_over);

// Executions until the explorer, a violation or `is_over` says stop, for explorers without parts.
PartReport run_whole(Session& session, bool keep_hashes,
                     const std::function<bool(const Totals&)>& is_over);

}  // namespace cli
