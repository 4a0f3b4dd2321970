// Habits, and how they weigh.
#include "model/swarm.h"

#include <array>

namespace model {

Swarm::Habits Swarm::draw(Generator& generator) {
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

void Swarm::begin(std::uint64_t index) {
  Generator of_batch(~mix(seed(), index / batch));
  habits_ = draw(of_batch);
}

std::uint32_t Swarm::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::schedule) {
    const auto kind = static_cast<std::size_t>(point.kind);
    if (generator().below(habits_.drawn_of[kind]) == 0) return generator().below(point.options);
    return habits_.last[kind] ? point.options - 1 : 0;
  }
  std::array<std::uint32_t, 2 * first_buffer> weights;
  for (std::uint32_t option = 0; option < point.options; option++) {
    const std::uint32_t actor = actor_of(point, option);
    const std::uint32_t thread = actor % first_buffer;
    std::uint32_t weight = actor >= first_buffer                   ? habits_.drain
                           : (habits_.favoured >> thread & 1) != 0 ? habits_.favourite
                                                                   : habits_.thread;
    // There is always another option, and none of the others weighs nothing.
    if (static_cast<std::int32_t>(option) == point.current) weight *= habits_.goes_on;
    weights[option] = weight;
  }
  return generator().weighted({weights.data(), point.options});
}

}  // namespace model
