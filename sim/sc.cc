// Sequential consistency: memory is one, every access takes effect at once, in program order.
#include "sim/machine.h"
#include "sim/value.h"

namespace sim {
namespace {

class SequentialConsistency final : public MemoryModel {
 public:
  std::uint64_t load(Machine& m, Access a) override {
    m.races.acquire(m.current(), a.address, a.size);
    m.touches(a.address, a.size, model::AccessKind::read);
    return read_value(a.address, a.size);
  }
  void store(Machine& m, Access a, std::uint64_t value) override {
    m.races.release(m.current(), a.address, a.size);
    m.writes(a.address, a.size);
    m.space.touch(a.address, a.size);
    write_value(a.address, a.size, value);
    m.changed(a.address, a.size);
  }
};

}  // namespace

MemoryModel* make_sc(Machine&) { return new SequentialConsistency; }

}  // namespace sim
