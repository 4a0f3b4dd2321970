// Clocks and races of steps.
#include "model/happens_before.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::uint64_t word_of(std::uint64_t object) { return object & ~std::uint64_t{7}; }

constexpr bool is_of_all(AccessKind kind) {
  return kind == AccessKind::after_all || kind == AccessKind::with_all;
}

bool overlap(const Access& a, const Access& b) {
  if (a.owner == b.owner && a.owner != 0) return false;
  return a.object < b.object + b.bytes && b.object < a.object + a.bytes;
}

}  // namespace

bool conflict(std::span<const Access> a, std::span<const Access> b) {
  for (const Access& x : a) {
    for (const Access& y : b) {
      if (is_of_all(x.kind) || is_of_all(y.kind)) return true;
      if (!overlap(x, y)) continue;
      if (order_of(x.kind, y.kind) != Order::none || order_of(y.kind, x.kind) != Order::none) {
        return true;
      }
    }
  }
  return false;
}

bool is_with_all(std::span<const Access> accesses) {
  return std::any_of(accesses.begin(), accesses.end(),
                     [](const Access& a) { return a.kind == AccessKind::with_all; });
}

std::uint32_t HappensBefore::dense_of(std::uint32_t actor) {
  if (actor >= dense_.size()) dense_.resize(actor + 1, none);
  if (dense_[actor] == none) {
    dense_[actor] = static_cast<std::uint32_t>(latest_.size());
    latest_.push_back(none);
    if (latest_.size() > stride_) widen();
  }
  return dense_[actor];
}

void HappensBefore::widen() {
  const std::uint32_t wide = stride_ * 2;
  std::vector<std::uint32_t> clocks(events_.size() * wide);
  for (std::size_t i = 0; i < events_.size(); i++) {
    std::copy_n(clocks_.begin() + static_cast<std::ptrdiff_t>(i * stride_), stride_,
                clocks.begin() + static_cast<std::ptrdiff_t>(i * wide));
  }
  clocks_.swap(clocks);
  stride_ = wide;
}

void HappensBefore::join(std::uint32_t into, std::uint32_t from) {
  std::uint32_t* to = clocks_.data() + std::uint64_t{into} * stride_;
  const std::uint32_t* other = clocks_.data() + std::uint64_t{from} * stride_;
  for (std::uint32_t i = 0; i < stride_; i++) to[i] = std::max(to[i], other[i]);
}

void HappensBefore::order_behind_step(std::uint32_t event, std::uint32_t earlier, Order order) {
  if (before(earlier, event)) return;
  direct_.push_back(earlier);
  if (order == Order::race) races_.push_back(earlier);
  join(event, earlier);
}

bool HappensBefore::order_behind_record(std::uint32_t event, const Access& access,
                                        const Record& record) {
  const Access& other = accesses_[record.access];
  if (!overlap(access, other)) return false;
  const Order order = order_of(other.kind, access.kind);
  if (order != Order::none) order_behind_step(event, record.event, order);
  const bool hides = other.kind == AccessKind::write || other.kind == AccessKind::acquire;
  return hides && access.kind != AccessKind::wait && other.object <= access.object &&
         access.object + access.bytes <= other.object + other.bytes;
}

void HappensBefore::order_behind(std::uint32_t event, const Access& access) {
  const std::uint64_t first = word_of(access.object);
  const std::uint64_t last = word_of(access.object + access.bytes - 1);
  for (std::uint64_t word = first; word <= last; word += 8) {
    std::uint8_t passed = 0;  // whose buffer covered the bytes
    for (std::uint32_t r = heads_[word]; r != none;) {
      const Record& record = records_[r];
      const AccessKind kind = accesses_[record.access].kind;
      if (kind == access.kind && order_of(kind, kind) == Order::none) {
        r = record.other;  // none of those of one kind matters
        continue;
      }
      if (order_behind_record(event, access, record)) {
        // What conflicts with these bytes and came earlier is before that write as well, except
        // what its own thread did while the buffer held it.
        const std::uint8_t owner = accesses_[record.access].owner;
        const bool was_buffered = owner != 0 && events_[record.event].actor >= first_buffer;
        if (!was_buffered || (passed != 0 && passed != owner)) break;
        passed = owner;
      }
      // What its own actor did before is before it: a thread that spins need not look at that.
      const bool is_own = events_[record.event].actor == events_[event].actor;
      r = is_own ? record.foreign : record.previous;
    }
  }
}

// REQUIRES: the clock holds what was before the thread asked for the lock, and no more.
void HappensBefore::order_behind_holder(std::uint32_t event, const Access& access) {
  for (std::uint32_t r = heads_[word_of(access.object)]; r != none; r = records_[r].previous) {
    const Access& other = accesses_[records_[r].access];
    const bool takes = other.kind == AccessKind::acquire || other.kind == AccessKind::write;
    if (!takes || !overlap(access, other)) continue;
    if (!before(records_[r].event, event)) holders_.push_back(records_[r].event);
    return;
  }
}

void HappensBefore::order_behind_all(std::uint32_t event, Order order) {
  for (const std::uint32_t latest : latest_) {
    if (latest != none) order_behind_step(event, latest, order);
  }
}

// The accesses of a step were looked at one by one: a pair is no race if another access leads to a
// step in between.
void HappensBefore::keep_adjacent(Event& event) {
  const auto first = races_.begin() + event.races;
  const auto is_behind = [&](std::uint32_t race) {
    return std::any_of(direct_.begin(), direct_.end(),
                       [&](std::uint32_t other) { return race < other && before(race, other); });
  };
  races_.erase(std::remove_if(first, races_.end(), is_behind), races_.end());
  std::sort(first, races_.end(), std::greater<>());
  races_.erase(std::unique(first, races_.end()), races_.end());
  event.race_count = static_cast<std::uint32_t>(races_.size()) - event.races;
}

// The release in between does not make them less of a race.
void HappensBefore::add_races_for_locks(Event& event) {
  races_.insert(races_.end(), holders_.begin(), holders_.end());
  std::sort(races_.begin() + event.races, races_.end(), std::greater<>());
  races_.erase(std::unique(races_.begin() + event.races, races_.end()), races_.end());
  event.race_count = static_cast<std::uint32_t>(races_.size()) - event.races;
  holders_.clear();
}

std::uint32_t HappensBefore::push(const Step& step) {
  const std::uint32_t index = size();
  const std::uint32_t dense = dense_of(step.actor);
  const std::uint32_t previous = latest_[dense];
  clocks_.resize((std::uint64_t{index} + 1) * stride_);
  if (previous != none) join(index, previous);
  events_.push_back(
      {step.actor, dense, previous == none ? 1 : events_[previous].number + 1, previous,
       static_cast<std::uint32_t>(accesses_.size()),
       static_cast<std::uint32_t>(step.accesses.size()), static_cast<std::uint32_t>(races_.size()),
       0, static_cast<std::uint32_t>(records_.size()), with_all_, step.swap, step.overwritten});
  accesses_.insert(accesses_.end(), step.accesses.begin(), step.accesses.end());
  Event& event = events_.back();
  if (with_all_ != none) order_behind_step(index, with_all_, Order::race);
  for (std::uint32_t i = 0; i < event.access_count; i++) {
    const Access& access = accesses_[event.accesses + i];
    if (access.kind == AccessKind::after_all) {
      order_behind_all(index, Order::fixed);
    } else if (access.kind == AccessKind::with_all) {
      order_behind_all(index, Order::race);
      with_all_ = index;
    } else {
      if (access.kind == AccessKind::acquire) order_behind_holder(index, access);
      order_behind(index, access);
    }
  }
  clocks_[std::uint64_t{index} * stride_ + dense] = event.number;
  event.race_count = static_cast<std::uint32_t>(races_.size()) - event.races;
  if (direct_.size() > 1) keep_adjacent(event);
  direct_.clear();
  if (!holders_.empty()) add_races_for_locks(event);
  for (std::uint32_t i = 0; i < event.access_count; i++) {
    const std::uint32_t at = event.accesses + i;
    const Access access = accesses_[at];
    if (is_of_all(access.kind)) continue;
    const std::uint64_t last = word_of(access.object + access.bytes - 1);
    for (std::uint64_t word = word_of(access.object); word <= last; word += 8) {
      std::uint32_t& head = heads_[word];
      std::uint32_t other = head, foreign = head;
      if (head != none) {
        const Record& before = records_[head];
        if (accesses_[before.access].kind == access.kind) other = before.other;
        if (events_[before.event].actor == step.actor) foreign = before.foreign;
      }
      records_.push_back({word, index, at, head, other, foreign});
      head = static_cast<std::uint32_t>(records_.size()) - 1;
    }
  }
  latest_[dense] = index;
  return index;
}

void HappensBefore::truncate(std::uint32_t size) {
  while (events_.size() > size) {
    const Event& event = events_.back();
    while (records_.size() > event.records) {
      heads_[records_.back().word] = records_.back().previous;
      records_.pop_back();
    }
    latest_[event.dense] = event.previous;
    with_all_ = event.with_all;
    accesses_.resize(event.accesses);
    races_.resize(event.races);
    events_.pop_back();
  }
  clocks_.resize(std::uint64_t{size} * stride_);
}

}  // namespace model
