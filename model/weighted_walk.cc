// Weights of options.
#include "model/weighted_walk.h"

#include <algorithm>
#include <array>

namespace model {

void WeightedWalk::begin(std::uint64_t) {
  stays_ = 1u << 2 * generator().below(4);
  prefers_ = 1u << 2 * generator().below(3);
}

bool WeightedWalk::is_interesting(const NextStep& step) const {
  if (interest_ == nullptr || step.bytes == 0) return false;
  const auto behind = std::upper_bound(
      interest_->begin(), interest_->end(), step.address,
      [](std::uint64_t address, const AddressRange& range) { return address < range.start; });
  return behind != interest_->begin() && step.address - behind[-1].start < behind[-1].bytes;
}

std::uint32_t WeightedWalk::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::schedule || point.next == nullptr) {
    return generator().below(point.options);
  }
  std::array<std::uint32_t, 2 * first_buffer> weights;
  for (std::uint32_t option = 0; option < point.options; option++) {
    const bool goes_on = static_cast<std::int32_t>(option) == point.current;
    const bool interesting = is_interesting(point.next[actor_of(point, option)]);
    weights[option] = interesting ? prefers_ : goes_on ? stays_ : 1;
  }
  return generator().weighted({weights.data(), point.options});
}

}  // namespace model
