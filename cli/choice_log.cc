// A shared mapping, and an explorer that writes to it.
#include "cli/choice_log.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "model/forwarding.h"

namespace cli {
namespace {

class Logging final : public model::Forwarding {
 public:
  Logging(std::unique_ptr<model::Explorer> inner, ChoiceLog& log)
      : Forwarding(*inner), owned_(std::move(inner)), log_(log) {}

  std::optional<std::size_t> next_execution() override {
    const auto shared = inner().next_execution();
    // The first execution of a part asks all of them again.
    log_.truncate(shared && !begins_ ? *shared : 0);
    begins_ = false;
    return shared;
  }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    const std::uint32_t chosen = inner().choose(point);
    if (chosen != model::abandon) log_.push({point.kind, chosen, point.options});
    return chosen;
  }
  bool begin_part(std::span<const std::uint64_t> part) override {
    begins_ = true;
    return inner().begin_part(part);
  }

 private:
  std::unique_ptr<model::Explorer> owned_;
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
