// Plans of executions, and what becomes of them.
#include "model/fuzz.h"

#include <algorithm>

namespace model {
namespace {

// Its option, or what is near to it.
std::uint32_t nearest_option(const ChoicePoint& point, std::uint8_t actor) {
  std::uint32_t option = option_of(point, actor);
  // A thread that cannot go on before its stores have drained, and a buffer that has drained.
  if (option == no_option) option = option_of(point, actor ^ first_buffer);
  if (option != no_option) return option;
  if (point.current >= 0) return static_cast<std::uint32_t>(point.current);
  // The next one in the order of threads.
  return std::min(position_of(point.ready, actor % first_buffer), point.options - 1);
}

}  // namespace

Fuzz::Fuzz(const ExplorerOptions& options)
    : seed_(options.seed),
      executions_max_(options.executions_max == 0 ? 1 : options.executions_max),
      generator_(0) {
  if (options.inputs != nullptr) given_ = *options.inputs;
}

std::optional<std::size_t> Fuzz::next_execution() {
  settle();
  if (executions_ == executions_max_) return std::nullopt;
  generator_ = Generator(mix(seed_, executions_));
  plan();
  executions_++;
  made_ = {};
  next_move_ = next_answer_ = 0;
  too_long_ = false;
  running_ = true;
  features_.begin_execution();
  return 0;
}

void Fuzz::plan() {
  plan_ = {};
  goes_on_ = false;
  habits_.reset();
  if (executions_ < given_.size()) {
    plan_ = std::move(given_[executions_]);
    return;
  }
  if (kept_.size() == free_.size() || executions_ < random_first) return;
  if (generator_.below(fresh_one_in) == 0) {
    habits_ = Habits::draw(generator_);
    return;
  }
  plan_ = rare();
  do {
    mutate(plan_, rare(), generator_);
  } while (generator_.below(2) == 0);
  goes_on_ = generator_.below(2) == 0;
}

// Of a few features, the owner of the one that fewest executions have shown. Those that the
// scenario tells apart are few among many, and what it is there for: half of the times they are
// the only candidates, unless none of those drawn has an owner.
const Input& Fuzz::rare() {
  constexpr int candidates = 8;
  const auto& told = features_.numbers(FeatureKind::scenario);
  const bool of_scenario = !told.empty() && generator_.below(2) == 0;
  std::uint32_t best = nobody;
  for (int i = 0; i < candidates || best == nobody; i++) {
    const bool from_told = of_scenario && i < candidates;
    const std::size_t count = from_told ? told.size() : owners_.size();
    const std::uint32_t drawn = generator_.below(static_cast<std::uint32_t>(count));
    const std::uint32_t feature = from_told ? told[drawn] : drawn;
    if (owners_[feature] == nobody) continue;
    if (best == nobody || features_.hits(feature) < features_.hits(best)) best = feature;
  }
  return kept_[owners_[best]].input;
}

std::uint32_t Fuzz::draw(const ChoicePoint& point) {
  return habits_ ? habits_->choose(point, generator_) : generator_.below(point.options);
}

std::uint32_t Fuzz::beyond_plan(const ChoicePoint& point) {
  if (goes_on_ && point.current >= 0 && generator_.below(4) != 0) {
    return static_cast<std::uint32_t>(point.current);
  }
  return draw(point);
}

std::uint32_t Fuzz::choose(const ChoicePoint& point) {
  too_long_ = too_long_ || made_.size() == input_choices_max;
  if (point.kind != ChoiceKind::schedule) {
    const std::uint32_t option = next_answer_ < plan_.answers.size()
                                     ? std::min(plan_.answers[next_answer_++], point.options - 1)
                                     : draw(point);
    if (!too_long_) made_.answers.push_back(option);
    return option;
  }
  const std::uint32_t option = next_move_ < plan_.moves.size()
                                   ? nearest_option(point, plan_.moves[next_move_++])
                                   : beyond_plan(point);
  if (!too_long_) made_.moves.push_back(static_cast<std::uint8_t>(actor_of(point, option)));
  return option;
}

bool Fuzz::takes(std::uint32_t feature) const {
  const std::uint32_t owner = owners_[feature];
  return owner == nobody || made_.size() < kept_[owner].input.size();
}

void Fuzz::settle() {
  if (!running_) return;
  running_ = false;
  limit_hit_ = limit_hit_ || too_long_;
  features_.end_execution();
  owners_.resize(features_.known(), nobody);
  if (too_long_) return;
  const auto& shown = features_.shown();
  if (std::any_of(shown.begin(), shown.end(), [&](std::uint32_t f) { return takes(f); })) keep();
}

void Fuzz::keep() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(kept_.size()));
    kept_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  for (const std::uint32_t feature : features_.shown()) {
    if (!takes(feature)) continue;
    if (const std::uint32_t before = owners_[feature]; before != nobody) {
      if (--kept_[before].owns == 0) {
        kept_[before].input = {};
        free_.push_back(before);
      }
    }
    owners_[feature] = place;
    kept_[place].owns++;
  }
  kept_[place].input = std::move(made_);
}

std::vector<const Input*> Fuzz::corpus() const {
  std::vector<const Input*> inputs;
  for (const Kept& kept : kept_) {
    if (kept.owns != 0) inputs.push_back(&kept.input);
  }
  return inputs;
}

std::vector<std::string> Fuzz::limits() const {
  if (!limit_hit_) return {};
  return {"input_choices=" + std::to_string(input_choices_max)};
}

}  // namespace model
