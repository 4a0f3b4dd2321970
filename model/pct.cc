// Priorities, and the places where they fall.
#include "model/pct.h"

#include <algorithm>

#include "model/words.h"

namespace model {

// REQUIRES: execution 0 has just ended.
void Pct::measure() {
  actors_ = std::max(1u, count_bits(known_[0]) + count_bits(known_[1]));
  length_ = std::max<std::uint64_t>(1, asked_);
}

Words Pct::learnt() const {
  Pct measured(*this);
  if (measures_) measured.measure();
  return {measured.actors_, measured.length_};
}

bool Pct::learn(std::span<const std::uint64_t> words) {
  WordReader reader(words);
  actors_ = static_cast<std::uint32_t>(reader.up_to(std::size(priorities_)));
  length_ = reader.next();
  measures_ = false;
  return reader.ok() && reader.remaining() == 0 && actors_ != 0 && length_ != 0;
}

void Pct::begin(std::uint64_t index) {
  if (index != 0 && measures_) measure();
  measures_ = index == 0;
  known_[0] = known_[1] = 0;
  asked_ = 0;
  lowest_ = std::uint64_t{1} << 62;
  if (measures_) return;
  depth_now_ = depth_of_this();
  block_end_ = 0;
}

std::uint32_t Pct::depth_of_this() {
  if (depth_ != 0) return depth_;
  std::uint32_t deepest = 1;
  std::uint64_t executions = actors_;
  while (deepest < depth_most && executions * length_ <= affordable) {
    executions *= length_;
    deepest++;
  }
  return 2 + generator().below(std::max(deepest, depth_least) - 1);
}

void Pct::draw_places() {
  places_.clear();
  const auto choices = static_cast<std::uint32_t>(std::min<std::uint64_t>(length_, ~0u));
  for (std::uint32_t i = 1; i < depth_now_; i++) {
    places_.push_back({block_end_ + generator().below(choices), --lowest_});
  }
  std::sort(places_.begin(), places_.end(),
            [](const Place& a, const Place& b) { return a.at > b.at; });
  block_end_ += choices;
}

std::uint64_t& Pct::priority_of(std::uint32_t actor) {
  const std::uint64_t bit = std::uint64_t{1} << actor % 64;
  if ((known_[actor / 64] & bit) == 0) {
    known_[actor / 64] |= bit;
    priorities_[actor] = generator().next() | std::uint64_t{1} << 63;
  }
  return priorities_[actor];
}

std::uint32_t Pct::highest(const ChoicePoint& point) {
  std::uint32_t best = 0;
  for (std::uint32_t option = 1; option < point.options; option++) {
    if (priority_of(actor_of(point, option)) > priority_of(actor_of(point, best))) best = option;
  }
  return best;
}

std::uint32_t Pct::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::schedule) return generator().below(point.options);
  const std::uint64_t place = asked_++;
  if (measures_) {
    const std::uint32_t option = generator().below(point.options);
    priority_of(actor_of(point, option));
    return option;
  }
  if (place == block_end_) draw_places();
  std::uint32_t option = highest(point);
  while (!places_.empty() && places_.back().at == place) {
    priority_of(actor_of(point, option)) = places_.back().priority;
    places_.pop_back();
    option = highest(point);
  }
  return option;
}

}  // namespace model
