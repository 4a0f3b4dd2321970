// Which registers and stack words of a suspended thread its code may still read.
//
// A loop that failed leaves the values of its last round behind, in registers and stack words that
// the next round writes before it reads them. Two states of a thread that differ only there are the
// same state. What is dead is found in the machine code behind a call: a backward data flow over
// the instructions that can be reached from there (Aho, Lam, Sethi, Ullman, "Compilers", 9.2.5).
//
// Everything that the analysis does not follow counts as live: pointers to the frame that it loses
// sight of, indirect jumps, code that cannot be decoded.
#pragma once

#include <bitset>
#include <cstdint>
#include <map>

namespace sim {

class Liveness {
 public:
  static constexpr std::uint32_t registers = 6;  // rbx, rbp, r12, r13, r14, r15
  static constexpr std::uint32_t slots = 128;    // of 4 bytes, from the stack pointer up
  static constexpr std::uint64_t untracked = ~std::uint64_t{0};

  struct Live {
    std::uint8_t registers = (1u << Liveness::registers) - 1;
    std::bitset<Liveness::slots> slots = std::bitset<Liveness::slots>().set();
  };
  // Where a call returns to, and for each register how far above the stack pointer it points, or
  // `untracked` when it is no pointer to the stack.
  struct Place {
    std::uint64_t pc;
    std::uint64_t above[registers];
    auto operator<=>(const Place&) const = default;
  };

  // One for all machines: code does not change, and every search meets the same functions.
  static Liveness& of_process();

  // What is live behind the call. REQUIRES: `place.pc` is in this process's code.
  const Live& at(const Place& place);
  // Whether the function may read arguments from its caller's frame.
  bool takes_stack_arguments(std::uint64_t function);

 private:
  std::map<Place, Live> known_;
  // Of functions from which no recursion can be reached, so that no answer depends on what was
  // asked before; of the others while one place is looked at.
  std::map<std::uint64_t, bool> takes_stack_arguments_, assumed_;
  bool assumes_ = false;  // the function that is being looked at calls one of the latter
};

}  // namespace sim
