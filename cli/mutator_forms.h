// How the operations of mutator-program are spelled: a word, and what stands behind it. The reader
// and the writer go by this table; assignments without a word are theirs.
#pragma once

#include "scenarios/mutator_input.h"

namespace cli {

// What stands behind the word, and where an operation keeps it.
enum class Operand : std::uint8_t {
  none,
  slot,       // a
  other,      // a slot, b
  third,      // a slot, c
  place,      // SLOT.FIELD: a and field
  global,     // field
  channel,    // field
  second,     // a channel, c
  semaphore,  // field
  number,     // count
  nil,        // the words themselves
  deep,
};

struct Form {
  scenarios::MutatorOp op;
  const char* word;
  Operand operands[3];
  const char* text;  // for errors
};

inline constexpr Form statements[] = {
    {scenarios::MutatorOp::copy, "copy", {Operand::slot, Operand::other}, "copy A B"},
    {scenarios::MutatorOp::assign, "assign", {Operand::slot, Operand::other}, "assign A B"},
    {scenarios::MutatorOp::store_atomic,
     "atomic",
     {Operand::place, Operand::other},
     "atomic A.N B"},
    {scenarios::MutatorOp::swap,
     "swap",
     {Operand::place, Operand::other, Operand::third},
     "swap A.N B C"},
    {scenarios::MutatorOp::append, "append", {Operand::place, Operand::other}, "append A.N B"},
    {scenarios::MutatorOp::call, "call", {Operand::number}, "call N"},
    {scenarios::MutatorOp::call_deep, "call", {Operand::number, Operand::deep}, "call N deep"},
    {scenarios::MutatorOp::spawn, "spawn", {Operand::number}, "spawn N"},
    {scenarios::MutatorOp::yield, "yield", {}, "yield"},
    {scenarios::MutatorOp::collect, "collect", {}, "collect"},
    {scenarios::MutatorOp::system_call, "syscall", {}, "syscall"},
    {scenarios::MutatorOp::finalize, "finalize", {Operand::slot}, "finalize A"},
    {scenarios::MutatorOp::finalize_nil,
     "finalize",
     {Operand::slot, Operand::nil},
     "finalize A nil"},
    {scenarios::MutatorOp::finalize_keep,
     "finalize",
     {Operand::slot, Operand::global},
     "finalize A globalN"},
    {scenarios::MutatorOp::send, "send", {Operand::channel, Operand::slot}, "send chanN A"},
    {scenarios::MutatorOp::try_send,
     "try-send",
     {Operand::channel, Operand::slot},
     "try-send chanN A"},
    {scenarios::MutatorOp::close, "close", {Operand::channel}, "close chanN"},
    {scenarios::MutatorOp::acquire, "acquire", {Operand::semaphore}, "acquire semN"},
    {scenarios::MutatorOp::release, "release", {Operand::semaphore}, "release semN"},
};

// What a slot can be given, besides what a place holds: SLOT = ...
inline constexpr Form values[] = {
    {scenarios::MutatorOp::create, "new", {}, "new"},
    {scenarios::MutatorOp::clear, "nil", {}, "nil"},
    {scenarios::MutatorOp::receive, "receive", {Operand::channel}, "receive chanN"},
    {scenarios::MutatorOp::receive_either,
     "receive",
     {Operand::channel, Operand::second},
     "receive chanN chanM"},
    {scenarios::MutatorOp::try_receive, "try-receive", {Operand::channel}, "try-receive chanN"},
};

constexpr std::size_t operand_count(const Form& form) {
  std::size_t count = 0;
  while (count < 3 && form.operands[count] != Operand::none) count++;
  return count;
}

inline constexpr const char *global_prefix = "global", *channel_prefix = "chan",
                            *semaphore_prefix = "sem";

}  // namespace cli
