// Names of choice kinds and coverage verdicts, as results and traces spell them.
#include "model/choice.h"

#include <cassert>

namespace model {

bool Explorer::begin_part(std::span<const std::uint64_t>) { return false; }

Words Explorer::rest_of_part() {
  assert(false);  // nobody gives it parts
  return {};
}

const char* name_of(ChoiceKind kind) {
  switch (kind) {
    case ChoiceKind::schedule:
      return "schedule";
    case ChoiceKind::spurious:
      return "spurious";
    case ChoiceKind::refuse:
      return "refuse";
    case ChoiceKind::decide:
      return "decide";
    case ChoiceKind::load:
      return "load";
    case ChoiceKind::count_:
      break;
  }
  return "unknown";
}

const char* name_of(Coverage coverage) {
  switch (coverage) {
    case Coverage::exhausted:
      return "exhausted";
    case Coverage::bounded:
      return "bounded";
    case Coverage::sampled:
      return "sampled";
    case Coverage::inconclusive:
      return "inconclusive";
  }
  return "unknown";
}

}  // namespace model
