// Keeps the choices of the latest execution, and repeats as many as the next one shares.
#include "model/restart.h"

#include <utility>

namespace model {

Restarting::Restarting(std::unique_ptr<Explorer> inner, bool always)
    : Forwarding(*inner), owned_(std::move(inner)), always_(always) {}

std::optional<std::size_t> Restarting::next_execution() {
  const auto shared = inner().next_execution();
  if (!shared) return std::nullopt;
  const bool over = always_ || starts_over_;
  starts_over_ = false;
  repeats_ = over && started_ && !begins_;
  started_ = true;
  // The first execution of a part asks all of them again.
  made_.resize(begins_ ? 0 : *shared);
  begins_ = false;
  answered_ = over ? 0 : *shared;
  return answered_;
}

std::uint32_t Restarting::choose(const ChoicePoint& point) {
  if (answered_ == made_.size()) {
    repeats_ = false;
    made_.push_back(inner().choose(point));
  }
  return made_[answered_++];
}

std::unique_ptr<Explorer> restarting(std::unique_ptr<Explorer> explorer) {
  if (!explorer->supports_backtrack()) return explorer;
  return std::make_unique<Restarting>(std::move(explorer), true);
}

}  // namespace model
