// The table of memory models.
#include "sim/memory_model.h"

namespace sim {

MemoryModel* make_sc(Machine& m);
MemoryModel* make_tso(Machine& m);

const std::vector<MemoryModelEntry>& memory_models() {
  static const std::vector<MemoryModelEntry> table = {
      {"sc", "sequential consistency", "every weak behaviour", make_sc},
      {"tso", "total store order: FIFO store buffers, as x86",
       "a plain store that overlaps a pending atomic store of its thread waits for it", make_tso},
  };
  return table;
}

}  // namespace sim
