// The table of explorers: one line per search strategy.
#include "model/choice.h"
#include "model/dfs.h"
#include "model/dpor.h"
#include "model/preemption_bound.h"
#include "model/random.h"
#include "model/replay.h"

namespace model {

namespace {

template <class Strategy>
std::unique_ptr<Explorer> make(const ExplorerOptions& options) {
  return std::make_unique<Strategy>(options);
}

}  // namespace

const std::vector<ExplorerEntry>& explorers() {
  static const std::vector<ExplorerEntry> table = {
      {"dfs", "every execution, depth first", make<Dfs>},
      {"dpor", "one execution of each class of equivalent ones", make<Dpor>, true},
      {"preemption-bound", "every execution with few preemptions, fewest first",
       make<PreemptionBound>},
      {"random", "independent executions, every choice uniform", make<Random>},
      {"replay", "the one execution that a list of choices describes", make<Replay>},
  };
  return table;
}

bool reduces(const std::string& name) {
  for (const ExplorerEntry& entry : explorers()) {
    if (name == entry.name) return entry.reduces;
  }
  return false;
}

std::unique_ptr<Explorer> make_explorer(const std::string& name, const ExplorerOptions& options) {
  for (const ExplorerEntry& entry : explorers()) {
    if (name == entry.name) return entry.make(options);
  }
  return nullptr;
}

}  // namespace model
