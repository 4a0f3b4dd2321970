// Clocks and races of steps.
#include "model/happens_before.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::uint64_t word_of(std::uint64_t object) { return object & ~std::uint64_t{7}; }

bool overlap(const Access& a, const Access& b) {
  return a.object < b.object + b.bytes && b.object < a.object + a.bytes;
}

}  // namespace

bool conflict(std::span<const Access> a, std::span<const Access> b) {
  for (const Access& x : a) {
    for (const Access& y : b) {
      if (x.kind == AccessKind::after_all || y.kind == AccessKind::after_all) return true;
      if (!overlap(x, y)) continue;
      if (order_of(x.kind, y.kind) != Order::none || order_of(y.kind, x.kind) != Order::none) {
        return true;
      }
    }
  }
  return false;
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

bool HappensBefore::order_behind_record(std::uint32_t event, const Access& access,
                                        const Record& record) {
  const Access& other = accesses_[record.access];
  if (!overlap(access, other)) return false;
  const Order order = order_of(other.kind, access.kind);
  if (order != Order::none && !before(record.event, event)) {
    direct_.push_back(record.event);
    if (order == Order::race) races_.push_back(record.event);
    join(event, record.event);
  }
  // What conflicts with these bytes and came earlier conflicts with that write as well.
  return other.kind == AccessKind::write && access.kind != AccessKind::wait &&
         other.object <= access.object &&
         access.object + access.bytes <= other.object + other.bytes;
}

void HappensBefore::order_behind(std::uint32_t event, const Access& access) {
  const std::uint64_t first = word_of(access.object);
  const std::uint64_t last = word_of(access.object + access.bytes - 1);
  for (std::uint64_t word = first; word <= last; word += 8) {
    for (std::uint32_t r = heads_[word]; r != none; r = records_[r].previous) {
      if (order_behind_record(event, access, records_[r])) break;
    }
  }
}

void HappensBefore::order_behind_all(std::uint32_t event) {
  for (const std::uint32_t latest : latest_) {
    if (latest != none) join(event, latest);
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

std::uint32_t HappensBefore::push(const Step& step) {
  const std::uint32_t index = size();
  const std::uint32_t dense = dense_of(step.actor);
  const std::uint32_t previous = latest_[dense];
  clocks_.resize((std::uint64_t{index} + 1) * stride_);
  if (previous != none) join(index, previous);
  events_.push_back({step.actor, dense, previous == none ? 1 : events_[previous].number + 1,
                     previous, static_cast<std::uint32_t>(accesses_.size()),
                     static_cast<std::uint32_t>(step.accesses.size()),
                     static_cast<std::uint32_t>(races_.size()), 0,
                     static_cast<std::uint32_t>(records_.size()), step.swap, step.overwritten});
  accesses_.insert(accesses_.end(), step.accesses.begin(), step.accesses.end());
  Event& event = events_.back();
  for (std::uint32_t i = 0; i < event.access_count; i++) {
    const Access& access = accesses_[event.accesses + i];
    if (access.kind == AccessKind::after_all) {
      order_behind_all(index);
    } else {
      order_behind(index, access);
    }
  }
  clocks_[std::uint64_t{index} * stride_ + dense] = event.number;
  event.race_count = static_cast<std::uint32_t>(races_.size()) - event.races;
  if (direct_.size() > 1 && event.access_count > 1) keep_adjacent(event);
  direct_.clear();
  for (std::uint32_t i = 0; i < event.access_count; i++) {
    const std::uint32_t at = event.accesses + i;
    const Access access = accesses_[at];
    const std::uint64_t last = word_of(access.object + access.bytes - 1);
    for (std::uint64_t word = word_of(access.object); word <= last; word += 8) {
      std::uint32_t& head = heads_[word];
      records_.push_back({word, index, at, head});
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
    accesses_.resize(event.accesses);
    races_.resize(event.races);
    events_.pop_back();
  }
  clocks_.resize(std::uint64_t{size} * stride_);
}

}  // namespace model
