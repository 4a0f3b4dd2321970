// Wake-up trees: the sequences of steps that a node of the search has still to explore (Abdulla,
// Aronsson, Jonsson, Sagonas, "Source Sets", JACM 2017, section 6), for threads that also make
// choices within their steps.
//
// A tree is a list of branches, each with the list of its own; lists are kept in the order of
// exploration. A step is told from others by its actor and the answers that it got (`values`), so
// an actor is done with only when all answers are: docs/reduction.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/step.h"
#include "model/value_paths.h"
#include "model/words.h"

namespace model {

// What a step touches, for steps that are not part of the execution any more.
class Footprint {
 public:
  Footprint() = default;
  explicit Footprint(std::span<const Access> accesses);
  static Footprint incomplete();
  bool conflicts_with(std::span<const Access> other) const;
  // Beyond kept_max, one that conflicts with everything.
  std::span<const Access> accesses() const;
  bool is_complete() const { return count_ <= kept_max; }

 private:
  static constexpr std::uint32_t kept_max = 6;
  Access accesses_[kept_max];
  std::uint32_t count_ = 0;
};

// A step of a sequence that shall be explored.
struct Wanted {
  std::uint32_t actor;
  std::uint32_t values;  // a path of WakeupTrees::paths
  // Only the last step of a sequence: more answers follow, whatever they are, and `accesses` is
  // what the step touches before them.
  bool open;
  std::span<const Access> accesses;
};

// A step that leads only to what has been explored.
struct Sleeper {
  std::uint32_t actor;
  std::uint32_t values;
  Footprint footprint;
};

class WakeupTrees {
 public:
  static constexpr std::uint32_t none = ~0u;
  struct Branch {
    std::uint32_t actor;
    std::uint32_t values;
    std::uint32_t branches;  // the first of its own list
    std::uint32_t next;      // in the list that it is part of
    bool open;               // as in Wanted
    // In a list of remember(): a sequence ends here. In others:
    // It came behind an open step, which may turn out to cover it, and its own. So none of them
    // stands for another sequence.
    bool doubtful;
    Footprint footprint;
  };

  // Adds the sequence to the list of a node, unless the sleepers there or the tree cover it. Uses
  // up `sequence`.
  void insert(std::uint32_t* list, std::span<const Sleeper> asleep, std::vector<Wanted>& sequence);
  // The same for one step, which will be explored before all others.
  void insert_first(std::uint32_t* list, std::span<const Sleeper> asleep, const Wanted& step);
  // Adds the sequence to a list that only says which ones were met; false if it holds it, or one
  // with the same order of conflicting steps.
  bool remember(std::uint32_t* list, std::vector<Wanted> sequence);
  // Puts an actor at the end of the list, whatever is there.
  void append(std::uint32_t* list, std::uint32_t actor);
  // Takes out of the first branch, if it is doubtful, what the sleepers cover, and all of it if it
  // begins with one of them; false if nothing is left.
  bool prune_first(std::uint32_t* list, std::span<const Sleeper> asleep);
  // Whether the first branch begins with a step of the same actor, or one that conflicts, for each
  // of the sleepers: none of them sleeps any more below it.
  bool first_wakes(std::uint32_t list, std::span<const Sleeper> asleep) const;
  // Takes the first branch out of the list.
  Branch take_first(std::uint32_t* list);
  void release(std::uint32_t list);
  // Whether each step that the actor can take, with answers that begin with `values`, sleeps.
  bool is_asleep(std::span<const Sleeper> asleep, std::uint32_t actor, std::uint32_t values);

  // Whether what the sleepers lead to includes what the sequence does.
  bool is_covered(std::span<const Sleeper> asleep, const std::vector<Wanted>& sequence);

  // --- spelling for other processes (model/wakeup_words.cc) ---
  void save(const Sleeper& sleeper, Words& words) const;
  void save(std::span<const Wanted> sequence, Words& words) const;
  void save_list(std::uint32_t list, Words& words) const;
  Sleeper load_sleeper(WordReader& reader);
  // All of the words; what its steps touch is kept in `accesses`.
  std::vector<Wanted> load_sequence(std::span<const std::uint64_t> words,
                                    std::vector<Access>& accesses);
  std::uint32_t load_list(WordReader& reader);

  ValuePaths paths;

 private:
  // Steps that were, or will be, explored first, where only some answers of their actor are.
  struct Known {
    std::uint32_t actor;
    ValuePaths::Set values;
    Footprint footprint;
  };
  using Sequence = std::vector<Wanted>;

  // Whether the step may come first in an execution that begins as the sequence does; `*place` is
  // the index of its own step there, or the size.
  bool may_come_first(std::uint32_t actor, std::uint32_t values, const Footprint& footprint,
                      const Sequence& sequence, std::size_t* place) const;
  // Whether all answers of the actor that matter for the sequence are known.
  bool is_covered(const std::vector<Known>& known, std::uint32_t actor, std::uint32_t values);
  bool is_covered(std::span<const Sleeper> asleep, const Sequence& sequence,
                  std::vector<Known>& known);
  // The list of a branch, or of a node.
  struct Place {
    std::uint32_t parent;  // none: of a node
    std::uint32_t* list;   // of the node
    bool doubtful;         // as the branch
    std::uint32_t last = none;
  };
  // What there is to be done with a list: nothing is left to be added; or what is left is missing,
  // and place.last is the last branch; or it belongs below one, where `place` is then.
  enum class Descent : std::uint8_t { done, missing, below };
  Descent descend(Place& place, Sequence& sequence, std::vector<Known>& known);
  static std::vector<Known> still_known(const std::vector<Known>& known, const Branch& branch);
  void insert_below(Place place, Sequence& sequence, std::vector<Known> known);
  // The first of the list that may come first in the sequence, which is left without it; or none.
  std::uint32_t follow(std::uint32_t list, Sequence& sequence) const;
  bool prune(std::uint32_t branch, std::span<const Sleeper> asleep);
  // A step as it is spelled, apart from what its flags mean.
  struct Spelled {
    std::uint32_t actor, values;
    std::uint64_t flags;
    std::vector<Access> accesses;
    Footprint footprint() const;
  };
  void save_step(std::uint32_t actor, std::uint32_t values, std::uint64_t flags,
                 std::span<const Access> accesses, Words& words) const;
  void save_step(std::uint32_t actor, std::uint32_t values, std::uint64_t flags,
                 const Footprint& footprint, Words& words) const;
  Spelled load_step(WordReader& reader);
  std::uint32_t allocate();

  std::vector<Branch> pool_;
  std::uint32_t free_ = none;
  std::vector<ValuePaths::Set> sets_;
};

}  // namespace model
