// Explorer that answers one execution from a recorded list of choices.
//
// From the first question that does not fit the record on, it answers so that the running thread
// goes on: the run ends, but reproduces nothing, and divergence() says where it went apart.
#pragma once

#include "model/choice.h"
#include "model/divergence.h"

namespace model {

class Replay final : public Explorer {
 public:
  explicit Replay(const ExplorerOptions& options) : choices_(options.replay) {}

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  Coverage coverage() const override { return Coverage::sampled; }

  // A program that ends before the record does is noticed by next_execution() after the run.
  const std::optional<Divergence>& divergence() const { return divergence_; }
  // Number of recorded choices answered so far.
  std::size_t position() const { return cursor_; }

 private:
  std::vector<Choice> choices_;
  std::size_t cursor_ = 0;
  bool started_ = false;
  std::optional<Divergence> divergence_;
};

}  // namespace model
