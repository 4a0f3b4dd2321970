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
  std::uint64_t ready = 0;  // the threads that could move before it, one bit each
  std::vector<model::StepAnswer> answers;

  // `ready_before`: see there; also those that can move now, of end().
  void begin(std::uint32_t of, std::uint64_t ready_before) {
    active = true;
    actor = of;
    ready = ready_before;
    accesses.clear();
    swap = {};
    overwritten = 0;
    answers.clear();
  }
  void add(std::uint64_t object, std::uint32_t bytes, model::AccessKind kind) {
    const std::uint32_t owner =
        model::is_machine_object(object) ? 0 : 1 + actor % model::first_buffer;
    const model::Access access{object, bytes, kind, static_cast<std::uint8_t>(owner)};
    if (std::find(accesses.begin(), accesses.end(), access) == accesses.end()) {
      accesses.push_back(access);
    }
  }
  void answer(std::uint32_t chosen, std::uint32_t options) {
    answers.push_back({static_cast<std::uint32_t>(accesses.size()), chosen, options});
  }
  void end(model::Explorer& explorer, std::uint64_t ready_after) {
    active = false;
    const std::uint64_t self = actor < model::first_buffer ? std::uint64_t{1} << actor : 0;
    const bool enables = (ready_after & ~ready & ~self) != 0;
    explorer.on_step({actor, accesses, swap, overwritten, enables, answers});
  }
};

}  // namespace sim
