// gc.possible_operation: which operations there can be in which phase of a collection, with which
// status of each P; and which of them a search has seen.
//
// A combination is a phase, the status of each P as whoever does the operation sees it, and the
// operation, which is an event of the runtime. Most combinations are possible. The others a table
// tells the reasons of (phase_operations.cc), and one of them that happens is a violation.
//
// For programs of goroutines that collect with a phase of mark termination in the stopped world,
// have no thread that watches and keep their number of Ps: the scenario gc-phases.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "checkers/shadow.h"
#include "model/choice.h"
#include "runtime_core/gc/work.h"

namespace checkers {

// What goroutines do comes first, then what helps or is done by the collector.
enum class GcOperation : std::uint8_t {
  allocate,
  store,  // of a pointer, to the heap or a global
  set_finalizer,
  run_finalizer,
  move_stack,  // it grows, or is shrunk by the collector
  spawn,
  run,  // begins or goes on to run
  yield,
  park,
  ready,
  end,
  enter_call,
  leave_call,
  come_back,  // from a call, and finds no P
  collect,
  sweep,
  scan_stack,
  grey,
  blacken,
  count_
};

inline constexpr std::uint32_t phase_procs_max = 4;

struct Combination {
  // Phase sweep: off, and not all spans have been claimed yet by somebody who sweeps.
  runtime_core::GcPhase phase{};
  GcOperation operation{};
  std::uint32_t procs = 0;
  std::array<std::uint32_t, phase_procs_max> status{};

  // "mark, running gcstop: store"
  std::string describe() const;
};

// Null: it is possible.
const char* why_impossible(const Combination& c);

class PhaseOperations final : public sim::EventObserver {
 public:
  // It outlives the checker. `judges`: what is impossible is a violation.
  // REQUIRES: procs <= phase_procs_max.
  PhaseOperations(const Shadow& shadow, std::uint32_t procs, bool judges);
  // Combinations are features of its executions, if it wants any. It outlives the checker, too.
  void show_to(model::Explorer& explorer) { explorer_ = &explorer; }

  std::uint64_t wanted() const override;
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& event) override;

  struct Impossible {
    const char* reason;
    std::vector<Combination> combinations;
  };
  struct Figures {
    std::uint64_t reached = 0;             // of the possible ones
    std::vector<Combination> not_reached;  // possible
    std::vector<Impossible> impossible;    // by reason, in the order of the table
  };
  // Of all executions so far.
  Figures figures() const;

 private:
  std::optional<GcOperation> operation_of(const sim::ObservedEvent& event) const;
  Combination combination(std::uint32_t number) const;
  std::uint32_t number_of(const Combination& c) const;

  const Shadow& shadow_;
  std::uint32_t procs_;
  bool judges_;
  model::Explorer* explorer_ = nullptr;
  std::vector<bool> reached_;  // by number
};

}  // namespace checkers
