// The sources of coverage that any program has, and how a step gets to them.
#include "sim/coverage.h"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/machine.h"

namespace sim {
namespace {

using model::FeatureKind;
using model::Features;

std::uint64_t combine(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t product = (a ^ b << 1) * 0xbf58476d1ce4e5b9u;
  return (product ^ product >> 31) + b;
}

std::uint64_t site_of(const Shown& s) {
  return s.operation == Operation::count_
             ? s.event
             : combine(s.object, std::uint64_t{s.bytes} << 8 |
                                     (static_cast<std::uint64_t>(s.operation) + 128));
}

class HappensBefore final : public CoverageSource {
 public:
  void reset() override {
    objects_.resize(std::size_t{1} << object_bits);  // not before it is wanted
    execution_++;
  }

  void on_step(Machine&, const Shown& s, Features& features) override {
    if (!s.is_access()) return;
    Object& o = objects_[s.object * 0x9e3779b97f4a7c15u >> (64 - object_bits)];
    // Another object may take the place of one, which then looks as if it were new.
    if (o.execution != execution_ || o.name != s.object) o = {execution_, s.object};
    const std::uint64_t access =
        std::uint64_t{s.thread} << 8 | static_cast<std::uint64_t>(s.operation);
    std::uint64_t feature = combine(s.object, access << 32 | o.version << 24 | o.writer);
    if (s.writes()) {
      feature = combine(feature, o.readers);
      o.writer = access;
      o.readers = 0;
      o.version = std::min<std::uint64_t>(o.version + 1, versions_max);
    } else {
      o.readers |= std::uint64_t{1} << s.thread;
    }
    features.add(FeatureKind::happens_before, feature);
  }

 private:
  static constexpr unsigned object_bits = 12;
  static constexpr std::uint64_t versions_max = 16;  // that are told apart
  struct Object {
    std::uint64_t execution = 0;
    std::uint64_t name = 0;
    std::uint64_t writer = 0;   // thread and operation of the last write; 0: the setup's
    std::uint64_t readers = 0;  // threads, since
    std::uint64_t version = 0;  // writes so far
  };
  std::vector<Object> objects_;
  std::uint64_t execution_ = 0;
};

class Edges final : public CoverageSource {
 public:
  void reset() override { last_ = {}; }

  void on_step(Machine&, const Shown& s, Features& features) override {
    if (s.is_drain()) return;  // the hardware's, not the code's
    const std::uint64_t site = site_of(s);
    features.add(FeatureKind::edge, combine(last_[s.thread], site));
    last_[s.thread] = site;
  }

 private:
  std::array<std::uint64_t, threads_max> last_{};  // of each thread
};

class ScenarioStates final : public CoverageSource {
 public:
  void on_step(Machine& m, const Shown& s, Features& features) override {
    if (m.scenario->coverage == nullptr || !s.writes()) return;
    // Its accesses are no steps.
    m.alone = m.options.threads;
    const std::uint64_t state = m.scenario->coverage(*m.env);
    m.alone = no_thread;
    features.add(FeatureKind::scenario, state);
  }
};

}  // namespace

std::unique_ptr<CoverageSource> happens_before_coverage() {
  return std::make_unique<HappensBefore>();
}
std::unique_ptr<CoverageSource> edge_coverage() { return std::make_unique<Edges>(); }
std::unique_ptr<CoverageSource> scenario_coverage() { return std::make_unique<ScenarioStates>(); }

void Machine::keep(const StepRecord& r) {
  if (recording) step_log.push_back(r);
  if (listener != nullptr) tell(r);
  if (features_ == nullptr) return;
  // A system call's address is its number.
  const bool named = r.operation != Operation::system_call && r.address != 0;
  show({.operation = r.operation,
        .thread = r.thread,
        .bytes = r.bytes,
        .object = named ? name_of(r.address) : r.address});
}

void Machine::show(const Shown& shown) {
  for (const auto& source : coverage) source->on_step(*this, shown, *features_);
}

}  // namespace sim
