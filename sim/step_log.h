// The step that is being executed, collected for an explorer that reasons about order.
#pragma once

#include <algorithm>
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
  void add(std::uint64_t object, std::uint32_t bytes, model::AccessKind kind) {
    const std::uint32_t owner =
        model::is_machine_object(object) ? 0 : 1 + actor % model::first_buffer;
    const model::Access access{object, bytes, kind, static_cast<std::uint8_t>(owner)};
    if (std::find(accesses.begin(), accesses.end(), access) == accesses.end()) {
      accesses.push_back(access);
    }
  }
  void end(model::Explorer& explorer) {
    active = false;
    explorer.on_step({actor, accesses, swap, overwritten});
  }
};

}  // namespace sim
