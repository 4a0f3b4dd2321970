// Building one execution graph.
#include "scenarios/litmus/graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace scenarios::litmus {
namespace {

using sim::axioms::each;
using sim::axioms::events_max;
using sim::axioms::EventSet;
using sim::axioms::set_of;

std::uint32_t count(const Test& test, const std::vector<ThreadRun>& runs) {
  std::size_t events = test.locations.size();
  for (const ThreadRun& run : runs) events += run.events.size();
  return static_cast<std::uint32_t>(events);
}

}  // namespace

Graph::Graph(const Test& test, const std::vector<ThreadRun>& runs,
             const std::vector<std::vector<Source>>& sources, std::optional<Error>* error)
    : test_(test), size_(std::min(count(test, runs), events_max)), x_(size_), required_(size_) {
  if (count(test, runs) > events_max) {
    *error = Error{{1, 1}, fmt::format("an execution has more than {} events", events_max)};
    return;
  }
  final_.runs = &runs;
  final_.memory.resize(test.locations.size());
  add_events(runs, error);
  if (*error) return;
  add_dependencies(runs);
  add_sources(sources);
  require_coherence();
}

std::uint32_t Graph::number(std::int32_t thread, std::uint32_t event) const {
  return first_[static_cast<std::size_t>(thread)] + event;
}

void Graph::add_events(const std::vector<ThreadRun>& runs, std::optional<Error>* error) {
  accesses_.resize(test_.locations.size());
  events_.assign(size_, nullptr);
  std::vector<std::uint8_t> bits(test_.locations.size());
  for (std::size_t l = 0; l < bits.size(); l++) bits[l] = test_.locations[l].bits;
  std::uint32_t next = 0;
  for (EventSet& location : accesses_) {
    location = set_of(next);
    x_.writes |= set_of(next);
    x_.marked[static_cast<std::size_t>(Mark::initial)] |= set_of(next++);
  }
  for (const ThreadRun& run : runs) {
    first_.push_back(next);
    const EventSet thread =
        run.events.empty() ? 0 : (~EventSet{0} >> (64 - run.events.size())) << next;
    for (const TraceEvent& e : run.events) {
      events_[next] = &e;
      for (std::uint32_t m = 0; m < x_.marked.size(); m++) {
        if ((e.marks >> m & 1) != 0) x_.marked[m] |= set_of(next);
      }
      x_.po.add_all(next, thread & ~(set_of(next) | (set_of(next) - 1)));
      x_.same_thread.add_all(next, thread);
      if (e.kind != TraceEvent::Kind::fence) {
        (e.kind == TraceEvent::Kind::read ? x_.reads : x_.writes) |= set_of(next);
        const auto location = static_cast<std::size_t>(e.address->location);
        accesses_[location] |= set_of(next);
        if (bits[location] != 0 && bits[location] != e.bits) {
          *error = Error{e.place, "accesses of different sizes to one location"};
          return;
        }
        bits[location] = e.bits;
      }
      next++;
    }
  }
  for (const EventSet location : accesses_) {
    each(location, [&](std::uint32_t i) { x_.same_location.add_all(i, location); });
  }
}

void Graph::add_dependencies(const std::vector<ThreadRun>& runs) {
  for (std::size_t t = 0; t < runs.size(); t++) {
    for (std::uint32_t e = 0; e < runs[t].events.size(); e++) {
      const TraceEvent& event = runs[t].events[e];
      const std::uint32_t to = first_[t] + e;
      each(event.addr, [&](std::uint32_t from) { x_.addr.add(first_[t] + from, to); });
      each(event.data, [&](std::uint32_t from) { x_.data.add(first_[t] + from, to); });
      each(event.ctrl, [&](std::uint32_t from) { x_.ctrl.add(first_[t] + from, to); });
      if (event.read < 0) continue;
      const std::uint32_t from = first_[t] + static_cast<std::uint32_t>(event.read);
      x_.rmw.add(from, to);
      if (event.computes) x_.computes.add(from, to);
      if (event.compares) x_.compares.add(from, to);
    }
  }
}

void Graph::add_sources(const std::vector<std::vector<Source>>& sources) {
  each(x_.reads, [&](std::uint32_t read) {
    std::size_t t = first_.size() - 1;
    while (first_[t] > read) t--;
    const Source& s = sources[t][read - first_[t]];
    const auto location = static_cast<std::uint32_t>(events_[read]->address->location);
    x_.rf.add(s.thread == initial_write ? location : number(s.thread, s.event), read);
  });
}

// What program order and reads-from at one location demand of its coherence order.
void Graph::require_coherence() {
  const sim::axioms::Relation here = x_.po & x_.same_location;
  const sim::axioms::Relation seen = x_.rf.maybe();  // a write stands for its reads as well
  const sim::axioms::Relation order = seen >> here >> ~seen;
  required_ = order.from(x_.writes).to(x_.writes);
  required_ = required_ - x_.only(x_.writes);
  const EventSet initial = x_.is(Mark::initial);
  required_ |= (x_.product(initial, x_.writes & ~initial) & x_.same_location);
}

std::uint64_t Graph::visit_orders(const Visit& visit, std::uint64_t max, bool* limit_hit) {
  orders_ = 0;
  orders_max_ = max;
  more_ = false;
  place(0, 0, 0, visit);
  *limit_hit |= more_;
  return orders_;
}

// Appends one more write to the order of `location`, in every way; then goes on with the next one.
void Graph::place(std::uint32_t location, EventSet placed, std::uint32_t last, const Visit& visit) {
  if (more_) return;
  if (location == accesses_.size()) {
    more_ = orders_ == orders_max_;
    if (more_) return;
    orders_++;
    visit(x_, final_);
    return;
  }
  const EventSet writes = accesses_[location] & x_.writes;
  const EventSet left = writes & ~placed;
  if (left == 0) {
    final_.memory[location] =
        events_[last] == nullptr ? test_.locations[location].initial : *events_[last]->value;
    place(location + 1, 0, 0, visit);
    return;
  }
  each(left, [&](std::uint32_t w) {
    EventSet missing = 0;  // writes that must come first
    each(left,
         [&](std::uint32_t other) { missing |= required_.has(other, w) ? set_of(other) : 0; });
    if (missing != 0) return;
    const sim::axioms::Relation before = x_.co;
    each(placed, [&](std::uint32_t earlier) { x_.co.add(earlier, w); });
    place(location, placed | set_of(w), w, visit);
    x_.co = before;
  });
}

}  // namespace scenarios::litmus
