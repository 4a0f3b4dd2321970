// The table of checkers.
#include "checkers/checkers.h"

namespace checkers {

std::unique_ptr<sim::EventObserver> make_lfstack_multiset();

const std::vector<CheckerEntry>& checkers() {
  static const std::vector<CheckerEntry> table = {
      {"lfstack-multiset", "lfstack.multiset", "what was pushed is popped exactly once",
       make_lfstack_multiset},
  };
  return table;
}

}  // namespace checkers
