// Happens-before race detection on plain accesses, with vector clocks (FastTrack, Flanagan and
// Freund, PLDI 2009).
//
// Under sc and tso every reads-from edge between atomics synchronises. All state is in the tool
// area of the Space, so a rollback restores it.
#pragma once

#include <cstdint>

#include "sim/space.h"

namespace sim {

struct Machine;

using Clock = std::uint32_t;

class RaceDetector {
 public:
  void prepare(Space& space, std::uint32_t threads);

  void plain(Machine& m, std::uint64_t address, std::uint64_t bytes, bool write, std::uint64_t pc);
  // An atomic access also races with unordered plain ones.
  void check_atomic(Machine& m, std::uint64_t address, std::uint32_t bytes, bool write,
                    std::uint64_t pc);
  void acquire(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes);
  void release(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes);
  // Release with the clock that a buffered store carried; `clock` has one entry a thread.
  void release_clock(const Clock* clock, std::uint64_t address, std::uint32_t bytes);
  // Acquires a clock that a model has kept; one entry a thread.
  void join(std::uint32_t thread, const Clock* clock) { join(clocks_ + thread * stride_, clock); }
  const Clock* clock_of(std::uint32_t thread) const { return clocks_ + thread * stride_; }
  void tick(std::uint32_t thread);
  // What `before` has done so far happens before what `after` does next.
  void order(std::uint32_t before, std::uint32_t after);
  std::uint32_t stride() const { return stride_; }

 private:
  struct Cell {
    std::uint32_t write;  // epoch of the last plain write, 0: none
    std::uint32_t read;   // epoch of the last plain reads, or a shared read clock
  };
  Clock* vector(std::uint32_t index) const { return pool_ + std::uint64_t{index} * stride_; }
  std::uint32_t allocate(std::uint32_t count);
  void join(Clock* into, const Clock* from);
  void assign(Clock* to, const Clock* from);
  Clock* location(std::uint64_t address, bool make, std::uint32_t byte, std::uint32_t bytes);
  std::uint32_t epoch(std::uint32_t t) const;
  bool ordered(std::uint32_t epoch, std::uint32_t thread) const;
  bool reads_ordered(const Cell& cell, std::uint32_t thread, std::uint32_t* other) const;
  bool access_cell(Cell& cell, std::uint32_t thread, bool write, std::uint32_t* other);
  Cell* split(std::uint64_t word);

  Space* space_ = nullptr;
  std::uint32_t threads_ = 0;
  std::uint32_t stride_ = 0;
  Clock* clocks_ = nullptr;
  Clock* pool_ = nullptr;
  std::uint32_t* pool_used_ = nullptr;  // vectors handed out; journaled
};

}  // namespace sim
