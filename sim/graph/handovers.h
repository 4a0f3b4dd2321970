// What threads hand over to each other by means of the machine: starts, ends, and objects that it
// keeps itself, such as locks. Each is an access to a word that the program does not see.
//
// Ordering: who releases an object stores with release, who takes it reads the newest store with
// acquire. Only one thread at a time has a lock, and a count is changed by read-modify-writes, so
// that no other store could be meant. This is what C++ says of locks, threads and semaphores, and
// what they are compiled to; none of them is sequentially consistent.
#pragma once

#include "sim/graph/clocks.h"
#include "sim/graph/recorder.h"

namespace sim::graph {

class Handovers {
 public:
  Handovers(Machine& m, Recorder& recorder, Clocks& clocks);

  // As MemoryModel says.
  void order(std::uint32_t before, std::uint32_t after);
  void acquire(std::uint64_t object);
  void release(std::uint64_t object);
  void release_too(std::uint64_t object);

 private:
  Event event(Kind kind, std::uint64_t object, Marks marks) const;
  EventId read_newest(std::uint32_t thread, Event e);
  EventId write_newest(std::uint32_t thread, Event e);

  Machine& m_;
  Recorder& recorder_;
  Clocks& clocks_;
  std::uint64_t* words_;  // by the two threads
};

}  // namespace sim::graph
