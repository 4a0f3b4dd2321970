// What a scheduled step touched, for explorers that reason about the order of steps.
//
// Two steps of different actors commute unless they conflict: they touch common bytes of one
// object, and not both only read it, or both only add to it. An actor is a thread, or the store
// buffer of a thread, whose steps are the buffered stores that reach memory.
#pragma once

#include <cstdint>
#include <span>

namespace model {

enum class AccessKind : std::uint8_t {
  read,
  write,
  add,        // commutes with other additions
  signal,     // lets others pass a wait on the object; the order of the two is no race
  wait,       // after every earlier signal on the object
  acquire,    // takes a lock; not to be had between another's acquire and its release
  release,    // gives it back, which lets others take it
  after_all,  // after every earlier step: happens only when nobody else can move
  with_all,   // conflicts with every step of others, done or not: lets all move, or ends them
};

// `object` is an address of the program's memory, or a number from machine_object().
struct Access {
  std::uint64_t object;
  std::uint32_t bytes;
  AccessKind kind;
  // 1 + the thread that need not tell this access from those of its own buffer, or of its own
  // code; 0: none. A thread reads what it has stored, buffered or not.
  std::uint8_t owner = 0;
  bool operator==(const Access&) const = default;
};

// Objects of the machine itself: kernel queues, the clock, what checkers look at.
enum class MachineObject : std::uint8_t {
  queue,
  thread,
  store,
  clock,
  mappings,
  heap,
  event,
  turn,
  budget,
  timer,
  first_step
};
constexpr std::uint64_t machine_object(MachineObject kind, std::uint64_t number) {
  constexpr std::uint64_t tag = std::uint64_t{1} << 63;
  return tag | static_cast<std::uint64_t>(kind) << 56 | (number << 8 >> 8 & ~std::uint64_t{7});
}

constexpr bool is_machine_object(std::uint64_t object) { return object >> 63 != 0; }
constexpr bool is_machine_object(std::uint64_t object, MachineObject kind) {
  return object >> 56 == machine_object(kind, 0) >> 56;
}

// A compare-and-swap: it writes if it finds what it expects. Or a comparison: what else the step
// touches depends on it.
struct Swap {
  std::uint64_t object = 0;
  std::uint32_t bytes = 0;  // 0: the step has none
  std::uint64_t expected = 0;
  std::uint64_t found = 0;
  bool writes = true;
};

// An answer to a question within a step, that is, to a choice that is not a schedule.
struct StepAnswer {
  std::uint32_t accesses;  // of the step before it
  std::uint32_t chosen, options;
};

inline constexpr std::uint32_t first_buffer = 64;  // the store buffer of thread t is actor 64 + t

struct Step {
  std::uint32_t actor;
  std::span<const Access> accesses;
  Swap swap;
  // What the first write of the list replaced, in its bytes.
  std::uint64_t overwritten = 0;
  bool enables = false;  // another thread can move after it that could not before
  std::span<const StepAnswer> answers = {};  // in the order of the questions
};

// What an actor will access when it moves. Stores into a store buffer count as writes.
struct NextStep {
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;  // 0: nothing, or nothing known
  bool writes = false;      // or may write: a compare-and-swap
  bool on_stack = false;    // whose layout is the compiler's: the address tells nothing else
};

inline bool is_race(const NextStep& a, const NextStep& b) {
  return (a.writes || b.writes) && a.address < b.address + b.bytes &&
         b.address < a.address + a.bytes;
}

}  // namespace model
