// Explorer that enumerates every execution, depth first, answers in ascending order.
//
// The machine either restores its snapshot at the depth that next_execution() returned, and its
// next question is the one at that depth; or it starts from the beginning, calls rewind() before
// its first question, and asks the shared prefix again. A repeated question must be the same one:
// if not, the program under test is not deterministic, the search stops and divergence() says
// where.
#pragma once

#include "model/choice.h"
#include "model/divergence.h"

namespace model {

class Dfs final : public Explorer {
 public:
  explicit Dfs(const ExplorerOptions& options) : executions_max_(options.executions_max) {}

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  bool supports_backtrack() const override { return true; }
  Coverage coverage() const override;
  std::vector<std::string> limits() const override;
  bool begin_part(std::span<const std::uint64_t> part) override;
  Words rest_of_part() override;
  static std::unique_ptr<Partition> partition(const ExplorerOptions& options);

  // The execution starts from the beginning, not from the depth that next_execution() returned.
  void rewind() { cursor_ = 0; }
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  std::uint64_t executions_max_;
  std::uint64_t executions_ = 0;
  bool limit_hit_ = false;
  std::size_t floor_ = 0;     // nodes before it do not change
  bool resumes_ = false;      // the next execution is the first of a part
  std::vector<Choice> path_;  // the execution; its last entry is the next to change
  std::size_t cursor_ = 0;    // depth of the next question, <= path_.size()
  std::optional<Divergence> divergence_;
};

}  // namespace model
