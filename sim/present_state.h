// The state of a machine before a choice of the schedule: all that decides what may follow.
//
// Equal states have equal futures: memory where it differs from what it was after the setup, where
// each thread is with what its code may still read of its registers and stack, buffered stores, who
// waits for whom and how long, the time, what awaits have seen, what checkers and the race detector
// know. What is left out decides nothing: counts of steps, choices and switches, the hash of the
// execution, and what a clock says about accesses that no race can be with (sim/race_state.cc).
#pragma once

#include <cstdint>
#include <vector>

#include "model/state_key.h"
#include "sim/space.h"

namespace sim {

struct Machine;

class PresentState {
 public:
  // `tells_begun`: which threads have moved belongs to the state. REQUIRES: the machine is
  // prepared, with Options::compares_states.
  PresentState(Machine& m, std::uint64_t seed, bool tells_begun)
      : m_(m), hash_(seed), tells_begun_(tells_begun) {}

  // REQUIRES: no store buffer is applied.
  model::StateKey key();
  std::size_t words_max() const { return words_max_; }

 private:
  void collect();
  void append_memory();
  void append_thread(std::uint32_t thread);
  void append_races(std::uint64_t live);
  bool is_compared(std::uint64_t line) const;

  Machine& m_;
  model::StateHash hash_;
  bool tells_begun_;
  std::vector<SavedLine> lines_;      // written since the setup
  std::vector<std::uint64_t> words_;  // the state
  std::vector<const std::uint32_t*> clocks_;
  std::size_t words_max_ = 0;
};

// Appends who can move, who waits for what, and the time.
void append_kernel_state(const Machine& m, std::vector<std::uint64_t>& words);

}  // namespace sim
