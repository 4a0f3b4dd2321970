// How an execution that is drawn at random leans: swarm testing (Groce, Zhang, Eide, Chen and
// Regehr, "Swarm Testing", ISSTA 2012).
//
// A habit is drawn or left out by a coin: some threads are favoured; buffered stores drain eagerly
// or lazily; the running thread goes on, or is preempted; answers of one kind are nearly always the
// first or the last. What no single mixture reaches, such as memory that is refused while a buffer
// is full, some execution is full of.
#pragma once

#include "model/choice.h"
#include "model/generator.h"

namespace model {

// Without a draw: the neutral ones, under which every option is as likely as the others.
struct Habits {
  std::uint64_t favoured = 0;                                       // threads
  std::uint32_t thread = 4, drain = 4, favourite = 4, goes_on = 1;  // weights; a factor
  // By kind: one answer in so many is drawn, the rest are the first or the last. 1: all are.
  std::uint32_t drawn_of[static_cast<std::size_t>(ChoiceKind::count_)] = {1, 1, 1, 1, 1};
  bool last[static_cast<std::size_t>(ChoiceKind::count_)] = {};

  static Habits draw(Generator& generator);
  std::uint32_t choose(const ChoicePoint& point, Generator& generator) const;
  bool operator==(const Habits&) const = default;
};

}  // namespace model
