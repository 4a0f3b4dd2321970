// Stores are seen in the end: what a thread that waits must notice.
//
// A thread that lets all others move, twice, sees what had been stored before it did so.
//
// A waiting loop that goes round once more must see something new. A thread that has read the same
// values twice in a round without effect will do so again as long as it may read old stores, and no
// execution with such a round shows what one without it does not. So in the next round some read
// returns a newer store: the last one that still could, if none before it did.
#pragma once

#include "sim/graph/event_log.h"

namespace sim::graph {

class Notices {
 public:
  Notices(Space& space, const EventLog& log) : space_(space), log_(log) {
    yields_ = static_cast<Yields*>(space.allocate_tool(sizeof(Yields) * log.threads()));
    rounds_ = static_cast<Round*>(space.allocate_tool(sizeof(Round) * log.threads()));
  }

  // The thread lets all others move.
  void yielded(std::uint32_t thread, EventId next) {
    Yields& yields = space_.mut(yields_[thread]);
    yields = {yields.last, next};
  }
  // Whether no load of the thread returns an older store any more.
  bool must_see(std::uint32_t thread, EventId write) const {
    return write < yields_[thread].before;
  }

  // The thread repeats its latest `reads` reads.
  void begin(std::uint32_t thread, std::uint32_t reads) {
    Round& round = space_.mut(rounds_[thread]);
    round.next = round.count = 0;
    if (reads > reads_max) return;
    EventId at = log_.last_of(thread);
    for (std::uint32_t i = reads; i > 0 && at != no_event; at = log_[at].before) {
      if (log_[at].kind == Kind::read) round.reads[--i] = at;
      if (i == 0) round.count = reads;
    }
  }
  // What this read of the round returned the last time; none if it is no such read.
  EventId known(std::uint32_t thread, std::uint64_t address) {
    const Round& round = rounds_[thread];
    if (round.next == round.count) return no_event;
    const Event& read = log_[round.reads[round.next]];
    if (read.address == address) return read.source;
    space_.mut(rounds_[thread]).count = round.next;
    return no_event;
  }
  // Whether no later read of the round could return a newer store. REQUIRES: the next one could be
  // known().
  bool is_last_chance(std::uint32_t thread) const {
    const Round& round = rounds_[thread];
    for (std::uint32_t i = round.next + 1; i < round.count; i++) {
      if (log_[log_[round.reads[i]].source].newer != no_event) return false;
    }
    return true;
  }
  void answered(std::uint32_t thread, bool with_known) {
    Round& round = space_.mut(rounds_[thread]);
    round.next = with_known ? round.next + 1 : round.count;
  }

 private:
  static constexpr std::uint32_t reads_max = 6;
  // The events that there were at the latest yield, and at the one before.
  struct Yields {
    EventId before, last;
  };
  struct Round {
    std::uint32_t next, count;
    EventId reads[reads_max];
  };

  Space& space_;
  const EventLog& log_;
  Yields* yields_;
  Round* rounds_;
};

}  // namespace sim::graph
