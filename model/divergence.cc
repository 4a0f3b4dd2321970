// Comparison of recorded choices with the questions of a new execution.
#include "model/divergence.h"

namespace model {

namespace {

std::string spell(const std::optional<Choice>& choice, const char* none) {
  if (!choice) return none;
  return std::string(name_of(choice->kind)) + " among " + std::to_string(choice->options);
}

}  // namespace

std::string Divergence::describe() const {
  std::string text = "choice " + std::to_string(index) + ": recorded " +
                     spell(expected, "nothing more") + ", now " + spell(asked, "the run is over");
  // The only disagreement that the two halves above do not show.
  if (expected && expected->chosen >= expected->options) {
    text += " (recorded answer " + std::to_string(expected->chosen) + " is out of range)";
  }
  return text;
}

std::optional<Divergence> compare(std::size_t index, const Choice& expected,
                                  const ChoicePoint& point) {
  if (expected.kind == point.kind && expected.options == point.options &&
      expected.chosen < expected.options) {
    return std::nullopt;
  }
  return Divergence{index, expected, Choice{point.kind, 0, point.options}};
}

}  // namespace model
