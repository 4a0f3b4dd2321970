// Appending events, and keeping coherence orders and locations.
#include "sim/graph/event_log.h"

#include <algorithm>

#include "sim/value.h"

namespace sim::graph {
namespace {

constexpr std::uint32_t locations_max = 1 << 20;
constexpr std::uint32_t word_bytes = 8;

}  // namespace

EventLog::EventLog(Space& space, std::uint32_t threads) : space_(space), threads_(threads) {
  counts_ = static_cast<Counts*>(space.allocate_tool(sizeof(Counts)));
  *counts_ = {1, 1};
  threads_state_ = static_cast<ThreadState*>(space.allocate_tool(sizeof(ThreadState) * threads));
  events_ = static_cast<Event*>(space.allocate_tool(sizeof(Event) * log_events_max));
  locations_ = static_cast<Location*>(space.allocate_tool(sizeof(Location) * locations_max));
  words_.attach(space, locations_max);
}

// With what one access needs: initial values of each byte, fences, and the access itself.
bool EventLog::has_room() const {
  return counts_->events + 32 < log_events_max && counts_->locations + 16 < locations_max;
}

// What lies above the count means nothing, so it needs no journal.
EventId EventLog::append(Event event) {
  const EventId id = counts_->events;
  space_.mut(*counts_).events = id + 1;
  if (event.thread != nobody) {
    ThreadState& thread = space_.mut(threads_state_[event.thread]);
    event.before = thread.last;
    event.number = ++thread.count;
    thread.last = id;
  }
  events_[id] = event;
  return id;
}

void EventLog::drop(EventId id) {
  ThreadState& thread = space_.mut(threads_state_[events_[id].thread]);
  thread.last = events_[id].before;
  thread.count--;
  space_.mut(*counts_).events--;
}

std::uint32_t EventLog::add_location(std::uint64_t address, std::uint32_t bytes) {
  const std::uint64_t word = address & ~std::uint64_t{word_bytes - 1};
  const std::uint32_t number = counts_->locations;
  space_.mut(*counts_).locations = number + 1;
  space_.mut(locations_[number]) = {address, bytes, first_of(word), no_event, false};
  words_.put(word, number);
  Event initial;
  initial.kind = Kind::write;
  initial.address = address;
  initial.bytes = static_cast<std::uint8_t>(bytes);
  initial.location = number;
  initial.marks = axioms::mark(axioms::Mark::initial);
  for (std::uint32_t b = 0; b < bytes; b++) {
    initial.value |= read_value(address + b, 1) << (8 * b);
  }
  locations_[number].newest = append(initial);
  return number;
}

std::uint32_t EventLog::locate(std::uint64_t address, std::uint32_t bytes) {
  std::uint32_t found = 0, count = 0;
  each_location(address, bytes, [&](std::uint32_t l) { found = l, count++; });
  if (count == 0) return add_location(address, bytes);
  const Location& at = locations_[found];
  if (count == 1 && at.address == address && at.bytes == bytes) {
    settle(found);
    return found;
  }
  const bool inside = at.address <= address && address + bytes <= at.address + at.bytes;
  if (count > 1 || !inside) return merge(address, bytes);
  settle(found);
  if (!at.mixed) space_.mut(locations_[found]).mixed = true;
  return found;
}

// One location for all bytes of the access and of what it overlaps. Their writes keep their
// coherence orders, and are ordered among each other as they were executed.
std::uint32_t EventLog::merge(std::uint64_t address, std::uint32_t bytes) {
  std::uint64_t low = address, high = address + bytes;
  each_location(address, bytes, [&](std::uint32_t l) {
    settle(l);
    low = std::min(low, locations_[l].address);
    high = std::max(high, locations_[l].address + locations_[l].bytes);
  });
  const std::uint64_t word = address & ~std::uint64_t{word_bytes - 1};
  std::uint32_t parts[word_bytes], count = 0;
  take_locations(word, low, high, [&](std::uint32_t l) { parts[count++] = l; });
  const std::uint32_t whole = add_location(low, static_cast<std::uint32_t>(high - low));
  locations_[whole].mixed = true;
  for (std::uint32_t i = 0; i < count; i++) move_writes(parts[i], whole);
  return whole;
}

// The new location's initial write takes over the readers of the old one's, and its bytes.
void EventLog::move_writes(std::uint32_t from, std::uint32_t to) {
  EventId oldest = locations_[from].newest;
  while (events_[oldest].older != no_event) oldest = events_[oldest].older;
  EventId initial = locations_[to].newest;
  while (events_[initial].older != no_event) initial = events_[initial].older;
  for (EventId r = events_[oldest].reader; r != no_event;) {
    const EventId next = events_[r].other_reader;
    set_source(r, initial);
    r = next;
  }
  const std::uint64_t shift = 8 * (events_[oldest].address - events_[initial].address);
  const std::uint32_t bytes = events_[oldest].bytes;
  const std::uint64_t mask = (bytes == 8 ? 0 : std::uint64_t{1} << (8 * bytes)) - 1;
  Event& whole = mut(initial);
  whole.value = (whole.value & ~(mask << shift)) | events_[oldest].value << shift;
  EventId behind = initial;
  for (EventId w = events_[oldest].newer; w != no_event;) {
    const EventId next = events_[w].newer;
    while (events_[behind].newer != no_event && events_[behind].newer < w) {
      behind = events_[behind].newer;
    }
    // Nothing comes between the halves of a read-modify-write.
    if (events_[w].updates) behind = events_[events_[w].before].source;
    while (!events_[w].updates && events_[behind].newer != no_event &&
           events_[events_[behind].newer].updates) {
      behind = events_[behind].newer;
    }
    mut(w).location = to;
    insert_behind(w, behind);
    behind = w;
    w = next;
  }
}

bool EventLog::is_as_left(std::uint32_t location) const {
  const Location& at = locations_[location];
  const Event& newest = events_[at.newest];
  if (newest.pending) return true;
  if (!at.mixed && newest.bytes == at.bytes) {
    return newest.value == read_value(at.address, at.bytes);
  }
  for (std::uint32_t b = 0; b < at.bytes; b++) {
    if (value_at(at.newest, at.address + b, 1) != read_value(at.address + b, 1)) return false;
  }
  return true;
}

void EventLog::forget(std::uint64_t address, std::uint64_t bytes) {
  for (std::uint64_t word = address & ~std::uint64_t{7}; word < address + bytes; word += 8) {
    if (first_of(word) != 0) take_locations(word, address, address + bytes, [](std::uint32_t) {});
  }
}

std::uint32_t EventLog::renew(std::uint32_t location) {
  const Location old = locations_[location];
  forget(old.address, old.bytes);
  const std::uint32_t fresh = add_location(old.address, old.bytes);
  locations_[fresh].mixed = old.mixed;
  return fresh;
}

void EventLog::settle(std::uint32_t location) {
  const EventId newest = locations_[location].newest;
  if (!events_[newest].pending) return;
  Event& e = mut(newest);
  e.pending = false;
  e.value = 0;
  for (std::uint32_t b = 0; b < e.bytes; b++) e.value |= read_value(e.address + b, 1) << (8 * b);
}

void EventLog::insert_behind(EventId write, EventId older) {
  Event& e = mut(write);
  const EventId newer = events_[older].newer;
  e.older = older;
  e.newer = newer;
  mut(older).newer = write;
  if (newer != no_event) {
    mut(newer).older = write;
  } else {
    space_.mut(locations_[e.location]).newest = write;
  }
}

void EventLog::take_out(EventId write) {
  Event& e = mut(write);
  mut(e.older).newer = e.newer;
  if (e.newer != no_event) {
    mut(e.newer).older = e.older;
  } else {
    space_.mut(locations_[e.location]).newest = e.older;
  }
  e.older = e.newer = no_event;
}

void EventLog::set_source(EventId read, EventId write) {
  Event& e = mut(read);
  e.source = write;
  e.other_reader = events_[write].reader;
  mut(write).reader = read;
}

// REQUIRES: the read is the source's latest reader.
void EventLog::clear_source(EventId read) {
  Event& e = mut(read);
  mut(e.source).reader = e.other_reader;
  e.source = e.other_reader = no_event;
}

std::uint64_t EventLog::value_at(EventId write, std::uint64_t address, std::uint32_t bytes) const {
  std::uint64_t value = 0;
  for (std::uint32_t b = 0; b < bytes; b++) {
    EventId w = write;
    while (address + b - events_[w].address >= events_[w].bytes) w = events_[w].older;
    value |= (events_[w].value >> (8 * (address + b - events_[w].address)) & 0xff) << (8 * b);
  }
  return value;
}

}  // namespace sim::graph
