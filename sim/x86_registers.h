// The general registers of x86-64 and the parts of them that instructions name.
#pragma once

#include <capstone/capstone.h>

#include <cstdint>
#include <iterator>

namespace sim {

// What a function must give back to its caller as it was, besides the stack pointer.
inline constexpr x86_reg saved[] = {X86_REG_RBX, X86_REG_RBP, X86_REG_R12,
                                    X86_REG_R13, X86_REG_R14, X86_REG_R15};

// The 64-bit register that a register is part of, as an index into Pointers.
inline constexpr x86_reg families[16][5] = {
    {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH},
    {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH},
    {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH},
    {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH},
    {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, X86_REG_INVALID},
    {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, X86_REG_INVALID},
    {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, X86_REG_INVALID},
    {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, X86_REG_INVALID},
    {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, X86_REG_INVALID},
    {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, X86_REG_INVALID},
    {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, X86_REG_INVALID},
    {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, X86_REG_INVALID},
    {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, X86_REG_INVALID},
    {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, X86_REG_INVALID},
    {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, X86_REG_INVALID},
    {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, X86_REG_INVALID},
};
inline constexpr int no_register = -1, rsi = 4, rdi = 5, rbp = 6, rsp = 7;
inline constexpr int arguments[] = {rdi, rsi, 3, 2, 8, 9};
inline constexpr int clobbered[] = {0, 2, 3, rsi, rdi, 8, 9, 10, 11};

inline int family_of(std::uint32_t reg) {
  if (reg == X86_REG_INVALID) return no_register;
  for (int f = 0; f < 16; f++) {
    for (const x86_reg member : families[f]) {
      if (member == reg) return f;
    }
  }
  return no_register;
}

// A write of 32 or 64 bits replaces the whole register.
inline bool is_whole(std::uint32_t reg) {
  const int f = family_of(reg);
  return f >= 0 && (families[f][0] == reg || families[f][1] == reg);
}

inline int saved_index(int family) {
  for (std::size_t i = 0; i < std::size(saved); i++) {
    if (family >= 0 && families[family][0] == saved[i]) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace sim
