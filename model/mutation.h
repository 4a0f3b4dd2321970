// An execution's decisions as an input that can be changed, cut and combined.
#pragma once

#include <cstdint>
#include <vector>

#include "model/generator.h"

namespace model {

// Schedule and answers are apart, so that a change of one does not shift the other.
struct Input {
  std::vector<std::uint8_t> moves;     // who moved, as Step::actor, at each choice of a schedule
  std::vector<std::uint32_t> answers;  // the option taken at each other choice
  std::size_t size() const { return moves.size() + answers.size(); }
  bool operator==(const Input&) const = default;
};

// Longer executions are run, and not kept as inputs.
inline constexpr std::size_t input_choices_max = std::size_t{1} << 20;

// One random change: another decision, a switch more or less, two runs of moves swapped, an end cut
// off, or the beginning of this before the end of `other`.
void mutate(Input& input, const Input& other, Generator& generator);

}  // namespace model
