// Stands before a depth-first search, and abandons an execution that comes to a state from which
// the search has gone on before.
//
// Sound where a state determines all that may follow: what follows from it was searched the first
// time, or is being searched, since the search goes depth first. A schedule is what is asked in a
// state; other questions are asked in the middle of a step and are passed on.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "model/forwarding.h"
#include "model/seen_states.h"

namespace model {

class StateMerging final : public Forwarding {
 public:
  static constexpr std::size_t states_max = std::size_t{1} << 24;

  // `key`: of the state in which choose() is called. REQUIRES: the explorer goes depth first,
  // backtracks, and does not reduce.
  StateMerging(std::unique_ptr<Explorer> inner, std::function<StateKey()> key,
               std::size_t max = states_max)
      : Forwarding(*inner), owned_(std::move(inner)), key_(std::move(key)), seen_(max) {}

  std::optional<std::size_t> next_execution() override {
    const auto shared = inner().next_execution();
    asks_again_ = started_;
    started_ = true;
    merged_ = false;
    return shared;
  }

  std::uint32_t choose(const ChoicePoint& point) override {
    const bool asks_again = std::exchange(asks_again_, false);
    if (!asks_again && point.kind == ChoiceKind::schedule && !seen_.add(key_())) {
      merged_ = true;
      return abandon;
    }
    return inner().choose(point);
  }

  bool last_execution_was_new() const override {
    return !merged_ && inner().last_execution_was_new();
  }

  // States that are not there any more when the set is full are searched again: nothing is missed.
  std::vector<std::string> limits() const override {
    auto hit = inner().limits();
    if (seen_.is_full()) hit.push_back("states=" + std::to_string(seen_.size()));
    return hit;
  }

  std::size_t states() const { return seen_.size(); }

 private:
  std::unique_ptr<Explorer> owned_;
  std::function<StateKey()> key_;
  SeenStates seen_;
  bool started_ = false;
  bool asks_again_ = false;  // the next question: it was asked before, in the same state
  bool merged_ = false;      // the execution
};

}  // namespace model
