// The table of checkers: one property, one file, one line in checkers/checkers.cc.
#pragma once

#include <memory>
#include <vector>

#include "sim/event_observer.h"

namespace checkers {

class Shadow;

struct CheckerEntry {
  const char* name;        // kebab-case, for `tricolor list checkers` and --checker
  const char* invariants;  // comma-separated ids of docs/invariants.md
  const char* description;
  // The shadow outlives the checker and observes before it. Null: the machine's own race detector,
  // which sees accesses and no events.
  std::unique_ptr<sim::EventObserver> (*make)(const Shadow& shadow);
};
const std::vector<CheckerEntry>& checkers();

}  // namespace checkers
