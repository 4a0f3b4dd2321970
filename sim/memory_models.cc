// The table of memory models, and what those do about objects whose loads return what memory holds.
#include "sim/machine.h"

namespace sim {

MemoryModel* make_sc(Machine& m);
MemoryModel* make_tso(Machine& m);
MemoryModel* make_rc11(Machine& m);
MemoryModel* make_armv8(Machine& m);
MemoryModel* make_power(Machine& m);

namespace {

// Of a program that runs in program order and whose dependencies are not seen.
constexpr const char* left_out =
    "loads execute in program order: no store is made before an earlier load of its thread has "
    "returned (no load buffering); stores of different sizes to one location take effect in the "
    "order in which they are executed";
constexpr const char* without_dependencies =
    "loads that hang on earlier ones by a control dependency with isb or isync, by arithmetic on "
    "addresses or through memory count as independent";

}  // namespace

// Memory has the values of all; the race detector has to know the order.
void MemoryModel::order(Machine& m, std::uint32_t before, std::uint32_t after) {
  m.races.order(before, after);
}
void MemoryModel::acquire(Machine& m, std::uint64_t object) {
  m.races.acquire(m.current(), object, 8);
}
void MemoryModel::release(Machine& m, std::uint64_t object) {
  m.races.release(m.current(), object, 8);
}
void MemoryModel::release_too(Machine& m, std::uint64_t object) {
  m.races.release_too(m.current(), object, 8);
}

const std::vector<MemoryModelEntry>& memory_models() {
  static const std::vector<MemoryModelEntry> table = {
      {"sc", "sequential consistency", "every weak behaviour", nullptr, false, make_sc},
      {"tso", "total store order: FIFO store buffers, as x86",
       "a plain store that overlaps a pending atomic store of its thread waits for it", nullptr,
       false, make_tso},
      {"rc11", "C++20 atomics", left_out, nullptr, true, make_rc11},
      {"armv8", "AArch64: other-multi-copy atomic", left_out, without_dependencies, true,
       make_armv8},
      {"power", "Power: not multi-copy atomic", left_out, without_dependencies, true, make_power},
  };
  return table;
}

const MemoryModelEntry* find_memory_model(std::string_view name) {
  for (const MemoryModelEntry& entry : memory_models()) {
    if (name == entry.name) return &entry;
  }
  return nullptr;
}

}  // namespace sim
