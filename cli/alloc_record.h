// Records a run's own allocation trace from the runtime's tracing hooks.
#pragma once

#include <string>

#include "sim/event_observer.h"
#include "traces/alloc_trace.h"

namespace cli {

// Of the latest execution. Goroutines are the threads of the simulated machine.
// REQUIRES: executions start at the beginning; what is recorded is not taken back by a rollback.
class AllocRecord final : public sim::EventObserver {
 public:
  void reset() override;
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& event) override;
  const traces::AllocTrace& trace() const { return trace_; }

 private:
  void add(traces::AllocKind kind, const sim::ObservedEvent& event);

  traces::AllocTrace trace_;
};

}  // namespace cli
