// Dead registers and stack words of machine code that was assembled for the purpose.
#include "sim/liveness.h"

#include <doctest/doctest.h>

extern "C" {
void liveness_loop();
void liveness_counter();
void liveness_escape();
void liveness_jump();
void liveness_calls_even();
void liveness_calls_odd();
}

// Each starts where a call would return to. rbx is 0, rbp 1, r12 2 … among the registers.
asm(R"(.text
liveness_loop:
  mov %rax, %rbx
  movl %eax, 8(%rsp)
  cmpl $0, 8(%rsp)
  je liveness_loop
  mov (%rsp), %rax
  add $24, %rsp
  pop %rbx
  ret
liveness_counter:
  inc %r12
  cmp $3, %r12
  jne liveness_counter
  add $24, %rsp
  pop %rbx
  ret
liveness_escape:
  lea 8(%rsp), %rbx
  mov %rbx, (%rdi)
  add $24, %rsp
  pop %rbx
  ret
liveness_jump:
  jmp *%rax
liveness_calls_even:
  call liveness_even
  add $128, %rsp
  ret
liveness_calls_odd:
  call liveness_odd
  add $128, %rsp
  ret
liveness_even:
  call liveness_odd
  ret
liveness_odd:
  sub $128, %rsp
  call liveness_even
  add $128, %rsp
  ret
)");

namespace {

sim::Liveness::Place place(void (*code)()) {
  sim::Liveness::Place p{reinterpret_cast<std::uint64_t>(code), {}};
  for (std::uint64_t& above : p.above) above = sim::Liveness::untracked;
  return p;
}

TEST_CASE("what is written before it is read is dead, what the caller gets back is live") {
  sim::Liveness liveness;
  const auto live = liveness.at(place(liveness_loop));
  CHECK((live.registers & 1) == 0);  // rbx: written, and popped before the return
  CHECK((live.registers & 4) != 0);  // r12: the caller's
  CHECK(live.slots[0]);
  CHECK(live.slots[1]);
  CHECK(!live.slots[2]);
  CHECK(!live.slots[4]);  // nobody touches it
  CHECK(live.slots[6]);   // the caller's rbx
  CHECK(live.slots[8]);   // the return address, and the caller's frame behind it
  CHECK(live.slots[20]);
}

TEST_CASE("a counter is live") {
  sim::Liveness liveness;
  const auto live = liveness.at(place(liveness_counter));
  CHECK((live.registers & 4) != 0);
  CHECK((live.registers & 1) == 0);
  CHECK(!live.slots[0]);
}

TEST_CASE("a frame that others may point into is live, and so is all before an indirect jump") {
  sim::Liveness liveness;
  CHECK(liveness.at(place(liveness_escape)).slots.all());
  const auto live = liveness.at(place(liveness_jump));
  CHECK(live.registers == 0x3f);
  CHECK(live.slots.all());
}

// All machines of a process share what is known.
TEST_CASE("what is live does not depend on what was asked before") {
  sim::Liveness first, second;
  const auto expected = first.at(place(liveness_calls_even));
  CHECK(!expected.slots[4]);  // no argument: the frame of the other is too large for one to reach
  second.at(place(liveness_calls_odd));
  CHECK(second.at(place(liveness_calls_even)).slots == expected.slots);
}

}  // namespace
