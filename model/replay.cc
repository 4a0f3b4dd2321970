// Answers choices from a record and notices the first question that does not fit.
#include "model/replay.h"

#include <cassert>

namespace model {

std::optional<std::size_t> Replay::next_execution() {
  if (!started_) {
    started_ = true;
    return 0;
  }
  if (!divergence_ && cursor_ < choices_.size()) {
    divergence_ = Divergence{cursor_, choices_[cursor_], std::nullopt};
  }
  return std::nullopt;
}

std::uint32_t Replay::choose(const ChoicePoint& point) {
  assert(point.options >= 2);
  if (divergence_) return default_answer(point);
  if (cursor_ == choices_.size()) {
    divergence_ = Divergence{cursor_, std::nullopt, Choice{point.kind, 0, point.options}};
    return default_answer(point);
  }
  divergence_ = compare(cursor_, choices_[cursor_], point);
  if (divergence_) return default_answer(point);
  return choices_[cursor_++].chosen;
}

}  // namespace model
