// The table of explorers: one line per search strategy.
#include "model/choice.h"
#include "model/delay_bound.h"
#include "model/dfs.h"
#include "model/dpor.h"
#include "model/fuzz.h"
#include "model/partition.h"
#include "model/pct.h"
#include "model/portfolio.h"
#include "model/pos.h"
#include "model/preemption_bound.h"
#include "model/random.h"
#include "model/replay.h"
#include "model/swarm.h"
#include "model/weighted_walk.h"

namespace model {

namespace {

template <class Strategy>
std::unique_ptr<Explorer> make(const ExplorerOptions& options) {
  return std::make_unique<Strategy>(options);
}

}  // namespace

const std::vector<ExplorerEntry>& explorers() {
  static const std::vector<ExplorerEntry> table = {
      {"delay-bound", "every execution that leaves round robin rarely, most faithful first",
       make<DelayBound>, Manner::enumerates, DelayBound::partition},
      {"dfs", "every execution, depth first", make<Dfs>, Manner::enumerates, Dfs::partition},
      {"dpor", "one execution of each class of equivalent ones", make<Dpor>, Manner::reduces,
       Dpor::partition},
      {"fuzz", "executions that showed something new, changed a little", make<Fuzz>,
       Manner::samples},
      {"pct", "priorities that fall at random places: known odds for bugs of small depth",
       make<Pct>, Manner::samples, Sampler::partition},
      {"portfolio", "turns of the others but dfs and random; who sees most that is new gets more",
       make<Portfolio>, Manner::samples},
      {"pos", "random priorities of steps, drawn again after a race", make<Pos>, Manner::samples,
       Sampler::partition},
      {"preemption-bound", "every execution with few preemptions, fewest first",
       make<PreemptionBound>, Manner::enumerates, PreemptionBound::partition},
      {"random", "independent executions, every choice uniform", make<Random>, Manner::samples,
       Sampler::partition},
      {"replay", "the one execution that a list of choices describes", make<Replay>,
       Manner::repeats},
      {"swarm", "random executions in batches, each with habits of its own", make<Swarm>,
       Manner::samples, Sampler::partition},
      {"weighted-walk", "random executions that switch threads at accesses of interest",
       make<WeightedWalk>, Manner::samples, Sampler::partition},
  };
  return table;
}

namespace {

const ExplorerEntry* find(const std::string& name) {
  for (const ExplorerEntry& entry : explorers()) {
    if (name == entry.name) return &entry;
  }
  return nullptr;
}

}  // namespace

bool reduces(const std::string& name) {
  const ExplorerEntry* entry = find(name);
  return entry != nullptr && entry->manner == Manner::reduces;
}

bool samples(const std::string& name) {
  const ExplorerEntry* entry = find(name);
  return entry != nullptr && entry->manner == Manner::samples;
}

std::unique_ptr<Explorer> make_explorer(const std::string& name, const ExplorerOptions& options) {
  const ExplorerEntry* entry = find(name);
  return entry == nullptr ? nullptr : entry->make(options);
}

std::unique_ptr<Partition> make_partition(const std::string& name, const ExplorerOptions& options) {
  const ExplorerEntry* entry = find(name);
  return entry == nullptr || entry->partition == nullptr ? nullptr : entry->partition(options);
}

}  // namespace model
