// Awaits: a thread that read the same values from the same places twice over, stored nothing, and
// is where it was, in the same local state, does nothing. It waits until a value that it read
// changes.
//
// Sound for any program: the thread's registers and live stack are compared (by hash), so a loop
// that counts its rounds is never taken for one that waits. A failed compare-and-swap whose loop
// keeps the value read is not the same state; it retries.
//
// What was read must repeat before local states are compared, since compilers differ in the first
// round of a loop (peeled, or with registers that it sets for the next), but not in what is read:
// so the same rounds are abandoned whatever compiled the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/liveness.h"
#include "sim/space.h"

namespace sim {

// A thread's registers and live stack at a hook: what the trampolines of sim/hooks.cc pushed.
// Words: padding, r15, r14, r13, r12, rbx, rbp, return address, then the caller's frame.
struct LocalState {
  const std::uint64_t* words;
  std::uint64_t pc() const { return words[7]; }
  std::uint64_t sp() const { return reinterpret_cast<std::uint64_t>(words + 8); }
  std::uint64_t first() const { return reinterpret_cast<std::uint64_t>(words + 1); }
  // In the order of Liveness: rbx, rbp, r12, r13, r14, r15.
  std::uint64_t saved(std::uint32_t r) const {
    constexpr std::uint32_t at[Liveness::registers] = {5, 6, 4, 3, 2, 1};
    return words[at[r]];
  }
};

class Awaits {
 public:
  // Counts all of a thread's state as live: in code with exceptions, handlers read what the flow of
  // instructions does not show.
  bool compares_everything = false;

  void prepare(Space& space, std::uint32_t threads);
  // Whether a round is abandoned does not depend on what others did since.
  void compare_locally(bool locally) { locally_ = locally; }

  // A load, or the read of a swap, is about to happen. True: it begins a third round of reads that
  // changed nothing and found nothing changed; the thread must wait (`watches` tells for what).
  // `stack_top` is that of the thread.
  [[gnu::always_inline]] bool arrive(std::uint32_t thread, std::uint64_t stack_top,
                                     LocalState state, std::uint64_t address, bool swap) {
    Loop& loop = loops_[thread];
    if (locally_) return is_back(loop, stack_top, state);
    return loop.count != 0 && is_third_round(loop, stack_top, state, address, swap);
  }
  // Loads may return what memory held before: a round may repeat although memory has changed.
  void expect_old_values(bool expected) { old_values_ = expected; }
  // Of the reads in the round that was abandoned.
  std::uint32_t round_of(std::uint32_t thread) const { return loops_[thread].round; }
  // A load happened, or a swap failed.
  void note_read(std::uint32_t thread, std::uint64_t address, std::uint32_t bytes,
                 std::uint64_t value, bool swap) {
    Loop& loop = loops_[thread];
    const std::uint32_t slot = loop.count % reads_kept;
    space_->touch(reinterpret_cast<std::uint64_t>(&loop), 1);
    if (slot >= reads_in_first_line) {
      space_->touch(reinterpret_cast<std::uint64_t>(&loop.reads[slot]), 1);
    }
    loop.reads[slot] = {address, bytes, swap, value};
    loop.count++;
  }
  // The running thread did something that others, or it later, may see.
  void progress(std::uint32_t thread) {
    Loop& loop = loops_[thread];
    if (loop.count != 0) space_->mut(loop.count) = 0;
  }
  // Whether memory holds anything else than thread `t` read in the round that it abandoned.
  bool sees_change(std::uint32_t t) const { return !is_unchanged(loops_[t], loops_[t].round); }
  // Calls `reads(address, bytes)` for all that arrive() may compare with memory.
  template <class F>
  void each_compared(std::uint32_t thread, F reads) const {
    const Loop& loop = loops_[thread];
    for (std::uint32_t back = 1; back <= reads_max && back <= loop.count; back++) {
      const Read& r = loop.reads[slot(loop, back)];
      reads(r.address, static_cast<std::uint32_t>(r.bytes));
    }
  }
  // Appends where a thread is, and what of its local state its code may still read.
  void append_live(LocalState state, std::uint64_t stack_top, std::vector<std::uint64_t>& words);
  // Appends what decides whether thread `t` gives up a round, and, where it `waits`, what for.
  void append_state(std::uint32_t t, bool waits, std::vector<std::uint64_t>& words) const;
  // Whether thread `t` read the bytes in the round that it abandoned.
  bool watches(std::uint32_t t, std::uint64_t address, std::uint64_t bytes) const;

 private:
  static constexpr std::uint32_t reads_max = 6;  // a round that reads more is not abandoned
  static constexpr std::uint32_t reads_kept = 16;
  static_assert(reads_kept >= 2 * reads_max);
  struct Read {
    std::uint64_t address : 56;
    std::uint64_t bytes : 7;
    std::uint64_t swap : 1;
    std::uint64_t value;
    bool operator==(const Read&) const = default;
  };
  struct alignas(64) Loop {
    std::uint32_t count;   // of reads since the last progress
    std::uint32_t round;   // reads in the round that was abandoned
    std::uint64_t hashed;  // bit i: a local state was taken before reads[i]; the first has none
    Read reads[reads_kept];
    std::uint64_t hashes[reads_kept];  // of the local states
  };
  // They share the first line with what changes at every read.
  static constexpr std::uint32_t reads_in_first_line = 3;
  static_assert(offsetof(Loop, reads) + reads_in_first_line * sizeof(Read) == line_bytes);
  static std::uint32_t slot(const Loop& loop, std::uint32_t back) {
    return (loop.count - back) % reads_kept;
  }
  static bool is_unchanged(const Loop& loop, std::uint32_t round);
  static bool reads_between(const Loop& loop, std::uint64_t begin, std::uint64_t end);
  static bool is_repeated(const Loop& loop, std::uint32_t round);
  bool is_back(Loop& loop, std::uint64_t stack_top, LocalState state);
  const Liveness::Live& live_at(LocalState state, std::uint64_t top);
  std::uint64_t hash_of_live(const Loop& loop, LocalState state, std::uint64_t top);
  bool is_third_round(Loop& loop, std::uint64_t stack_top, LocalState state, std::uint64_t address,
                      bool swap);

  Space* space_ = nullptr;
  Loop* loops_ = nullptr;
  bool locally_ = false;
  bool old_values_ = false;
};

}  // namespace sim
