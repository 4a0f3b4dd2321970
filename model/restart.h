// Makes an explorer that backtracks run executions from the start: it answers the shared prefix
// itself, and shows none of its steps again.
#pragma once

#include "model/forwarding.h"

namespace model {

class Restarting final : public Forwarding {
 public:
  // `always`: every execution starts over.
  Restarting(std::unique_ptr<Explorer> inner, bool always);

  // The next execution starts over.
  void start_over() { starts_over_ = true; }

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(const Step& step) override {
    if (!repeats_) inner().on_step(step);
  }
  bool supports_backtrack() const override { return !always_ && inner().supports_backtrack(); }
  bool begin_part(std::span<const std::uint64_t> part) override {
    begins_ = true;
    return inner().begin_part(part);
  }

 private:
  std::unique_ptr<Explorer> owned_;
  bool always_;
  bool starts_over_ = true;  // the first one does
  bool repeats_ = false;     // what happens now, the inner explorer has seen
  bool started_ = false;
  bool begins_ = false;              // a part
  std::vector<std::uint32_t> made_;  // choices of the latest execution
  std::size_t answered_ = 0;
};

// For programs whose state no snapshot can restore.
std::unique_ptr<Explorer> restarting(std::unique_ptr<Explorer> explorer);

}  // namespace model
