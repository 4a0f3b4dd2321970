// heap-dump's own checker: exactly the objects that are reachable in the dump are marked when
// marking ends, and none of them is swept.
//
// Independent of the collector: reachability comes from the dump, addresses from the mutators'
// allocations, marks from the bitmap by its layout alone.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scenarios/heap_input.h"
#include "sim/event_observer.h"

namespace checkers {

struct HeapDumpFigures {
  std::uint64_t marked = 0, marked_bytes = 0;
  std::uint64_t swept = 0, swept_bytes = 0;
  std::uint64_t finalizers_queued = 0;
  std::uint64_t checkmark_passes = 0;
  std::unordered_set<std::uint32_t> markers, handed_off;  // threads
};

class HeapDumpSurvivors final : public sim::EventObserver {
 public:
  // `reachable[i]` says whether object i of `input` must survive. `view` points to the scenario's
  // view once it is set up. Both outlive the checker.
  HeapDumpSurvivors(const scenarios::HeapInput& input, const std::vector<bool>& reachable,
                    const scenarios::Env& env)
      : input_(input), reachable_(reachable), env_(env) {}

  void reset() override;
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& event) override;
  const HeapDumpFigures& figures() const { return figures_; }
  // By object.
  const std::vector<bool>& swept() const { return swept_; }

 private:
  std::optional<sim::Finding> compare_marks();
  std::optional<sim::Finding> object_swept(std::uint64_t address);

  const scenarios::HeapInput& input_;
  const std::vector<bool>& reachable_;
  const scenarios::Env& env_;
  std::unordered_map<std::uint64_t, std::size_t> index_;  // looked up, never iterated
  std::vector<bool> swept_;
  HeapDumpFigures figures_;
};

}  // namespace checkers
