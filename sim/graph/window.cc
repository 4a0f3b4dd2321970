// Collecting what follows from an event, and writing it down as relations.
#include "sim/graph/window.h"

#include <algorithm>

namespace sim::graph {

using axioms::events_max;
using axioms::EventSet;
using axioms::Execution;
using axioms::set_of;

bool Window::has(EventId id) const {
  const Event& e = log_[id];
  return e.thread != nobody && first_[e.thread] != no_event &&
         e.number >= log_[first_[e.thread]].number;
}

// With all that comes later in its thread. The halves of a read-modify-write stay together.
bool Window::include(EventId id) {
  if (log_[id].thread == nobody || has(id)) return true;
  const std::uint32_t thread = log_[id].thread;
  const EventId first = log_[id].kind == Kind::write && log_[id].updates ? log_[id].before : id;
  const EventId known = first_[thread];
  EventId at = known != no_event ? log_[known].before : log_.last_of(thread);
  std::array<EventId, events_max> fresh;
  std::uint32_t fresh_count = 0;
  for (;; at = log_[at].before) {
    if (++followers_ > events_max) return false;
    fresh[fresh_count++] = at;
    if (at == first) break;
  }
  first_[thread] = first;
  for (std::uint32_t i = 0; i < fresh_count; i++) {
    if (!include_successors(fresh[i])) return false;
  }
  return true;
}

bool Window::include_successors(EventId id) {
  const Event& e = log_[id];
  if (e.kind == Kind::fence) return true;
  const EventId newer = log_[e.kind == Kind::read ? e.source : id].newer;
  if (newer != no_event && !include(newer)) return false;
  for (EventId r = e.reader; r != no_event; r = log_[r].other_reader) {
    if (!include(r)) return false;
  }
  return true;
}

bool Window::collect(EventId from) {
  first_ = {};
  count_ = followers_ = 0;
  if (!include(from)) return false;
  for (std::uint32_t t = 0; t < log_.threads(); t++) {
    if (first_[t] == no_event) continue;
    start_[t] = count_;
    for (EventId at = log_.last_of(t);; at = log_[at].before) {
      events_[count_++] = at;
      if (at == first_[t]) break;
    }
    std::reverse(events_.begin() + start_[t], events_.begin() + count_);
  }
  for (std::uint32_t i = 0; i < followers_; i++) {
    const Event& e = log_[events_[i]];
    if (e.kind != Kind::read || has(e.source)) continue;
    const auto end = events_.begin() + count_;
    if (std::find(events_.begin() + followers_, end, e.source) != end) continue;
    if (count_ == events_max) return false;
    events_[count_++] = e.source;
  }
  return true;
}

std::uint32_t Window::index_of(EventId id) const {
  if (has(id))
    return start_[log_[id].thread] + log_[id].number - log_[first_[log_[id].thread]].number;
  return static_cast<std::uint32_t>(
      std::find(events_.begin() + followers_, events_.begin() + count_, id) - events_.begin());
}

Execution Window::execution() const {
  Execution x(count_);
  for (std::uint32_t i = 0; i < count_; i++) add_event(x, i);
  for (std::uint32_t t = 0; t < log_.threads(); t++) {
    if (first_[t] != no_event) add_thread(x, t);
  }
  add_locations(x);
  return x;
}

void Window::add_event(Execution& x, std::uint32_t index) const {
  const Event& e = log_[events_[index]];
  for (std::uint32_t m = 0; m < x.marked.size(); m++) {
    if ((e.marks >> m & 1) != 0) x.marked[m] |= set_of(index);
  }
  if (e.kind == Kind::read) {
    x.reads |= set_of(index);
    x.rf.add(index_of(e.source), index);
  }
  if (e.kind == Kind::write) x.writes |= set_of(index);
}

void Window::add_thread(Execution& x, std::uint32_t thread) const {
  const std::uint32_t begin = start_[thread];
  const std::uint32_t end =
      begin + log_[log_.last_of(thread)].number - log_[first_[thread]].number + 1;
  const EventSet all = (end == events_max ? ~EventSet{0} : set_of(end) - 1) & ~(set_of(begin) - 1);
  std::uint32_t latest_read = end;
  for (std::uint32_t i = begin; i < end; i++) {
    const Event& e = log_[events_[i]];
    const EventSet earlier = (set_of(i) - 1) & all;
    x.same_thread.add_all(i, all);
    x.po.add_all(i, all & ~earlier & ~set_of(i));
    if (e.kind == Kind::write)
      axioms::each(earlier & x.reads, [&](std::uint32_t r) { x.ctrl.add(r, i); });
    if (e.branches && latest_read != end) x.ctrl.add(latest_read, i);
    if (e.kind == Kind::write && e.updates) {
      x.rmw.add(i - 1, i);
      if (e.computes) x.computes.add(i - 1, i);
      if (e.compares) x.compares.add(i - 1, i);
    }
    axioms::each(e.address_from, [&](std::uint32_t back) {
      if (i - begin > back) x.addr.add(i - 1 - back, i);
    });
    if (e.kind == Kind::read) latest_read = i;
  }
}

// Coherence leads out of no window, so that the writes of a location in it are its newest ones, but
// for one that is only read from.
void Window::add_locations(Execution& x) const {
  EventSet left = x.accesses();
  while (left != 0) {
    const Event& one = log_[events_[static_cast<std::uint32_t>(std::countr_zero(left))]];
    const std::uint32_t location =
        log_[one.kind == Kind::read ? one.source : events_[std::countr_zero(left)]].location;
    EventSet here = 0;
    axioms::each(left, [&](std::uint32_t i) {
      const Event& e = log_[events_[i]];
      if ((e.kind == Kind::read ? log_[e.source].location : e.location) == location)
        here |= set_of(i);
    });
    axioms::each(here, [&](std::uint32_t i) { x.same_location.add_all(i, here); });
    EventSet later = 0;
    const EventSet writes = here & x.writes;
    for (EventId w = log_.location(location).newest; later != writes; w = log_[w].older) {
      const std::uint32_t i = index_of(w);
      if (i == count_) continue;
      x.co.add_all(i, later);
      later |= set_of(i);
    }
    left &= ~here;
  }
}

}  // namespace sim::graph
