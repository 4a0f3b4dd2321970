// Keeps the choices of the latest execution, and repeats as many as the next one shares.
#include "model/restart.h"

#include <utility>

namespace model {
namespace {

class Restarting final : public Explorer {
 public:
  explicit Restarting(std::unique_ptr<Explorer> inner) : inner_(std::move(inner)) {}

  std::optional<std::size_t> next_execution() override {
    const auto shared = inner_->next_execution();
    if (!shared) return std::nullopt;
    // The first execution of a part asks all of them again.
    made_.resize(begins_ ? 0 : *shared);
    begins_ = false;
    answered_ = 0;
    return 0;
  }
  std::uint32_t choose(const ChoicePoint& point) override {
    if (answered_ == made_.size()) made_.push_back(inner_->choose(point));
    return made_[answered_++];
  }
  Coverage coverage() const override { return inner_->coverage(); }
  std::vector<std::string> limits() const override { return inner_->limits(); }
  bool last_execution_was_new() const override { return inner_->last_execution_was_new(); }
  bool begin_part(std::span<const std::uint64_t> part) override {
    made_.clear();
    begins_ = true;
    return inner_->begin_part(part);
  }
  Words rest_of_part() override { return inner_->rest_of_part(); }

 private:
  std::unique_ptr<Explorer> inner_;
  std::vector<std::uint32_t> made_;
  std::size_t answered_ = 0;
  bool begins_ = false;
};

}  // namespace

std::unique_ptr<Explorer> restarting(std::unique_ptr<Explorer> explorer) {
  if (!explorer->supports_backtrack()) return explorer;
  return std::make_unique<Restarting>(std::move(explorer));
}

}  // namespace model
