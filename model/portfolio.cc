// Turns, and who gets them.
#include "model/portfolio.h"

#include <algorithm>

#include "model/restart.h"

namespace model {
namespace {

// In the order of their turns. The first execution is uniformly random, as all that fuzz begins
// with: a sample of what is to come.
constexpr const char* member_names[] = {"fuzz", "dpor",  "preemption-bound", "pct",
                                        "pos",  "swarm", "weighted-walk"};
// Reduction compares every step with every other: it is left to short executions.
constexpr std::uint64_t reducible_choices = 2000;
// Choices of a turn: at least one execution, more from round to round.
constexpr std::uint64_t turn_first = 64;
constexpr std::uint64_t turn_doublings_max = 6;

}  // namespace

struct Portfolio::Member {
  const char* name;
  std::unique_ptr<Explorer> explorer;
  Restarting* restarting = nullptr;  // the same, if it can go on where it was
  bool over = false;
  std::uint64_t turns = 0;
  // Lately: halved at every turn.
  std::uint64_t choices = 0, features = 0;
};

Portfolio::Portfolio(const ExplorerOptions& options)
    : executions_max_(options.executions_max == 0 ? 1 : options.executions_max) {
  ExplorerOptions endless = options;
  endless.reduce = false;  // dpor is there for the short ones
  endless.steps_max = std::min(options.steps_max, 8 * reducible_choices);
  for (const char* name : member_names) {
    if (model::reduces(name) && !options.may_reduce) continue;
    Member member{name, nullptr};
    if (samples(name)) {
      endless.executions_max = ~std::uint64_t{0};
      member.explorer = make_explorer(name, endless);
    } else {
      endless.executions_max = 0;
      auto restarting =
          std::make_unique<Restarting>(make_explorer(name, endless), !options.may_restore);
      member.restarting = restarting.get();
      member.explorer = std::move(restarting);
    }
    members_.push_back(std::move(member));
  }
}

Portfolio::~Portfolio() = default;

const Explorer& Portfolio::explorer() const { return *members_[current_].explorer; }
Explorer& Portfolio::explorer() { return *members_[current_].explorer; }
const char* Portfolio::member() const { return members_[current_].name; }

std::size_t Portfolio::best() const {
  std::size_t best = members_.size();
  for (std::size_t i = 0; i < members_.size(); i++) {
    const Member& m = members_[i];
    if (m.over) continue;
    if (best == members_.size()) {
      best = i;
      continue;
    }
    const Member& b = members_[best];
    // features / choices, one more choice than there were.
    if (m.features * (b.choices + 1) > b.features * (m.choices + 1)) best = i;
  }
  return best;
}

// False when no member is left.
bool Portfolio::next_turn() {
  const bool in_order = turns_ % 2 == 0;
  std::size_t next = best();
  if (next == members_.size()) return false;
  if (in_order) {
    while (members_[in_order_].over) in_order_ = (in_order_ + 1) % members_.size();
    next = in_order_;
    in_order_ = (in_order_ + 1) % members_.size();
  }
  turns_++;
  Member& m = members_[next];
  if (next != current_ && m.restarting != nullptr) m.restarting->start_over();
  current_ = next;
  left_ = turn_first << std::min(m.turns++, turn_doublings_max);
  m.choices /= 2;
  m.features /= 2;
  return true;
}

std::optional<std::size_t> Portfolio::next_execution() {
  if (executions_ == executions_max_) return std::nullopt;
  if (executions_ == 1 && asked_ > reducible_choices) {
    for (Member& m : members_) m.over = m.over || m.explorer->reduces();
  }
  for (;;) {
    if (left_ == 0 && !next_turn()) return std::nullopt;
    if (const auto shared = explorer().next_execution()) {
      executions_++;
      if (latest_ == current_) return shared;
      latest_ = current_;
      return from_the_start;
    }
    if (explorer().coverage() == Coverage::exhausted) {
      exhausted_ = true;
      return std::nullopt;
    }
    members_[current_].over = true;
    left_ = 0;
  }
}

std::uint32_t Portfolio::choose(const ChoicePoint& point) {
  const std::uint32_t chosen = explorer().choose(point);
  if (left_ != 0) left_--;
  if (executions_ == 1) asked_++;
  Member& m = members_[current_];
  m.choices++;
  if (point.kind != ChoiceKind::schedule || chosen == abandon || point.next == nullptr) {
    return chosen;
  }
  if (seen_.add(feature_of(point, chosen))) m.features++;
  return chosen;
}

}  // namespace model
