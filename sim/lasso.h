// Lassos: an execution that comes back to a state that it was in, by steps that a fair scheduler
// may take for ever, never ends (docs/liveness.md).
//
// States are compared byte by byte: the memory that was written, where each thread is with its
// registers and live stack, buffered stores, and the kernel. A thread that did not move in between
// is where it was. So what repeats really repeats; a state that differs in a dead stack slot is
// missed.
//
// Fair is a cycle in which every thread that could run has moved, and every store buffer that held
// something has drained. An explorer that would keep on choosing the same threads is made to let
// the others move, once the state has come back: what it would see otherwise it has seen.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/space.h"

namespace sim {

struct Machine;

class Lassos {
 public:
  // Memory is compared up to so many lines of 64 bytes; the machine reports a larger state.
  static constexpr std::size_t lines_max = 4096;
  static constexpr std::size_t states_max = std::size_t{1} << 22;

  explicit Lassos(Machine& m);

  // The running thread asks for its next step. Its own buffered stores are not applied.
  void at_point(bool started);
  // The machine has counted another step, of a thread or of a buffer (model::first_buffer +
  // thread).
  void moved(std::uint32_t actor);
  // The running thread did something that the runtime reports.
  void progressed();
  // The execution goes on after so many steps, or in the last of them; what came behind is
  // forgotten.
  void rewind(std::uint64_t steps, bool in_step);
  // Only buffers may move next.
  bool wants_drain() const { return marks_->drain_first != 0; }

 private:
  struct Marks {
    std::uint64_t drain_first;
    std::uint64_t progress_at;  // the latest step with progress, from 1
  };
  struct Step {
    std::uint64_t enabled;  // threads that could run
    std::uint64_t pending;  // store buffers that held something
    std::uint8_t actor;
    bool progress;
  };
  struct State {
    std::uint64_t hash;
    std::uint64_t step;       // where it was first met
    std::uint64_t copy_step;  // where it was met again, and copied
    std::vector<std::uint64_t> copy;
  };
  // What moved between two steps, as sets of threads.
  struct Cycle {
    std::uint64_t from = 0;
    std::uint64_t enabled = 0, moved = 0, pending = 0, drained = 0, progress = 0;
    bool is_fair() const { return (enabled & ~moved) == 0 && (pending & ~drained) == 0; }
  };

  void note_progress();
  bool collect();
  void collect_thread(std::uint32_t thread);
  std::uint64_t hash() const;
  Cycle cycle_since(std::uint64_t step) const;
  void be_fair(const Cycle& cycle);
  void report(const Cycle& cycle);

  Machine& m_;
  Marks* marks_;  // in the space
  std::vector<Step> steps_;
  std::vector<State> states_;                                // in the order of their first steps
  std::unordered_map<std::uint64_t, std::size_t> index_of_;  // by hash; looked up only
  std::vector<std::uint64_t> words_;                         // of the present state
};

}  // namespace sim
