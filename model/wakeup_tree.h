// Wake-up trees: the sequences of steps that a node of the search has still to explore (Abdulla,
// Aronsson, Jonsson, Sagonas, "Source Sets", JACM 2017, section 6).
//
// A tree is a list of branches, each with the list of its own; lists are kept in the order of
// insertion, which is the order of exploration.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/step.h"

namespace model {

// What a step touches, for steps that are not part of the execution any more.
class Footprint {
 public:
  Footprint() = default;
  explicit Footprint(std::span<const Access> accesses);
  bool conflicts_with(std::span<const Access> other) const;

 private:
  static constexpr std::uint32_t kept_max = 6;
  Access accesses_[kept_max];
  std::uint32_t count_ = 0;  // beyond kept_max: taken to conflict with everything
};

// A step of a sequence that shall be explored.
struct Wanted {
  std::uint32_t actor;
  std::span<const Access> accesses;
};

// Whether the actor's next step, which is not asleep for nothing, could come first in some
// execution that begins as the sequence does: its own step there has nothing before it, or the
// sequence does without it and does not conflict. Returns the index of the step, `sequence.size()`
// if the sequence does without it, or nothing.
inline constexpr std::size_t not_first = ~std::size_t{0};
std::size_t weak_initial(std::uint32_t actor, const Footprint& footprint,
                         const std::vector<Wanted>& sequence);

class WakeupTrees {
 public:
  static constexpr std::uint32_t none = ~0u;
  struct Branch {
    std::uint32_t actor;
    std::uint32_t branches;  // the first of its own list
    std::uint32_t next;      // in the list that it is part of
    Footprint footprint;
  };

  // Adds the sequence to the list, unless what is there already covers it. Uses up `sequence`.
  void insert(std::uint32_t* list, std::vector<Wanted>& sequence);
  // Takes the first branch out of the list.
  Branch take_first(std::uint32_t* list);
  void release(std::uint32_t list);
  const Branch& operator[](std::uint32_t branch) const { return pool_[branch]; }

 private:
  std::uint32_t allocate();

  std::vector<Branch> pool_;
  std::uint32_t free_ = none;
};

}  // namespace model
