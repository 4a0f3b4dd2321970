// A schedule as blocks of steps: what is left of a recorded execution when the counting of options
// is taken away. It can be changed, and followed as far as a program allows (traces/guide.h).
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "model/choice.h"

namespace traces {

// Names a step by what survives edits of the code.
struct StepKey {
  std::uint8_t thread = 0;       // the scenario's thread id
  std::uint8_t operation = 0;    // 0: none
  std::uint32_t object = 0;      // index into a table of names
  std::uint32_t occurrence = 0;  // how often the thread did that to that object before
  auto operator<=>(const StepKey&) const = default;
};

struct Step {
  StepKey key;
  bool drain = false;  // a buffered store of the thread became visible; the thread did nothing
};

// Steps of one thread in a row, or one drain.
inline constexpr std::uint32_t to_the_end = std::numeric_limits<std::uint32_t>::max();
struct Block {
  std::uint8_t thread = 0;
  bool drain = false;
  std::uint32_t end = to_the_end;  // over when the thread has taken so many steps in all
  bool operator==(const Block&) const = default;
};

// An answer other than 0 to a question that is not about the schedule.
struct Answer {
  std::uint8_t thread = 0;
  model::ChoiceKind kind = model::ChoiceKind::decide;
  std::uint32_t occurrence = 0;  // how many questions of the kind the thread was asked before
  std::uint32_t chosen = 0;
  bool operator==(const Answer&) const = default;
};

// One step and the block that it belongs to.
struct KeyedStep {
  StepKey key;
  std::uint32_t block = 0;
};

struct Plan {
  std::vector<Block> blocks;
  std::vector<Answer> answers;
  // Not empty: a block ends with its last step here, found by its key, and not by the count.
  std::vector<KeyedStep> steps;
};

// The plan that an execution followed. With `by_key` its blocks end by keys.
Plan plan_of(std::span<const Step> steps, std::vector<Answer> answers, bool by_key = false);

// Numbers the occurrences of equal keys; steps come in the order of the execution.
class Occurrences {
 public:
  std::uint32_t next(StepKey key);  // key.occurrence is ignored

 private:
  std::vector<StepKey> seen_;  // sorted; occurrence: how many so far
};

}  // namespace traces
