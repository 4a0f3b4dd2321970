// Takes options away, and orders first steps.
#include "model/symmetry.h"

#include <bit>
#include <utility>

namespace model {
namespace {

constexpr std::uint64_t bit(std::uint32_t thread) { return std::uint64_t{1} << thread; }

constexpr std::uint64_t first_step_of(std::uint32_t thread) {
  return machine_object(MachineObject::first_step, std::uint64_t{thread} << 3);
}

}  // namespace

Symmetric::Symmetric(std::unique_ptr<Explorer> inner, IdenticalThreads identical)
    : Forwarding(*inner), owned_(std::move(inner)), identical_(std::move(identical)) {}

std::uint64_t Symmetric::set_of(std::uint32_t thread) const {
  for (const std::uint64_t set : identical_) {
    if ((set & bit(thread)) != 0) return set;
  }
  return 0;
}

// The explorer counts only what it was asked.
std::optional<std::size_t> Symmetric::next_execution() {
  const auto shared = inner().next_execution();
  if (!shared) return std::nullopt;
  if (*shared >= asked_.size() || !inner().supports_backtrack()) {
    asked_.clear();
    begun_ = 0;
    depth_ = 0;
    return shared;
  }
  begun_ = asked_[*shared].begun;
  depth_ = asked_[*shared].depth;
  asked_.resize(*shared);
  return depth_;
}

// Without the threads that have to wait for the first step of another.
ChoicePoint Symmetric::narrow(const ChoicePoint& point) const {
  ChoicePoint narrowed = point;
  for (const std::uint64_t set : identical_) {
    const std::uint64_t waiting = point.ready & set & ~begun_;
    narrowed.ready &= ~(waiting & (waiting - 1));
  }
  narrowed.drains_from = count_bits(narrowed.ready);
  narrowed.options = narrowed.drains_from + count_bits(point.drains);
  if (point.current >= 0) {
    const auto current = static_cast<std::uint32_t>(point.current);
    const std::uint32_t option = option_of(narrowed, actor_of(point, current));
    narrowed.current = option == no_option ? -1 : static_cast<std::int32_t>(option);
  }
  return narrowed;
}

std::uint32_t Symmetric::choose(const ChoicePoint& point) {
  const std::size_t depth = depth_++;
  const bool schedule = point.kind == ChoiceKind::schedule;
  const ChoicePoint narrowed = schedule ? narrow(point) : point;
  std::uint32_t chosen = 0;
  if (narrowed.options > 1) {
    asked_.push_back({depth, begun_});
    chosen = inner().choose(narrowed);
  }
  if (!schedule || chosen == abandon) return chosen;
  return option_of(point, actor_of(narrowed, chosen));
}

// What orders a first step comes before all else that it touches: behind it, nothing of the step
// that goes before is a race.
void Symmetric::on_step(const Step& step) {
  const std::uint32_t thread = step.actor;
  if (thread >= first_buffer || (begun_ & bit(thread)) != 0) return inner().on_step(step);
  begun_ |= bit(thread);
  const std::uint64_t set = set_of(thread);
  if (set == 0) return inner().on_step(step);

  accesses_.clear();
  answers_.assign(step.answers.begin(), step.answers.end());
  if (const std::uint64_t before = set & (bit(thread) - 1); before != 0) {
    const auto previous = static_cast<std::uint32_t>(std::bit_width(before)) - 1;
    accesses_.push_back({first_step_of(previous), 1, AccessKind::wait});
  }
  const bool lets_another = set >> thread > 1;
  if (lets_another) accesses_.push_back({first_step_of(thread), 1, AccessKind::signal});
  for (StepAnswer& answer : answers_) {
    answer.accesses += static_cast<std::uint32_t>(accesses_.size());
  }
  accesses_.insert(accesses_.end(), step.accesses.begin(), step.accesses.end());
  Step ordered = step;
  ordered.accesses = accesses_;
  ordered.answers = answers_;
  ordered.enables = step.enables || lets_another;
  inner().on_step(ordered);
}

}  // namespace model
