// Happens-before race detection on plain accesses, with vector clocks (FastTrack, Flanagan and
// Freund, PLDI 2009).
//
// Under sc and tso every reads-from edge between atomics synchronises. All state is in the tool
// area of the Space, so a rollback restores it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/space.h"

namespace sim {

struct Machine;

using Clock = std::uint32_t;

// An epoch: 1 + the thread, or shared_tag, above its clock.
inline constexpr std::uint32_t clock_bits = 26;
inline constexpr std::uint32_t clock_mask = (1u << clock_bits) - 1;
inline constexpr std::uint32_t shared_tag = 63;          // the rest is the index of a read clock
inline constexpr std::uint32_t split_mark = 0xffffffff;  // in `write`: the word has a cell a byte

class RaceDetector {
 public:
  void prepare(Space& space, std::uint32_t threads);

  void plain(Machine& m, std::uint64_t address, std::uint64_t bytes, bool write, std::uint64_t pc);
  // An atomic access also races with unordered plain ones.
  void check_atomic(Machine& m, std::uint64_t address, std::uint32_t bytes, bool write,
                    std::uint64_t pc);
  void acquire(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes);
  void release(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes);
  // The same, and what others released there stays released.
  void release_too(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes);
  // Release with the clock that a buffered store carried; `clock` has one entry a thread.
  void release_clock(const Clock* clock, std::uint64_t address, std::uint32_t bytes);
  // Acquires a clock that a model has kept; one entry a thread.
  void join(std::uint32_t thread, const Clock* clock) { join(clocks_ + thread * stride_, clock); }
  const Clock* clock_of(std::uint32_t thread) const { return clocks_ + thread * stride_; }
  void tick(std::uint32_t thread);
  // What `before` has done so far happens before what `after` does next.
  void order(std::uint32_t before, std::uint32_t after);
  std::uint32_t stride() const { return stride_; }
  // Appends what decides which accesses to come are races (sim/race_state.cc). `live`: the threads
  // that are not over; `pending`: clocks of buffered stores; `lines`: written since the threads
  // started, of the detector's memory or not.
  void append_state(std::uint64_t live, std::span<const Clock* const> pending,
                    std::span<const SavedLine> lines, std::vector<std::uint64_t>& words) const;

 private:
  class Summary;
  struct Cell {
    std::uint32_t write;  // epoch of the last plain write, 0: none
    std::uint32_t read;   // epoch of the last plain reads, or a shared read clock
  };
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
