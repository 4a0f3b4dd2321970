// Sets of events and relations between them, as bit rows, with the operators that axioms are
// written in.
//
// a | b, a & b, a - b: union, intersection, difference. a >> b: some event lies between (relational
// composition). only(set): the identity on a set. r.plus(), r.star(), r.maybe(): transitive,
// reflexive-transitive and reflexive closure. ~r: the inverse.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstdint>

namespace sim::axioms {

inline constexpr std::uint32_t events_max = 64;

using EventSet = std::uint64_t;

constexpr EventSet set_of(std::uint32_t event) { return EventSet{1} << event; }

// Calls f(event) for each event of the set, ascending.
template <class F>
void each(EventSet set, F f) {
  for (; set != 0; set &= set - 1) f(static_cast<std::uint32_t>(std::countr_zero(set)));
}

class Relation {
 public:
  explicit Relation(std::uint32_t events) : events_(events) {
    assert(events <= events_max);
    for (std::uint32_t i = 0; i < events; i++) after_[i] = 0;
  }

  void add(std::uint32_t from, std::uint32_t to) { after_[from] |= set_of(to); }
  void add_all(std::uint32_t from, EventSet to) { after_[from] |= to; }
  bool has(std::uint32_t from, std::uint32_t to) const { return (after_[from] >> to & 1) != 0; }
  EventSet after(std::uint32_t event) const { return after_[event]; }
  std::uint32_t events() const { return events_; }

  bool empty() const {
    EventSet any = 0;
    for (std::uint32_t i = 0; i < events_; i++) any |= after_[i];
    return any == 0;
  }
  bool irreflexive() const {
    for (std::uint32_t i = 0; i < events_; i++) {
      if (has(i, i)) return false;
    }
    return true;
  }
  bool acyclic() const;

  EventSet domain() const {
    EventSet set = 0;
    for (std::uint32_t i = 0; i < events_; i++) set |= EventSet{after_[i] != 0} << i;
    return set;
  }
  EventSet range() const {
    EventSet set = 0;
    for (std::uint32_t i = 0; i < events_; i++) set |= after_[i];
    return set;
  }

  Relation plus() const {
    Relation r = *this;
    for (std::uint32_t k = 0; k < events_; k++) {
      for (std::uint32_t i = 0; i < events_; i++) {
        if (r.has(i, k)) r.after_[i] |= r.after_[k];
      }
    }
    return r;
  }
  Relation maybe() const {
    Relation r = *this;
    for (std::uint32_t i = 0; i < events_; i++) r.after_[i] |= set_of(i);
    return r;
  }
  Relation star() const { return plus().maybe(); }

  Relation operator~() const {
    Relation r(events_);
    for (std::uint32_t i = 0; i < events_; i++) {
      each(after_[i], [&](std::uint32_t to) { r.add(to, i); });
    }
    return r;
  }
  Relation& operator|=(const Relation& b) {
    for (std::uint32_t i = 0; i < events_; i++) after_[i] |= b.after_[i];
    return *this;
  }
  friend Relation operator|(Relation a, const Relation& b) { return a |= b; }
  friend Relation operator&(Relation a, const Relation& b) {
    for (std::uint32_t i = 0; i < a.events_; i++) a.after_[i] &= b.after_[i];
    return a;
  }
  friend Relation operator-(Relation a, const Relation& b) {
    for (std::uint32_t i = 0; i < a.events_; i++) a.after_[i] &= ~b.after_[i];
    return a;
  }
  friend Relation operator>>(const Relation& a, const Relation& b) {
    Relation r(a.events_);
    for (std::uint32_t i = 0; i < a.events_; i++) {
      EventSet to = 0;
      each(a.after_[i], [&](std::uint32_t between) { to |= b.after_[between]; });
      r.after_[i] = to;
    }
    return r;
  }
  friend bool operator==(const Relation& a, const Relation& b) {
    for (std::uint32_t i = 0; i < a.events_; i++) {
      if (a.after_[i] != b.after_[i]) return false;
    }
    return a.events_ == b.events_;
  }

  // The pairs that start, or end, in a set.
  Relation from(EventSet set) const {
    Relation r = *this;
    for (std::uint32_t i = 0; i < events_; i++) {
      if ((set >> i & 1) == 0) r.after_[i] = 0;
    }
    return r;
  }
  Relation to(EventSet set) const {
    Relation r = *this;
    for (std::uint32_t i = 0; i < events_; i++) r.after_[i] &= set;
    return r;
  }

 private:
  std::uint32_t events_;
  std::array<EventSet, events_max> after_;
};

// Takes away events that nothing follows, until none is left or each that is left is followed.
inline bool Relation::acyclic() const {
  EventSet left = events_ == events_max ? ~EventSet{0} : set_of(events_) - 1;
  for (EventSet before = 0; left != 0 && left != before;) {
    before = left;
    for (EventSet set = left; set != 0; set &= set - 1) {
      const auto i = static_cast<std::uint32_t>(std::countr_zero(set));
      if ((after_[i] & left) == 0) left &= ~set_of(i);
    }
  }
  return left == 0;
}

}  // namespace sim::axioms
