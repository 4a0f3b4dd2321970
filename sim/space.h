// The simulated memory at a fixed address, with an undo journal of 64-byte lines.
//
// Everything that a run can change lives here: the region (the program's memory and fiber stacks)
// and the tool area (machine state, detector shadows, checkers). Hence a restore costs what was
// written since the snapshot, and addresses are the same in every run and on every machine.
//
// Invariants: 1. a line is saved before its first write after the newest snapshot;
//             2. after `rollback(mark)` the space is what it was when `mark` was taken.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace sim {

inline constexpr std::uint64_t space_base = 0x2000'0000'0000;
inline constexpr std::uint64_t region_bytes = std::uint64_t{160} << 30;
inline constexpr std::uint64_t shadow_base = space_base + region_bytes;  // 8 bytes a word
inline constexpr std::uint64_t shadow_bytes = region_bytes;
inline constexpr std::uint64_t clock_base = shadow_base + shadow_bytes;  // 4 bytes a word
inline constexpr std::uint64_t clock_bytes = region_bytes / 2;
inline constexpr std::uint64_t tool_base = clock_base + clock_bytes;
inline constexpr std::uint64_t tool_bytes = std::uint64_t{64} << 30;
inline constexpr std::uint64_t space_bytes = tool_base + tool_bytes - space_base;
inline constexpr std::uint64_t line_bytes = 64;

inline bool in_region(std::uint64_t address) { return address - space_base < region_bytes; }

// A line of 64 bytes, and a copy of it, in the journal.
struct SavedLine {
  std::uint64_t address;
  std::uint64_t copy_at;  // in the journal
};

class Space {
 public:
  Space() = default;
  Space(const Space&) = delete;
  Space& operator=(const Space&) = delete;
  ~Space();  // unmaps

  // Maps the space; returns false when the address range is taken or refused.
  bool map();

  // REQUIRES: [address, address + bytes) lies in the space. Call before writing it.
  void touch(std::uint64_t address, std::uint64_t bytes) {
    const std::uint64_t first = (address - space_base) / line_bytes;
    const std::uint64_t last = (address + bytes - 1 - space_base) / line_bytes;
    for (std::uint64_t line = first; line <= last; line++) {
      if (stamps_[line] != epoch_) [[unlikely]]
        save_line(line);
    }
  }
  template <class T>
  T& mut(T& object) {
    touch(reinterpret_cast<std::uint64_t>(&object), sizeof(T));
    return object;
  }

  // Saves a fiber's live stack [sp, top) and its context in the journal.
  void save_stack(std::uint64_t sp, std::uint64_t top, void** context);

  // A snapshot is a position in the journal.
  std::uint64_t snapshot() {
    next_epoch();
    return journal_used_;
  }
  void rollback(std::uint64_t mark);
  std::uint32_t epoch() const { return epoch_; }
  std::uint64_t journal_bytes() const { return journal_used_; }
  // The region's lines that were written since a snapshot, in ascending order: their addresses.
  std::vector<std::uint64_t> lines_since(std::uint64_t mark) const;
  // All lines of the space that were written since a snapshot, in ascending order, with what each
  // held then.
  void saved_since(std::uint64_t mark, std::vector<SavedLine>& lines) const;
  const std::uint64_t* copy_of(const SavedLine& line) const {
    return reinterpret_cast<const std::uint64_t*>(journal_ + line.copy_at);
  }

  // Whether anybody may access these pages; undone by a rollback. What they hold stays.
  // REQUIRES: they are in the region, and the same is so of all of them until now.
  void allow(std::uint64_t address, std::uint64_t bytes, bool allowed);
  bool is_allowed(std::uint64_t address) const;

  // Bump allocation of zeroed memory that is never returned; not itself undone by a rollback.
  void* allocate_tool(std::uint64_t bytes, std::uint64_t alignment = 64);
  void* allocate_region(std::uint64_t bytes, std::uint64_t alignment = 64);

 private:
  void save_line(std::uint64_t line);
  void undo(const std::uint8_t* payload, std::uint64_t bytes, std::uint64_t tag);
  void set_access(std::uint64_t address, std::uint64_t bytes, bool allowed);
  void next_epoch();

  std::uint32_t* stamps_ = nullptr;
  std::uint32_t epoch_ = 1;
  std::uint8_t* journal_ = nullptr;
  std::uint64_t journal_used_ = 0;
  std::uint64_t tool_used_ = 0;
  std::uint64_t region_used_ = 0;
  struct Pages {
    std::uint64_t begin, end;
  };
  std::vector<Pages> closed_;  // that nobody may access
};

}  // namespace sim
