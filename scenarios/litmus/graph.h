// From the runs of all threads and the answers to their loads to an execution graph, and through
// its coherence orders.
#pragma once

#include "scenarios/litmus/executions.h"

namespace scenarios::litmus {

inline constexpr std::int32_t initial_write = -1;

// The store that a load reads.
struct Source {
  std::int32_t thread = initial_write;
  std::uint32_t event = 0;
};

class Graph {
 public:
  // REQUIRES: every thread finished, every load has a source. sources: by thread and event.
  // Sets *error when the test is one that graphs cannot express.
  Graph(const Test& test, const std::vector<ThreadRun>& runs,
        const std::vector<std::vector<Source>>& sources, std::optional<Error>* error);

  // Calls visit once for each coherence order, for no more than `max` of them; returns how many,
  // and sets *limit_hit if there are more.
  std::uint64_t visit_orders(const Visit& visit, std::uint64_t max, bool* limit_hit);

 private:
  using EventSet = sim::axioms::EventSet;
  void add_events(const std::vector<ThreadRun>& runs, std::optional<Error>* error);
  void add_dependencies(const std::vector<ThreadRun>& runs);
  void add_sources(const std::vector<std::vector<Source>>& sources);
  void require_coherence();
  void place(std::uint32_t location, EventSet placed, std::uint32_t last, const Visit& visit);
  std::uint32_t number(std::int32_t thread, std::uint32_t event) const;

  const Test& test_;
  std::uint32_t size_;
  std::vector<std::uint32_t> first_;  // by thread: the number of its first event
  sim::axioms::Execution x_;
  sim::axioms::Relation required_;         // of the coherence order
  std::vector<EventSet> accesses_;         // by location
  std::vector<const TraceEvent*> events_;  // by number; null: an initial write
  FinalState final_;
  std::uint64_t orders_ = 0, orders_max_ = 0;
  bool more_ = false;
};

}  // namespace scenarios::litmus
