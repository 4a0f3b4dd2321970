// Explorer that follows a plan as far as the program allows, and the default elsewhere.
//
// A block whose thread cannot run is passed over; a drain without a buffered store too. After the
// last block, and where there is none, the running thread goes on, else the first one that can.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "traces/plan.h"

namespace traces {

// The execution as it unfolds.
class StepSource {
 public:
  virtual ~StepSource() = default;
  virtual std::size_t step_count() const = 0;
  // With keys (an object that the plan does not name has an index of its own) or without.
  virtual Step step(std::size_t index, bool with_key) = 0;
};

class Guide final : public model::Explorer {
 public:
  // `source` outlives the guide.
  Guide(StepSource& source, const Plan& plan);

  std::optional<std::size_t> next_execution() override { return 0; }
  std::uint32_t choose(const model::ChoicePoint& point) override;
  model::Coverage coverage() const override { return model::Coverage::sampled; }

  // Call after the execution.
  struct Fit {
    std::size_t steps = 0;                 // of the plan, by key
    std::size_t found = 0;                 // of them, taken by the program
    std::optional<StepKey> first_missing;  // in the plan's order
    std::size_t blocks_passed_over = 0;    // their thread could not run, or nothing to drain
  };
  Fit fit();

 private:
  void absorb();
  bool is_over(std::size_t block) const;
  std::uint32_t schedule(const model::ChoicePoint& point);
  std::uint32_t answer(const model::ChoicePoint& point);

  StepSource& source_;
  const Plan& plan_;
  std::size_t at_ = 0;        // block
  std::size_t absorbed_ = 0;  // steps of the source
  std::uint8_t running_ = 0;
  std::size_t passed_over_ = 0;
  std::array<std::uint32_t, 256> taken_{};
  // By key: the steps of the plan; the last of each block; how far each thread has come.
  std::map<StepKey, std::uint32_t> block_of_;
  std::map<StepKey, bool> found_;
  std::vector<std::optional<StepKey>> last_;
  std::array<std::uint32_t, 256> reached_{};  // a block of which the thread took a step
  std::array<std::uint32_t, 256> over_{};     // blocks below this are over for the thread
  std::map<std::pair<std::uint8_t, model::ChoiceKind>, std::uint32_t> asked_;
};

}  // namespace traces
