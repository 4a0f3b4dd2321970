// The table of what an abstract state consists of.
#include "cli/abstract_states.h"

namespace cli {
namespace {

using runtime_core::relaxed;
using runtime_core::Runtime;

std::uint64_t phase(const Runtime& r) {
  return static_cast<std::uint64_t>(r.work.gcphase.load(relaxed)) << 1 | (r.work.checkmark ? 1 : 0);
}
std::uint64_t stopping(const Runtime& r) {
  return r.sched.gcwaiting.load(relaxed) << 1 | r.work.worldsema.load(relaxed);
}
// The parity of cycles, and whether all spans are claimed.
std::uint64_t sweeping(const Runtime& r) {
  return (r.heap.sweepgen.load(relaxed) / 2 % 2) << 1 | r.heap.sweepdone.load(relaxed);
}
std::uint64_t work_buffers(const Runtime& r) {
  return (r.work.full.load(relaxed) != 0 ? 4u : 0u) |
         (r.work.partial.load(relaxed) != 0 ? 2u : 0u) |
         (r.work.empty.load(relaxed) != 0 ? 1u : 0u);
}
std::uint64_t waiting_markers(const Runtime& r) { return r.work.nwait.load(relaxed); }
std::uint64_t ended_markers(const Runtime& r) { return r.work.ndone.load(relaxed); }
// Idle threads of the parallel for of marking, and how many have come.
std::uint64_t mark_parfor(const Runtime& r) {
  return r.work.markfor.done.load(relaxed) << 8 | r.work.markfor.thrseq.load(relaxed);
}
std::uint64_t processors(const Runtime& r) {
  constexpr std::size_t told_apart = 8;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < told_apart; i++) {
    const runtime_core::P* p = r.allp[i].load(relaxed);
    if (p == nullptr) break;
    all = all << 3 | (p->status.load(relaxed) + 1);
  }
  return all;
}
std::uint64_t idle(const Runtime& r) {
  return r.sched.npidle.load(relaxed) << 8 | r.sched.nmspinning.load(relaxed);
}
std::uint64_t held_locks(const Runtime& r) {
  return (r.heap.lock.key.load(relaxed) != 0 ? 2u : 0u) |
         (r.sched.lock.key.load(relaxed) != 0 ? 1u : 0u);
}

class AbstractStates final : public sim::CoverageSource {
 public:
  explicit AbstractStates(const Runtime& runtime) : runtime_(runtime) {}

  void on_step(sim::Machine&, const sim::Shown& shown, model::Features& features) override {
    const bool is_event = shown.operation == sim::Operation::count_;
    if (!is_event && !shown.writes()) return;
    std::uint64_t state = 0;
    for (const Dimension& dimension : abstract_state()) {
      state = (state ^ dimension.value(runtime_)) * 0x9e3779b97f4a7c15u;
      state ^= state >> 29;
    }
    features.add(model::FeatureKind::state, state);
  }

 private:
  const Runtime& runtime_;
};

}  // namespace

const std::vector<Dimension>& abstract_state() {
  static const std::vector<Dimension> table = {
      {"phase", phase},
      {"stopping", stopping},
      {"sweeping", sweeping},
      {"work-buffers", work_buffers},
      {"waiting-markers", waiting_markers},
      {"ended-markers", ended_markers},
      {"mark-parfor", mark_parfor},
      {"processors", processors},
      {"idle", idle},
      {"held-locks", held_locks},
  };
  return table;
}

std::unique_ptr<sim::CoverageSource> abstract_state_coverage(const Runtime& runtime) {
  return std::make_unique<AbstractStates>(runtime);
}

}  // namespace cli
