// alloc-trace's own checker: objects are allocated and swept exactly as the trace says.
//
// Independent of scenario and collector: which object an allocation is follows from the trace and
// from the order of each thread's allocations; which collections there were, from their events.
#pragma once

#include <vector>

#include "scenarios/alloc_input.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {

class AllocTraceAccounting final : public sim::EventObserver {
 public:
  // `input` outlives the checker.
  AllocTraceAccounting(const scenarios::AllocInput& input, std::uint32_t procs);

  void attach(sim::Space& space) override;
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& event) override;
  std::optional<sim::Finding> on_end() override;

  // Of objects that the trace allocates.
  std::uint64_t allocations() const { return counts_ == nullptr ? 0 : counts_->allocations; }
  std::uint64_t frees() const { return counts_ == nullptr ? 0 : counts_->frees; }
  // Of objects that are older than the trace.
  std::uint64_t frees_unmatched() const { return counts_ == nullptr ? 0 : counts_->older_frees; }
  // Collections seen, without the one that the scenario may add to the recorded ones.
  std::uint64_t collections() const;

 private:
  struct Counts {
    std::uint64_t allocations, frees;
    std::uint64_t older_frees;
    std::uint64_t collections;  // begun
    std::uint64_t collecting;   // whether one is going on
  };

  std::optional<sim::Finding> allocated(const sim::ObservedEvent& event);
  std::optional<sim::Finding> swept(std::uint64_t address);
  std::string describe(std::uint64_t object) const;

  const scenarios::AllocInput& input_;
  // Of each thread, and last of what runs before them: its objects in order.
  std::vector<std::vector<std::uint32_t>> share_;
  sim::Space* space_ = nullptr;
  Counts* counts_ = nullptr;
  std::uint64_t* next_ = nullptr;  // of each thread: allocations so far
  sim::JournalMap object_at_;      // address -> object that is allocated there
};

}  // namespace checkers
