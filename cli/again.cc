// The explorer that answers from a list.
#include "cli/again.h"

#include <utility>

#include "sim/machine.h"

namespace cli {
namespace {

class Again final : public model::Explorer {
 public:
  explicit Again(const std::vector<model::Choice>& choices) : choices_(choices) {}
  std::optional<std::size_t> next_execution() override { return std::nullopt; }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    if (asked_ >= choices_.size()) return model::abandon;
    const model::Choice& known = choices_[asked_++];
    return known.chosen < point.options ? known.chosen : model::abandon;
  }
  model::Coverage coverage() const override { return model::Coverage::sampled; }

 private:
  const std::vector<model::Choice>& choices_;
  std::size_t asked_ = 0;
};

}  // namespace

void run_again(sim::Machine& machine, const std::vector<model::Choice>& choices) {
  Again again(choices);
  model::Explorer* const own = std::exchange(machine.explorer, &again);
  machine.execute(sim::from_the_start);
  machine.explorer = own;
}

}  // namespace cli
