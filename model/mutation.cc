// The ways to change an input. A run is a maximal sequence of moves of one actor.
#include "model/mutation.h"

#include <algorithm>
#include <array>

namespace model {
namespace {

using Moves = std::vector<std::uint8_t>;

std::uint32_t index_in(std::size_t size, Generator& generator) {
  return generator.below(static_cast<std::uint32_t>(size));
}

// The end of the run that `at` is in, as an index behind it.
std::size_t end_of_run(const Moves& moves, std::size_t at) {
  std::size_t end = at + 1;
  while (end < moves.size() && moves[end] == moves[at]) end++;
  return end;
}

std::size_t start_of_run(const Moves& moves, std::size_t at) {
  while (at > 0 && moves[at - 1] == moves[at]) at--;
  return at;
}

auto iterator_at(Moves& moves, std::size_t at) {
  return moves.begin() + static_cast<std::ptrdiff_t>(at);
}

// Short runs mostly: 1 half of the time, 2 a quarter, and so on.
std::size_t run_length(Generator& generator) {
  std::size_t length = 1;
  while (length < 64 && generator.below(2) == 0) length *= 2;
  return length;
}

void change_move(Moves& moves, Generator& generator) {
  const std::uint8_t actor = moves[index_in(moves.size(), generator)];
  moves[index_in(moves.size(), generator)] = actor;
}

void insert_switch(Moves& moves, Generator& generator) {
  const std::uint8_t actor = moves[index_in(moves.size(), generator)];
  const std::size_t at = index_in(moves.size(), generator);
  moves.insert(iterator_at(moves, at), run_length(generator), actor);
}

// Who moved before goes on instead.
void delete_switch(Moves& moves, Generator& generator) {
  const std::size_t at = index_in(moves.size(), generator);
  const std::size_t start = start_of_run(moves, at), end = end_of_run(moves, at);
  if (start == 0) return;
  const std::size_t length = std::min(end - start, run_length(generator));
  std::fill_n(iterator_at(moves, start), length, moves[start - 1]);
}

void delete_moves(Moves& moves, Generator& generator) {
  const std::size_t at = index_in(moves.size(), generator);
  const std::size_t length = std::min(end_of_run(moves, at) - at, run_length(generator));
  moves.erase(iterator_at(moves, at), iterator_at(moves, at + length));
}

// What was delayed until after a run of others comes before it.
void swap_runs(Moves& moves, Generator& generator) {
  const std::size_t at = index_in(moves.size(), generator);
  const std::size_t start = start_of_run(moves, at), middle = end_of_run(moves, at);
  if (middle == moves.size()) return;
  std::rotate(iterator_at(moves, start), iterator_at(moves, middle),
              iterator_at(moves, end_of_run(moves, middle)));
}

void cut(Moves& moves, Generator& generator) { moves.resize(index_in(moves.size(), generator)); }

void change_answer(std::vector<std::uint32_t>& answers, Generator& generator) {
  std::uint32_t& answer = answers[index_in(answers.size(), generator)];
  answer = generator.below(answer + 3);
}

void splice(Input& input, const Input& other, Generator& generator) {
  const std::size_t at = index_in(input.moves.size(), generator);
  // From about the same place, or from anywhere.
  std::size_t from = index_in(other.moves.size(), generator);
  if (generator.below(2) == 0) from = std::min(at, other.moves.size());
  input.moves.resize(at);
  input.moves.insert(input.moves.end(), other.moves.begin() + static_cast<std::ptrdiff_t>(from),
                     other.moves.end());
  if (input.answers.empty() || other.answers.size() <= input.answers.size()) return;
  const std::size_t answers = index_in(input.answers.size(), generator);
  std::copy(other.answers.begin() + static_cast<std::ptrdiff_t>(answers), other.answers.end(),
            std::back_inserter(input.answers));
}

}  // namespace

void mutate(Input& input, const Input& other, Generator& generator) {
  if (!input.answers.empty() && generator.below(4) == 0) {
    return change_answer(input.answers, generator);
  }
  if (input.moves.empty()) return;
  constexpr std::array<void (*)(Moves&, Generator&), 6> changes = {
      change_move, insert_switch, delete_switch, delete_moves, swap_runs, cut};
  const std::uint32_t way = generator.below(changes.size() + 1);
  if (way < changes.size()) return changes[way](input.moves, generator);
  if (!other.moves.empty()) splice(input, other, generator);
}

}  // namespace model
