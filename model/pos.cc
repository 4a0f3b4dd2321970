// Priorities of steps.
#include "model/pos.h"

namespace model {

std::uint32_t Pos::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::schedule) return generator().below(point.options);
  std::uint32_t best = 0, best_actor = 0;
  for (std::uint32_t option = 0; option < point.options; option++) {
    const std::uint32_t actor = actor_of(point, option);
    const std::uint64_t kept = actor < first_buffer ? ready_ : drains_;
    const bool is_new = (kept >> actor % first_buffer & 1) == 0;
    if (is_new || (point.next != nullptr && is_race(moved_, point.next[actor]))) {
      priorities_[actor] = generator().next();
    }
    if (option != 0 && priorities_[actor] <= priorities_[best_actor]) continue;
    best = option;
    best_actor = actor;
  }
  ready_ = point.ready;
  drains_ = point.drains;
  (best_actor < first_buffer ? ready_ : drains_) &=
      ~(std::uint64_t{1} << best_actor % first_buffer);
  moved_ = point.next != nullptr ? point.next[best_actor] : NextStep{};
  return best;
}

}  // namespace model
