// The happens-before order of the steps of one execution, kept while it grows and is taken back.
//
// Order: the steps of one actor; steps that conflict, in the order in which they came; waits after
// signals. Each step carries a vector clock (Mattern, "Virtual time and global states", 1989). A
// race is a pair of conflicting steps that nothing else orders; those of a step are found when it
// is added, latest first.
//
// Who takes a lock is behind the release that let it, and that order is fixed. It races with the
// step that took the lock before, unless something that it did before asking is behind that one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/step.h"
#include "model/word_map.h"

namespace model {

enum class Order : std::uint8_t { none, race, fixed };
// How a step that makes `second` is ordered behind an earlier one that made `first`, if the bytes
// of the two overlap.
constexpr Order order_of(AccessKind first, AccessKind second);
// Whether two steps of different actors must keep their order, whichever came first.
bool conflict(std::span<const Access> a, std::span<const Access> b);
// Whether a step conflicts with all of others.
bool is_with_all(std::span<const Access> accesses);

class HappensBefore {
 public:
  // Adds the next step; returns its index.
  std::uint32_t push(const Step& step);
  // Takes back all steps from index `size` on.
  void truncate(std::uint32_t size);
  std::uint32_t size() const { return static_cast<std::uint32_t>(events_.size()); }

  // REQUIRES: first <= second < size().
  bool before(std::uint32_t first, std::uint32_t second) const {
    const Event& f = events_[first];
    return clocks_[std::uint64_t{second} * stride_ + f.dense] >= f.number;
  }
  std::uint32_t actor(std::uint32_t event) const { return events_[event].actor; }
  std::span<const Access> accesses(std::uint32_t event) const {
    return {accesses_.data() + events_[event].accesses, events_[event].access_count};
  }
  // The earlier steps that race with `event`, latest first.
  std::span<const std::uint32_t> races(std::uint32_t event) const {
    return {races_.data() + events_[event].races, events_[event].race_count};
  }
  const Swap& swap(std::uint32_t event) const { return events_[event].swap; }
  std::uint64_t overwritten(std::uint32_t event) const { return events_[event].overwritten; }

 private:
  static constexpr std::uint32_t none = ~0u;
  struct Event {
    std::uint32_t actor;
    std::uint32_t dense;     // the actor, numbered in the order of first steps
    std::uint32_t number;    // among the steps of its actor, from 1
    std::uint32_t previous;  // step of its actor
    std::uint32_t accesses, access_count;
    std::uint32_t races, race_count;
    std::uint32_t records;   // first of the step's
    std::uint32_t with_all;  // latest step before it that conflicts with all, or none
    Swap swap;
    std::uint64_t overwritten;
  };
  // An access to one word, in the chain of all accesses to it.
  struct Record {
    std::uint64_t word;
    std::uint32_t event, access;
    std::uint32_t previous;
    std::uint32_t other;    // the latest one before it of another kind
    std::uint32_t foreign;  // of another actor
  };

  std::uint32_t dense_of(std::uint32_t actor);
  void widen();
  void join(std::uint32_t into, std::uint32_t from);
  void order_behind(std::uint32_t event, const Access& access);
  void order_behind_holder(std::uint32_t event, const Access& access);
  void order_behind_all(std::uint32_t event, Order order);
  void order_behind_step(std::uint32_t event, std::uint32_t earlier, Order order);
  // Whether nothing further back in the chain matters.
  bool order_behind_record(std::uint32_t event, const Access& access, const Record& record);
  void keep_adjacent(Event& event);
  void add_races_for_locks(Event& event);

  std::vector<Event> events_;
  std::vector<Access> accesses_;
  std::vector<std::uint32_t> races_;
  // While a step is added: what it was joined with, and the steps that took a lock before it does.
  std::vector<std::uint32_t> direct_, holders_;
  std::vector<Record> records_;
  WordMap heads_;                      // word: its latest record
  std::vector<std::uint32_t> clocks_;  // stride_ entries a step
  std::uint32_t stride_ = 8;
  std::vector<std::uint32_t> dense_;   // by actor
  std::vector<std::uint32_t> latest_;  // by dense actor: its latest step
  std::uint32_t with_all_ = none;      // the latest step that conflicts with all
};

constexpr Order order_of(AccessKind first, AccessKind second) {
  using enum AccessKind;
  if (second == after_all || first == after_all) return Order::fixed;
  if (second == with_all || first == with_all) return Order::race;
  if (first == release && second == acquire) return Order::fixed;
  if (second == wait) return first == signal || first == write ? Order::fixed : Order::none;
  if (first == signal || first == wait || second == signal) return Order::none;
  if (first == second && (first == read || first == add)) return Order::none;
  return Order::race;
}

}  // namespace model
