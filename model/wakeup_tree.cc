// Insertion into wake-up trees.
#include "model/wakeup_tree.h"

#include <algorithm>
#include <utility>

#include "model/happens_before.h"

namespace model {

Footprint::Footprint(std::span<const Access> accesses)
    : count_(static_cast<std::uint32_t>(accesses.size())) {
  if (count_ <= kept_max) std::copy(accesses.begin(), accesses.end(), accesses_);
}

Footprint Footprint::incomplete() {
  Footprint footprint;
  footprint.count_ = kept_max + 1;
  return footprint;
}

std::span<const Access> Footprint::accesses() const {
  static constexpr Access everything[] = {{0, 1, AccessKind::with_all}};
  if (!is_complete()) return everything;
  return {accesses_, count_};
}

bool Footprint::conflicts_with(std::span<const Access> other) const {
  return conflict(accesses(), other);
}

bool WakeupTrees::is_asleep(std::span<const Sleeper> asleep, std::uint32_t actor,
                            std::uint32_t values) {
  sets_.clear();
  for (const Sleeper& s : asleep) {
    if (s.actor != actor) continue;
    if (s.values == values) return true;
    sets_.push_back({s.values, false});
  }
  return !sets_.empty() && paths.covered(values, sets_);
}

bool WakeupTrees::may_come_first(std::uint32_t actor, std::uint32_t values,
                                 const Footprint& footprint, const Sequence& sequence,
                                 std::size_t* place) const {
  const auto own = std::find_if(sequence.begin(), sequence.end(),
                                [&](const Wanted& step) { return step.actor == actor; });
  *place = static_cast<std::size_t>(own - sequence.begin());
  bool same = false;
  if (own != sequence.end()) {
    const bool begins = own->values == values || paths.begins(values, own->values);
    if (!begins && !paths.begins(own->values, values)) return false;
    // What the same step touches is the same, and the footprint may not hold all of it.
    same = begins && !own->open;
  }
  const auto accesses = same ? own->accesses : footprint.accesses();
  return std::none_of(sequence.begin(), own,
                      [&](const Wanted& step) { return conflict(step.accesses, accesses); });
}

bool WakeupTrees::is_covered(const std::vector<Known>& known, std::uint32_t actor,
                             std::uint32_t values) {
  sets_.clear();
  for (const Known& k : known) {
    if (k.actor == actor) sets_.push_back(k.values);
  }
  return paths.covered(values, sets_);
}

bool WakeupTrees::is_covered(std::span<const Sleeper> asleep, const Sequence& sequence,
                             std::vector<Known>& known) {
  for (const Sleeper& s : asleep) {
    std::size_t place = 0;
    if (!may_come_first(s.actor, s.values, s.footprint, sequence, &place)) continue;
    const std::uint32_t of = place == sequence.size() ? ValuePaths::empty : sequence[place].values;
    if (s.values == of) return true;
    known.push_back({s.actor, {s.values, false}, s.footprint});
    if (is_covered(known, s.actor, of)) return true;
  }
  return false;
}

bool WakeupTrees::is_covered(std::span<const Sleeper> asleep, const Sequence& sequence) {
  std::vector<Known> known;
  return is_covered(asleep, sequence, known);
}

void WakeupTrees::insert(std::uint32_t* list, std::span<const Sleeper> asleep, Sequence& sequence) {
  std::vector<Known> known;
  if (is_covered(asleep, sequence, known)) return;
  insert_below({none, list, false}, sequence, std::move(known));
}

// Indices, not pointers, since the pool may move.
WakeupTrees::Descent WakeupTrees::descend(Place& place, Sequence& sequence,
                                          std::vector<Known>& known) {
  std::uint32_t at = place.parent == none ? *place.list : pool_[place.parent].branches;
  const bool all_doubtful = place.doubtful;
  for (; at != none; at = pool_[at].next) {
    place.last = at;
    const Branch& branch = pool_[at];
    const bool is_leaf = branch.branches == none;
    const bool doubtful = all_doubtful || branch.doubtful;
    if (is_leaf && branch.open) place.doubtful = true;
    std::size_t index = 0;
    if (!may_come_first(branch.actor, branch.values, branch.footprint, sequence, &index)) continue;
    // What it touches beyond `accesses` is not known yet.
    if (branch.open && index != 0) continue;
    const std::uint32_t of = index == sequence.size() ? ValuePaths::empty : sequence[index].values;
    if (is_leaf && doubtful) {
      if (sequence.size() == 1 && index == 0 && branch.values == of) return Descent::done;
      continue;
    }
    // A leaf's exploration is free to do the rest.
    bool covered = branch.values == of || (is_leaf && paths.begins(branch.values, of));
    if (!covered) {
      known.push_back({branch.actor, {branch.values, is_leaf}, branch.footprint});
      covered = is_covered(known, branch.actor, of);
    }
    if (is_leaf) {
      if (covered) return Descent::done;
      continue;
    }
    const Place below{at, nullptr, doubtful};
    std::vector<Known> known_below = still_known(known, branch);
    const auto without_step = [index](Sequence& steps) {
      if (index < steps.size()) steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(index));
    };
    if (covered) {
      without_step(sequence);
      place = below;
      known = std::move(known_below);
      // Where nothing is left, nothing is missing.
      return sequence.empty() ? Descent::done : Descent::below;
    }
    Sequence copy = sequence;
    without_step(copy);
    if (!copy.empty()) insert_below(below, copy, std::move(known_below));
  }
  return Descent::missing;
}

// Below a branch, an actor whose step conflicts is awake again.
std::vector<WakeupTrees::Known> WakeupTrees::still_known(const std::vector<Known>& known,
                                                         const Branch& branch) {
  std::vector<Known> still;
  for (const Known& k : known) {
    const bool wakes = k.footprint.conflicts_with(branch.footprint.accesses());
    if (k.actor != branch.actor && !wakes) still.push_back(k);
  }
  return still;
}

void WakeupTrees::insert_below(Place place, Sequence& sequence, std::vector<Known> known) {
  Descent descent = Descent::below;
  while (descent == Descent::below) descent = descend(place, sequence, known);
  if (descent == Descent::done) return;
  for (const Wanted& step : sequence) {
    const std::uint32_t added = allocate();
    pool_[added] = {
        step.actor, step.values, none, none, step.open, place.doubtful, Footprint(step.accesses)};
    if (place.last != none) {
      pool_[place.last].next = added;
    } else if (place.parent != none) {
      pool_[place.parent].branches = added;
    } else {
      *place.list = added;
    }
    place.parent = added;
    place.last = none;
  }
}

void WakeupTrees::insert_first(std::uint32_t* list, std::span<const Sleeper> asleep,
                               const Wanted& step) {
  Sequence sequence{step};
  std::vector<Known> known;
  Place place{none, list, false};
  if (is_covered(asleep, sequence, known)) return;
  const Descent descent = descend(place, sequence, known);
  if (descent == Descent::below) insert_below(place, sequence, std::move(known));
  if (descent != Descent::missing) return;
  const std::uint32_t added = allocate();
  pool_[added] = {step.actor, step.values, none, *list, step.open, false, Footprint(step.accesses)};
  *list = added;
}

std::uint32_t WakeupTrees::follow(std::uint32_t list, Sequence& sequence) const {
  for (; list != none; list = pool_[list].next) {
    const Branch& branch = pool_[list];
    const auto own = std::find_if(sequence.begin(), sequence.end(),
                                  [&](const Wanted& step) { return step.actor == branch.actor; });
    if (own == sequence.end() || own->values != branch.values || own->open != branch.open) continue;
    const bool is_first = std::none_of(sequence.begin(), own, [&](const Wanted& step) {
      return conflict(step.accesses, own->accesses);
    });
    if (!is_first) continue;
    sequence.erase(own);
    break;
  }
  return list;
}

bool WakeupTrees::remember(std::uint32_t* list, Sequence sequence) {
  std::uint32_t parent = none;
  std::uint32_t first = *list;
  while (!sequence.empty()) {
    const std::uint32_t at = follow(first, sequence);
    if (at == none) break;
    parent = at;
    first = pool_[at].branches;
  }
  if (sequence.empty()) return !std::exchange(pool_[parent].doubtful, true);
  for (const Wanted& step : sequence) {
    const std::uint32_t added = allocate();
    const bool is_end = &step == &sequence.back();
    pool_[added] = {step.actor, step.values, none, first, step.open, is_end, {}};
    (parent == none ? *list : pool_[parent].branches) = added;
    parent = added;
    first = none;
  }
  return true;
}

void WakeupTrees::append(std::uint32_t* list, std::uint32_t actor) {
  const std::uint32_t added = allocate();
  pool_[added] = {actor, ValuePaths::empty, none, none, true, false, {}};
  if (*list == none) {
    *list = added;
    return;
  }
  std::uint32_t last = *list;
  while (pool_[last].next != none) last = pool_[last].next;
  pool_[last].next = added;
}

// Whether anything is left of the branch and its own.
bool WakeupTrees::prune(std::uint32_t root, std::span<const Sleeper> asleep) {
  struct Visit {
    std::uint32_t* next;  // of its own branches
    bool is_left;
  };
  std::vector<Visit> visits;  // from the root down: a tree is as deep as an execution is long
  Sequence path;
  const auto enter = [&](std::uint32_t at) {
    Branch& branch = pool_[at];
    path.push_back({branch.actor, branch.values, branch.open, branch.footprint.accesses()});
    visits.push_back({&branch.branches, branch.branches == none && !is_covered(asleep, path)});
  };
  enter(root);
  while (true) {
    if (*visits.back().next != none) {
      enter(*visits.back().next);
      continue;
    }
    const bool is_left = visits.back().is_left;
    visits.pop_back();
    path.pop_back();
    if (visits.empty()) return is_left;
    Visit& parent = visits.back();
    if (is_left) {
      parent.is_left = true;
      parent.next = &pool_[*parent.next].next;
    } else {
      take_first(parent.next);
    }
  }
}

bool WakeupTrees::prune_first(std::uint32_t* list, std::span<const Sleeper> asleep) {
  const Branch& branch = pool_[*list];
  const bool is_done = branch.branches == none
                           ? is_asleep(asleep, branch.actor, branch.values)
                           : std::any_of(asleep.begin(), asleep.end(), [&](const Sleeper& s) {
                               return s.actor == branch.actor && s.values == branch.values;
                             });
  if (!is_done && (!branch.doubtful || prune(*list, asleep))) return true;
  release(take_first(list).branches);
  return false;
}

bool WakeupTrees::first_wakes(std::uint32_t list, std::span<const Sleeper> asleep) const {
  const Branch& branch = pool_[list];
  return std::all_of(asleep.begin(), asleep.end(), [&](const Sleeper& s) {
    return s.actor == branch.actor || s.footprint.conflicts_with(branch.footprint.accesses());
  });
}

WakeupTrees::Branch WakeupTrees::take_first(std::uint32_t* list) {
  const std::uint32_t first = *list;
  const Branch branch = pool_[first];
  *list = branch.next;
  pool_[first].next = free_;
  free_ = first;
  return branch;
}

void WakeupTrees::release(std::uint32_t list) {
  while (list != none) {
    const std::uint32_t branches = take_first(&list).branches;
    if (branches == none) continue;
    std::uint32_t last = branches;
    while (pool_[last].next != none) last = pool_[last].next;
    pool_[last].next = list;
    list = branches;
  }
}

std::uint32_t WakeupTrees::allocate() {
  if (free_ == none) {
    pool_.emplace_back();
    return static_cast<std::uint32_t>(pool_.size()) - 1;
  }
  const std::uint32_t branch = free_;
  free_ = pool_[branch].next;
  return branch;
}

}  // namespace model
