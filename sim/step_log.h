// The step that is being executed, collected for an explorer that reasons about order.
#pragma once

#include <cstdint>
#include <vector>

#include "model/choice.h"

namespace sim {

struct StepLog {
  bool wanted = false;
  bool active = false;
  std::uint32_t actor = 0;
  std::vector<model::Access> accesses;
  model::Swap swap;
  std::uint64_t overwritten = 0;

  void begin(std::uint32_t of) {
    active = true;
    actor = of;
    accesses.clear();
    swap = {};
    overwritten = 0;
  }
  void end(model::Explorer& explorer) {
    active = false;
    explorer.on_step({actor, accesses, swap, overwritten});
  }
};

}  // namespace sim
