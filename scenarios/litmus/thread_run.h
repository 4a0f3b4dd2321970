// Interprets one thread in program order, given what its loads returned so far.
//
// A load whose value is not known yet does not stop the thread: registers that depend on it are
// unknown, and so are the addresses and values of accesses that use them. Only a branch on an
// unknown value stops it. So a store can exist before an earlier load has its value, which is what
// load buffering needs. A run is a function of its inputs and is repeated when they grow.
#pragma once

#include "scenarios/litmus/program.h"

namespace scenarios::litmus {

// Of the events of one thread, by number.
using LocalSet = std::uint64_t;
inline constexpr std::uint32_t thread_events_max = 64;

struct TraceEvent {
  enum class Kind : std::uint8_t { read, write, fence } kind = Kind::fence;
  Marks marks = 0;
  std::uint8_t bits = 32;
  bool computes = false;   // a write of what its read-modify-write computed from the read
  bool compares = false;   // a write that happens because the read found what was expected
  std::int32_t read = -1;  // of a write: the other half of its read-modify-write
  std::optional<Value> address, value;
  LocalSet addr = 0, data = 0, ctrl = 0;  // the reads that it depends on
  Place place;
};

enum class Stop : std::uint8_t {
  finished,
  waits,       // for the value of a load
  undecided,   // whether a store-conditional or a compare-and-swap succeeds
  impossible,  // a compare-and-swap decided otherwise than what it read
  cut,         // a loop went round too often
  error
};

struct ThreadInputs {
  std::vector<std::optional<Value>> reads;  // by event
  std::vector<bool> decisions;              // in program order
};

struct ThreadRun {
  std::vector<TraceEvent> events;
  std::vector<std::optional<Value>> registers;
  Stop stop = Stop::finished;
  Error error;
};

// `iterations`: how often a jump may go back.
void run_thread(const Thread& thread, const ThreadInputs& inputs, std::uint32_t iterations,
                ThreadRun* run);

}  // namespace scenarios::litmus
