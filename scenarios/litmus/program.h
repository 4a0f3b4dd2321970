// A litmus test as the interpreter runs it: initial values, threads of instructions, a condition.
//
// The parsers of all architectures translate to these few instructions. A register is an index into
// the names of its thread; the flags of a comparison are a register too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/axioms/execution.h"

namespace scenarios::litmus {

struct Place {
  std::uint32_t line = 0, column = 0;  // from 1
};

// What is wrong with a test, and where.
struct Error {
  Place place;
  std::string message;
};

// A number, or the address of a location.
struct Value {
  std::int32_t location = -1;  // -1: a number
  std::int64_t number = 0;     // added to the address, if it is one
  auto operator<=>(const Value&) const = default;
};

enum class Architecture : std::uint8_t { x86, x86_64, aarch64, ppc, c11 };

using sim::axioms::Mark;
using sim::axioms::mark;
using sim::axioms::Marks;

enum class Op : std::uint8_t {
  move,  // target = a
  add,   // target = a + b, and so on
  subtract,
  bit_xor,
  bit_and,
  bit_or,
  equal,             // target = a == b
  load,              // target = memory
  store,             // memory = a
  exchange,          // target = memory, memory = a
  fetch_add,         // target = memory, memory += a
  compare_exchange,  // target = memory; if it was a, memory = b
  load_exclusive,
  store_exclusive,  // memory = a and target = succeeds, or target = fails
  fence,
  jump,  // always, or if a is (not) zero
  jump_zero,
  jump_nonzero
};

struct Operand {
  std::int32_t reg = -1;  // -1: the constant, 0 unless it is given
  Value constant;
};

inline constexpr std::int32_t no_register = -1;

struct Instruction {
  Op op;
  std::uint8_t bits = 32;  // of results in registers
  std::int32_t target = no_register;
  Operand a, b;
  Operand base, index;     // of an access: the address is their sum
  Marks marks = 0;         // of a fence, or of an access
  Marks write_marks = 0;   // of a read-modify-write: those of its write
  std::uint32_t next = 0;  // of a jump: where to
  std::int64_t succeeds = 0, fails = 1;
  Place place;
};

struct Thread {
  std::vector<std::string> registers;  // by index, as herd spells them
  std::vector<Value> initial;          // by index
  std::vector<Instruction> code;
};

struct Location {
  std::string name;
  Value initial;
  std::uint8_t bits = 0;  // 64 if it was declared so; 0: what it is accessed as
};

// What a state is made of: a register of a thread, or a location.
struct Observed {
  std::int32_t thread = -1;  // -1: a location
  std::uint32_t index = 0;
  auto operator<=>(const Observed&) const = default;
};

struct Proposition {
  enum class Kind : std::uint8_t { atom, negation, conjunction, disjunction, implication };
  Kind kind = Kind::conjunction;  // with no parts: true; a disjunction without parts: false
  Observed left;                  // atom
  bool compares_two = false;      // atom: with `right` instead of `value`
  Observed right;
  Value value;
  std::vector<Proposition> parts;
};

enum class Quantifier : std::uint8_t { exists, not_exists, forall };

struct Test {
  std::string name;
  Architecture architecture = Architecture::x86;
  std::vector<Location> locations;
  std::vector<Thread> threads;
  std::vector<Observed> listed;  // by `locations`
  std::optional<Proposition> filter;
  Quantifier quantifier = Quantifier::forall;
  Proposition condition;
};

const char* name_of(Architecture architecture);
std::string name_of(const Test& test, const Observed& observed);
std::string to_string(const Test& test, const Value& value);

}  // namespace scenarios::litmus
