// What the threads of an execution have done so far, as the graph that axioms judge: events by
// thread, the writes of each location in coherence order, the readers of each write.
//
// Everything is in journaled memory, so that a rollback of the Space takes it back too. There is no
// bound but memory: what is judged at a time is a window (sim/graph/window.h).
//
// Invariants: 1. a location is a range of bytes in an aligned word, and locations are disjoint;
//   2. the oldest write of a location holds the values that its bytes had before;
//   3. only the newest write may be pending: memory holds its value;
//   4. a location that is in no word is history: its events are judged, and nobody accesses it.
#pragma once

#include "sim/axioms/execution.h"
#include "sim/journal_map.h"
#include "sim/race_detector.h"

namespace sim::graph {

using EventId = std::uint32_t;
inline constexpr EventId no_event = 0;
inline constexpr std::uint32_t log_events_max = 1 << 22;
inline constexpr std::uint8_t nobody = 0xff;  // the thread of initial values

enum class Kind : std::uint8_t { read, write, fence };

struct Event {
  std::uint64_t address = 0;
  std::uint64_t value = 0;          // of a write
  std::uint64_t address_from = 0;   // bit i: its address is that of the event i + 1 places before
  EventId before = no_event;        // in its thread
  EventId source = no_event;        // of a read: its write
  EventId other_reader = no_event;  // of a read: the next one of that write
  EventId reader = no_event;        // of a write: its latest reader
  EventId older = no_event, newer = no_event;  // of a write: its neighbours in coherence order
  std::uint32_t number = 0;                    // in its thread
  std::uint32_t location = 0;
  axioms::Marks marks = 0;
  Clock time = 0;  // of its thread, for happens-before
  Kind kind = Kind::fence;
  std::uint8_t thread = nobody;
  std::uint8_t bytes = 0;
  bool updates = false;   // the write of a read-modify-write: comes directly after its read
  bool computes = false;  // such a write: of what was computed from the read
  bool compares = false;  // such a write: because the read found what it expected
  bool branches = false;  // a fence: behind a branch on the read before it
  bool pending = false;   // a write: its value is in memory
  bool released = false;  // a write: what happens before it is known to who acquires it
};

struct Location {
  std::uint64_t address;
  std::uint32_t bytes;
  std::uint32_t other;  // the next location of the same word
  EventId newest;
  bool mixed;  // accesses of different sizes
};

class EventLog {
 public:
  EventLog(Space& space, std::uint32_t threads);

  const Event& operator[](EventId id) const { return events_[id]; }
  Event& mut(EventId id) { return space_.mut(events_[id]); }
  std::uint32_t threads() const { return threads_; }
  EventId last_of(std::uint32_t thread) const { return threads_state_[thread].last; }

  // The location of an access, whose bytes then have an initial value; the number is good until the
  // next call. REQUIRES: the bytes lie in one aligned word, and there is room.
  std::uint32_t locate(std::uint64_t address, std::uint32_t bytes);
  const Location& location(std::uint32_t number) const { return locations_[number]; }
  // Calls f(number) for each known location that overlaps the range.
  template <class F>
  void each_location(std::uint64_t address, std::uint64_t bytes, F f) const {
    for (std::uint64_t word = address & ~std::uint64_t{7}; word < address + bytes; word += 8) {
      for (std::uint32_t l = first_of(word); l != 0; l = locations_[l].other) {
        const Location& at = locations_[l];
        if (at.address < address + bytes && address < at.address + at.bytes) f(l);
      }
    }
  }
  // The newest write's value is in memory, which is about to change.
  void settle(std::uint32_t location);
  // Whether memory holds what the newest writes left there. Not if code wrote that is not seen.
  bool is_as_left(std::uint32_t location) const;
  // The bytes have a history no longer: what they hold is initial. What was done to them before
  // stays in the graph. REQUIRES of renew(): there is room.
  void forget(std::uint64_t address, std::uint64_t bytes);
  std::uint32_t renew(std::uint32_t location);

  // The thread's next event. REQUIRES: there is room.
  EventId append(Event event);
  // Takes back the thread's latest event, which nothing refers to.
  void drop(EventId id);
  bool has_room() const;
  EventId next_id() const { return counts_->events; }

  void insert_behind(EventId write, EventId older);
  void take_out(EventId write);
  void set_source(EventId read, EventId write);
  void clear_source(EventId read);

  // What the bytes held when `write` was the newest one.
  std::uint64_t value_at(EventId write, std::uint64_t address, std::uint32_t bytes) const;

 private:
  struct Counts {
    std::uint32_t events, locations;
  };
  struct ThreadState {
    EventId last;
    std::uint32_t count;
  };
  std::uint32_t first_of(std::uint64_t word) const {
    return static_cast<std::uint32_t>(words_.find(word).value_or(0));
  }
  // Calls f(number) for each location of a word that overlaps the range, and takes it out.
  template <class F>
  void take_locations(std::uint64_t word, std::uint64_t low, std::uint64_t high, F f) {
    std::uint32_t rest = 0;
    for (std::uint32_t l = first_of(word); l != 0;) {
      const std::uint32_t next = locations_[l].other;
      if (locations_[l].address < high && low < locations_[l].address + locations_[l].bytes) {
        f(l);
      } else {
        space_.mut(locations_[l]).other = rest;
        rest = l;
      }
      l = next;
    }
    words_.put(word, rest);
  }
  std::uint32_t add_location(std::uint64_t address, std::uint32_t bytes);
  std::uint32_t merge(std::uint64_t address, std::uint32_t bytes);
  void move_writes(std::uint32_t from, std::uint32_t to);

  Space& space_;
  std::uint32_t threads_;
  Counts* counts_;
  ThreadState* threads_state_;
  Event* events_;        // by id; none has the id 0
  Location* locations_;  // likewise
  JournalMap words_;     // the first location of each word
};

}  // namespace sim::graph
