// Names of operations, for reports.
#include "sim/machine.h"

namespace sim {

const char* name_of(Operation operation) {
  switch (operation) {
    case Operation::load:
      return "load";
    case Operation::store:
      return "store";
    case Operation::rmw:
      return "read-modify-write";
    case Operation::cas_failed:
      return "failed swap, read";
    case Operation::fence:
      return "fence";
    case Operation::system_call:
      return "system call";
    case Operation::drain:
      return "buffered store drains";
    case Operation::yield:
      return "let others move";
    case Operation::wake:
      return "woken";
    case Operation::count_:
      break;
  }
  return "?";
}

}  // namespace sim
