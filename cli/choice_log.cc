// A shared mapping, and an explorer that writes to it.
#include "cli/choice_log.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace cli {
namespace {

class Logging final : public model::Explorer {
 public:
  Logging(std::unique_ptr<model::Explorer> inner, ChoiceLog& log)
      : inner_(std::move(inner)), log_(log) {}

  std::optional<std::size_t> next_execution() override {
    const auto shared = inner_->next_execution();
    // The first execution of a part asks all of them again.
    log_.truncate(shared && !begins_ ? *shared : 0);
    begins_ = false;
    return shared;
  }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    const std::uint32_t chosen = inner_->choose(point);
    if (chosen != model::abandon) log_.push({point.kind, chosen, point.options});
    return chosen;
  }
  bool supports_backtrack() const override { return inner_->supports_backtrack(); }
  bool reduces() const override { return inner_->reduces(); }
  bool wants_steps() const override { return inner_->wants_steps(); }
  void on_step(const model::Step& step) override { inner_->on_step(step); }
  model::Coverage coverage() const override { return inner_->coverage(); }
  std::vector<std::string> limits() const override { return inner_->limits(); }
  bool last_execution_was_new() const override { return inner_->last_execution_was_new(); }
  bool begin_part(std::span<const std::uint64_t> part) override {
    begins_ = true;
    return inner_->begin_part(part);
  }
  model::Words rest_of_part() override { return inner_->rest_of_part(); }

 private:
  std::unique_ptr<model::Explorer> inner_;
  ChoiceLog& log_;
  bool begins_ = false;
};

}  // namespace

ChoiceLog::ChoiceLog() {
  void* at = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  shared_ = static_cast<Shared*>(at);
}

ChoiceLog::~ChoiceLog() { munmap(shared_, sizeof(Shared)); }

void ChoiceLog::push(const model::Choice& choice) {
  if (shared_->size < choices_max) shared_->choices[shared_->size++] = choice;
}

std::vector<model::Choice> ChoiceLog::choices() const {
  return {shared_->choices, shared_->choices + std::min(shared_->size, choices_max)};
}

std::unique_ptr<model::Explorer> logging(std::unique_ptr<model::Explorer> explorer,
                                         ChoiceLog& log) {
  return std::make_unique<Logging>(std::move(explorer), log);
}

}  // namespace cli
