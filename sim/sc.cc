// Sequential consistency: memory is one, every access takes effect at once, in program order.
#include "sim/machine.h"
#include "sim/value.h"

namespace sim {
namespace {

class SequentialConsistency final : public MemoryModel {
 public:
  std::uint64_t load(Machine& m, Access a) override {
    m.races.acquire(m.current(), a.address, a.size);
    return read_value(a.address, a.size);
  }
  void store(Machine& m, Access a, std::uint64_t value) override {
    m.races.release(m.current(), a.address, a.size);
    m.space.touch(a.address, a.size);
    write_value(a.address, a.size, value);
    m.changed(a.address, a.size);
  }
  void before_rmw(Machine&, Access) override {}
  void fence(Machine&, std::uint32_t) override {}
};

}  // namespace

MemoryModel* make_sc(Machine&) { return new SequentialConsistency; }

}  // namespace sim
