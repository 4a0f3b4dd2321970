// Where an execution stopped following the choices that it was to repeat.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "model/choice.h"

namespace model {

struct Divergence {
  std::size_t index = 0;           // of the choice
  std::optional<Choice> expected;  // what was recorded; nullopt: the record ended before
  std::optional<Choice> asked;     // what was asked (`chosen` is 0); nullopt: the program ended

  // One line for people.
  std::string describe() const;
};

// Compares a question with the recorded answer; nullopt when they fit.
std::optional<Divergence> compare(std::size_t index, const Choice& expected,
                                  const ChoicePoint& point);

// The answer that keeps going with the running thread where there is one.
inline std::uint32_t default_answer(const ChoicePoint& point) {
  return point.current >= 0 ? static_cast<std::uint32_t>(point.current) : 0;
}

}  // namespace model
