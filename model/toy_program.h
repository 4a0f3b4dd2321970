// A toy for the tests of explorers: threads of a few steps each, and all its executions by brute
// force.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "model/choice.h"

namespace model::toy {

// Thread t takes steps[t] steps, one per schedule choice. After each step of a thread in `coins`
// it also asks an unrelated question with two answers.
struct Program {
  std::vector<std::uint32_t> steps;
  std::vector<bool> coins;
};

// State between choices; copying it is the machine's snapshot.
struct State {
  std::vector<std::uint32_t> left;
  std::int32_t running = -1;
  bool coin_pending = false;
  std::uint32_t preemptions = 0;
  std::uint32_t delays = 0;  // of round robin, in the order of numbers
  std::string log;           // what happened: a digit per step, 'a' or 'b' per coin
};

inline State start(const Program& program) {
  State state;
  state.left = program.steps;
  return state;
}

// The next question; options below 2 mean that the answer is 0 (or, with 0, that all is done).
struct Question {
  ChoicePoint point;
  std::vector<std::uint8_t> threads;  // of each option
};

inline Question ask(const State& state) {
  Question question{{ChoiceKind::decide, 2}, {}};
  if (state.coin_pending) return question;
  question.point = {ChoiceKind::schedule, 0};
  for (std::size_t t = 0; t < state.left.size(); ++t) {
    if (state.left[t] == 0) continue;
    if (static_cast<std::int32_t>(t) == state.running) {
      question.point.current = static_cast<std::int32_t>(question.threads.size());
    }
    question.threads.push_back(static_cast<std::uint8_t>(t));
    question.point.ready |= std::uint64_t{1} << t;
  }
  question.point.options = static_cast<std::uint32_t>(question.threads.size());
  question.point.drains_from = question.point.options;
  if (state.running >= 0) question.point.last = static_cast<std::uint32_t>(state.running);
  return question;
}

inline void answer(const Program& program, State& state, const Question& question,
                   std::uint32_t chosen) {
  if (state.coin_pending) {
    state.coin_pending = false;
    state.log += chosen == 0 ? 'a' : 'b';
    return;
  }
  const std::uint8_t thread = question.threads[chosen];
  const std::int32_t current = question.point.current;
  if (current >= 0 && current != static_cast<std::int32_t>(chosen)) ++state.preemptions;
  const std::size_t threads = state.left.size();
  for (std::size_t t = static_cast<std::size_t>(std::max(state.running, 0)); t % threads != thread;
       ++t) {
    if (state.left[t % threads] != 0) ++state.delays;
  }
  --state.left[thread];
  state.running = thread;
  state.coin_pending = program.coins[thread];
  state.log += static_cast<char>('0' + thread);
}

inline void brute_force(const Program& program, const State& state, std::vector<State>& all) {
  const Question question = ask(state);
  if (question.point.options == 0) all.push_back(state);
  for (std::uint32_t chosen = 0; chosen < question.point.options; ++chosen) {
    State next = state;
    answer(program, next, question, chosen);
    brute_force(program, next, all);
  }
}

inline std::vector<State> brute_force(const Program& program) {
  std::vector<State> all;
  brute_force(program, start(program), all);
  return all;
}

// Runs the explorer to its end, restoring snapshots or starting over each time, and returns the
// final states of the executions that are new.
template <class Strategy>
std::vector<State> explore(const Program& program, Strategy& explorer, bool restore) {
  std::vector<State> found;
  std::vector<State> snapshots;  // before choice i
  while (const auto shared = explorer.next_execution()) {
    State state = start(program);
    if (restore && *shared > 0) state = snapshots[*shared];
    snapshots.resize(restore ? *shared : 0);
    if constexpr (requires { explorer.rewind(); }) {
      if (!restore) explorer.rewind();
    }
    for (Question question = ask(state); question.point.options > 0; question = ask(state)) {
      std::uint32_t chosen = 0;
      if (question.point.options > 1) {
        snapshots.push_back(state);
        chosen = explorer.choose(question.point);
      }
      answer(program, state, question, chosen);
      if (explorer.wants_steps() && !state.coin_pending) {
        explorer.on_step({static_cast<std::uint32_t>(state.running), {}, {}});
      }
    }
    if (explorer.last_execution_was_new()) found.push_back(state);
  }
  return found;
}

inline std::vector<std::string> logs(const std::vector<State>& states) {
  std::vector<std::string> result;
  for (const State& state : states) result.push_back(state.log);
  return result;
}

}  // namespace model::toy
