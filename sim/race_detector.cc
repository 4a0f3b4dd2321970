// FastTrack cells and vector clocks in shadow memory.
#include "sim/race_detector.h"

#include <cstdio>

#include "sim/machine.h"

namespace sim {
namespace {

std::uint32_t tag_of(std::uint32_t epoch) { return epoch >> clock_bits; }

}  // namespace

void RaceDetector::prepare(Space& space, std::uint32_t threads) {
  space_ = &space;
  threads_ = threads;
  stride_ = threads + 1;
  clocks_ = static_cast<Clock*>(space.allocate_tool(std::uint64_t{stride_} * stride_ * 4));
  pool_used_ = static_cast<std::uint32_t*>(space.allocate_tool(64));
  pool_ = static_cast<Clock*>(space.allocate_tool(std::uint64_t{16} << 30));
  *pool_used_ = 1;
  for (std::uint32_t t = 0; t < stride_; t++) clocks_[t * stride_ + t] = 1;
}

std::uint32_t RaceDetector::allocate(std::uint32_t words) {
  std::uint32_t& used = space_->mut(*pool_used_);
  const std::uint32_t index = used;
  used += words;
  // Rolled-back allocations leave old contents behind.
  space_->touch(reinterpret_cast<std::uint64_t>(pool_ + index), words * 4);
  std::memset(pool_ + index, 0, words * 4);
  return index;
}

std::uint32_t RaceDetector::epoch(std::uint32_t t) const {
  return (t + 1) << clock_bits | (clocks_[t * stride_ + t] & clock_mask);
}

bool RaceDetector::ordered(std::uint32_t e, std::uint32_t thread) const {
  if (e == 0) return true;
  return (e & clock_mask) <= clocks_[thread * stride_ + tag_of(e) - 1];
}

bool RaceDetector::reads_ordered(const Cell& cell, std::uint32_t thread,
                                 std::uint32_t* other) const {
  if (tag_of(cell.read) != shared_tag) {
    if (ordered(cell.read, thread)) return true;
    *other = tag_of(cell.read) - 1;
    return false;
  }
  const Clock* reads = pool_ + (cell.read & clock_mask);
  for (std::uint32_t t = 0; t < stride_; t++) {
    if (reads[t] > clocks_[thread * stride_ + t]) {
      *other = t;
      return false;
    }
  }
  return true;
}

bool RaceDetector::access_cell(Cell& cell, std::uint32_t thread, bool write, std::uint32_t* other) {
  const std::uint32_t mine = epoch(thread);
  if (cell.write != 0 && tag_of(cell.write) - 1 != thread && !ordered(cell.write, thread)) {
    *other = tag_of(cell.write) - 1;
    return false;
  }
  if (write) {
    if (cell.read != 0 && !reads_ordered(cell, thread, other)) return false;
    if (cell.write != mine || cell.read != 0) space_->mut(cell) = Cell{mine, 0};
    return true;
  }
  if (cell.read == mine) return true;
  if (tag_of(cell.read) == shared_tag) {
    space_->mut(pool_[(cell.read & clock_mask) + thread]) = mine & clock_mask;
  } else if (cell.read == 0 || tag_of(cell.read) - 1 == thread || ordered(cell.read, thread)) {
    space_->mut(cell).read = mine;
  } else {
    const std::uint32_t index = allocate(stride_);
    pool_[index + tag_of(cell.read) - 1] = cell.read & clock_mask;
    pool_[index + thread] = mine & clock_mask;
    space_->mut(cell).read = shared_tag << clock_bits | index;
  }
  return true;
}

RaceDetector::Cell* RaceDetector::split(std::uint64_t word) {
  auto& cell = reinterpret_cast<Cell*>(shadow_base)[word];
  if (cell.write != split_mark) {
    const Cell whole = cell;
    const std::uint32_t index = allocate(16);
    auto* bytes = reinterpret_cast<Cell*>(pool_ + index);
    for (int i = 0; i < 8; i++) {
      bytes[i] = whole;
      if (tag_of(whole.read) != shared_tag) continue;
      const std::uint32_t copy = allocate(stride_);
      std::memcpy(pool_ + copy, pool_ + (whole.read & clock_mask), stride_ * 4);
      bytes[i].read = shared_tag << clock_bits | copy;
    }
    space_->mut(cell) = Cell{split_mark, index};
  }
  return reinterpret_cast<Cell*>(pool_ + cell.read);
}

void RaceDetector::plain(Machine& m, std::uint64_t address, std::uint64_t bytes, bool write,
                         std::uint64_t pc) {
  const std::uint32_t thread = m.current();
  std::uint32_t other = 0;
  const std::uint64_t end = address + bytes;
  for (std::uint64_t at = address & ~std::uint64_t{7}; at < end; at += 8) {
    const std::uint64_t word = (at - space_base) / 8;
    const bool whole = at >= address && at + 8 <= end;
    auto& cell = reinterpret_cast<Cell*>(shadow_base)[word];
    if (whole && cell.write != split_mark) {
      if (!access_cell(cell, thread, write, &other)) {
        m.report_race(address, bytes, write, false, other, pc);
      }
      continue;
    }
    Cell* cells = split(word);
    for (std::uint64_t b = 0; b < 8; b++) {
      if (at + b < address || at + b >= end) continue;
      if (!access_cell(cells[b], thread, write, &other)) {
        m.report_race(address, bytes, write, false, other, pc);
      }
    }
  }
}

void RaceDetector::check_atomic(Machine& m, std::uint64_t address, std::uint32_t bytes, bool write,
                                std::uint64_t pc) {
  const std::uint64_t word = (address - space_base) / 8;
  auto& cell = reinterpret_cast<Cell*>(shadow_base)[word];
  if (cell.write == 0 && cell.read == 0) return;
  const std::uint32_t thread = m.current();
  std::uint32_t other = 0;
  const auto bad = [&](const Cell& c) {
    if (!ordered(c.write, thread)) {
      other = tag_of(c.write) - 1;
      return true;
    }
    return write && c.read != 0 && !reads_ordered(c, thread, &other);
  };
  if (cell.write != split_mark) {
    if (bad(cell)) m.report_race(address, bytes, write, true, other, pc);
    return;
  }
  const Cell* cells = reinterpret_cast<Cell*>(pool_ + cell.read);
  for (std::uint32_t b = 0; b < bytes; b++) {
    if (bad(cells[(address & 7) + b])) m.report_race(address, bytes, write, true, other, pc);
  }
}

// Clocks of atomic locations: one for a whole word, or one a byte once a smaller access was seen.
// Returns the clock of byte `byte` of the access, or null when there is none and !make.
Clock* RaceDetector::location(std::uint64_t address, bool make, std::uint32_t byte,
                              std::uint32_t bytes) {
  auto& cell = reinterpret_cast<std::uint32_t*>(clock_base)[(address - space_base) / 8];
  if (bytes == 8 && (cell & 1) == 0) {
    if (cell == 0) {
      if (!make) return nullptr;
      space_->mut(cell) = allocate(stride_) << 1;
    }
    return pool_ + (cell >> 1);
  }
  if ((cell & 1) == 0) {
    if (cell == 0 && !make) return nullptr;
    const std::uint32_t block = allocate(8 * stride_);
    if (cell != 0) {
      for (int i = 0; i < 8; i++) {
        std::memcpy(pool_ + block + i * stride_, pool_ + (cell >> 1), stride_ * 4);
      }
    }
    space_->mut(cell) = block << 1 | 1;
  }
  return pool_ + (cell >> 1) + ((address & 7) + byte) * stride_;
}

namespace {

std::uint32_t copies(std::uint32_t cell, std::uint32_t bytes) {
  return bytes == 8 && (cell & 1) == 0 ? 1 : bytes;
}

}  // namespace

void RaceDetector::join(Clock* into, const Clock* from) {
  for (std::uint32_t t = 0; t < stride_; t++) {
    if (from[t] > into[t]) space_->mut(into[t]) = from[t];
  }
}

void RaceDetector::assign(Clock* to, const Clock* from) {
  space_->touch(reinterpret_cast<std::uint64_t>(to), stride_ * 4);
  for (std::uint32_t t = 0; t < stride_; t++) to[t] = from[t];
}

void RaceDetector::acquire(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes) {
  const std::uint32_t cell =
      reinterpret_cast<std::uint32_t*>(clock_base)[(address - space_base) / 8];
  if (cell == 0) return;
  Clock* mine = clocks_ + thread * stride_;
  if (bytes == 8 && (cell & 1) == 0) return join(mine, pool_ + (cell >> 1));
  const std::uint32_t n = copies(cell, bytes);
  for (std::uint32_t b = 0; b < n; b++) {
    join(mine, location(address, false, b, bytes));
  }
}

void RaceDetector::release_clock(const Clock* clock, std::uint64_t address, std::uint32_t bytes) {
  Clock* first = location(address, true, 0, bytes);
  const std::uint32_t cell =
      reinterpret_cast<std::uint32_t*>(clock_base)[(address - space_base) / 8];
  if (bytes == 8 && (cell & 1) == 0) return assign(first, clock);
  const std::uint32_t n = copies(cell, bytes);
  for (std::uint32_t b = 0; b < n; b++) {
    assign(location(address, true, b, bytes), clock);
  }
}

void RaceDetector::tick(std::uint32_t thread) {
  Clock& own = space_->mut(clocks_[thread * stride_ + thread]);
  if (++own == clock_mask) the_machine->violate("tool.limit", "race detector clock is full");
}

void RaceDetector::order(std::uint32_t before, std::uint32_t after) {
  join(clocks_ + after * stride_, clock_of(before));
  tick(before);
}

void RaceDetector::release(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes) {
  release_clock(clock_of(thread), address, bytes);
  tick(thread);
}

void RaceDetector::release_too(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes) {
  Clock* const first = location(address, true, 0, bytes);
  const std::uint32_t n =
      copies(reinterpret_cast<std::uint32_t*>(clock_base)[(address - space_base) / 8], bytes);
  for (std::uint32_t b = 0; b < n; b++) join(first + b * stride_, clock_of(thread));
  tick(thread);
}

}  // namespace sim
