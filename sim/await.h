// Awaits: a loop iteration that stored nothing and came back to where it was, in the same local
// state, did nothing. It is abandoned, and its thread waits until a value that it read changes.
//
// Sound for any program: the thread's registers and live stack are compared (by hash), so a loop
// that counts its rounds is never taken for one that waits. A failed compare-and-swap whose loop
// keeps the value read is not the same state; it retries.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/space.h"

namespace sim {

struct Machine;

// A thread's registers and live stack at a hook: what the trampolines of sim/hooks.cc pushed.
// Words: padding, r15, r14, r13, r12, rbx, rbp, return address, then the caller's frame.
struct LocalState {
  const std::uint64_t* words;
  std::uint64_t pc() const { return words[7]; }
  std::uint64_t sp() const { return reinterpret_cast<std::uint64_t>(words + 8); }
  std::uint64_t first() const { return reinterpret_cast<std::uint64_t>(words + 1); }
};

class Awaits {
 public:
  void prepare(Space& space, std::uint32_t threads);

  // A read is about to happen. True: the iteration that just ended did nothing, and nothing that
  // it read has changed; the thread must wait (`watches` tells for what).
  bool arrive(Machine& m, LocalState state);
  // The read happened.
  void note_read(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes,
                 std::uint64_t value) {
    Loop& loop = loops_[thread];
    if (loop.anchored == 0 || loop.read_count > reads_max) return;
    space_->touch(reinterpret_cast<std::uint64_t>(&loop), 1);
    const std::uint32_t i = loop.read_count++;
    if (i >= reads_max) return;
    if (i >= reads_in_first_line) space_->touch(reinterpret_cast<std::uint64_t>(&loop.reads[i]), 1);
    loop.reads[i] = {address, bytes, value};
  }
  // The running thread did something that others, or it later, may see.
  void progress(std::uint32_t thread) {
    Loop& loop = loops_[thread];
    if (loop.anchored != 0) space_->mut(loop.anchored) = 0;
  }
  // Whether thread `t` read the bytes in the iteration that it abandoned.
  bool watches(std::uint32_t t, std::uint64_t address, std::uint64_t bytes) const;

 private:
  static constexpr std::uint32_t reads_max = 6;  // an iteration that reads more is not abandoned
  struct Read {
    std::uint64_t address : 56;
    std::uint64_t bytes : 8;
    std::uint64_t value;
  };
  struct alignas(64) Loop {
    std::uint64_t pc, sp, hash;
    std::uint16_t anchored;  // 0: no loop head known since the last progress
    std::uint16_t hashed;
    std::uint32_t read_count;
    Read reads[reads_max];
  };
  // They share the first line with what changes at every read.
  static constexpr std::uint32_t reads_in_first_line = 2;
  static_assert(offsetof(Loop, reads) + reads_in_first_line * sizeof(Read) == line_bytes);
  bool unchanged(const Loop& loop) const;

  Space* space_ = nullptr;
  Loop* loops_ = nullptr;
};

}  // namespace sim
