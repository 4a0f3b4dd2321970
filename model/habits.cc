// Habits, and how they weigh.
#include "model/habits.h"

#include <array>

namespace model {

Habits Habits::draw(Generator& generator) {
  const auto coin = [&] { return generator.below(2) == 0; };
  constexpr std::uint32_t strong = 16;
  Habits habits;
  if (coin()) {
    habits.favoured = generator.next();
    habits.favourite = habits.thread * strong;
  }
  if (coin()) habits.drain = coin() ? habits.drain * strong : 1;
  if (coin()) habits.goes_on = coin() ? strong : 0;
  for (std::size_t kind = 0; kind < std::size(habits.drawn_of); kind++) {
    if (coin()) habits.drawn_of[kind] = strong;
    habits.last[kind] = coin();
  }
  return habits;
}

std::uint32_t Habits::choose(const ChoicePoint& point, Generator& generator) const {
  if (point.kind != ChoiceKind::schedule) {
    const auto kind = static_cast<std::size_t>(point.kind);
    if (generator.below(drawn_of[kind]) == 0) return generator.below(point.options);
    return last[kind] ? point.options - 1 : 0;
  }
  std::array<std::uint32_t, 2 * first_buffer> weights;
  for (std::uint32_t option = 0; option < point.options; option++) {
    const std::uint32_t actor = actor_of(point, option);
    const bool favours = (favoured >> actor % first_buffer & 1) != 0;
    std::uint32_t weight = actor >= first_buffer ? drain : favours ? favourite : thread;
    // There is always another option, and none of the others weighs nothing.
    if (static_cast<std::int32_t>(option) == point.current) weight *= goes_on;
    weights[option] = weight;
  }
  return generator.weighted({weights.data(), point.options});
}

}  // namespace model
