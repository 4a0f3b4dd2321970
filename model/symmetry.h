// Stands before an explorer, and lets identical threads begin in the order of their numbers alone.
//
// Executions that differ only in the numbers of identical threads are the same up to names. Of
// those that have not moved yet, only the lowest may move first: the explorer searches a program in
// which each of them waits for the first step of the one before it, which is all that on_step()
// has to tell a reduction (docs/reduction.md). The list of choices that makes the run is not
// affected: it is that of the whole program.
#pragma once

#include <memory>
#include <vector>

#include "model/forwarding.h"

namespace model {

// Sets of threads that are identical, one bit each; disjoint.
using IdenticalThreads = std::vector<std::uint64_t>;

class Symmetric final : public Forwarding {
 public:
  Symmetric(std::unique_ptr<Explorer> inner, IdenticalThreads identical);

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  bool wants_steps() const override { return true; }
  void on_step(const Step& step) override;

 private:
  // A question that the explorer was asked; others have only one answer.
  struct Asked {
    std::size_t depth;    // among the choices of the execution
    std::uint64_t begun;  // threads that had taken a step
  };

  std::uint64_t set_of(std::uint32_t thread) const;
  ChoicePoint narrow(const ChoicePoint& point) const;

  std::unique_ptr<Explorer> owned_;
  IdenticalThreads identical_;
  std::uint64_t begun_ = 0;          // threads that have taken a step
  std::size_t depth_ = 0;            // choices of this execution
  std::vector<Asked> asked_;         // in this execution
  std::vector<Access> accesses_;     // of a first step
  std::vector<StepAnswer> answers_;  // likewise
};

}  // namespace model
