// finalizer.blocks: a block of the finalizer queue is in one place: in the queue, in the cache of
// empty blocks, or with the finalizer thread; when the program has ended none is with anybody.
#include <algorithm>
#include <memory>
#include <vector>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::FinBlock;
using Verdict = std::optional<sim::Finding>;

class FinalizerBlocks final : public sim::EventObserver {
 public:
  explicit FinalizerBlocks(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    return sim::kinds(Event::finalizer_queued) | sim::at_end;
  }
  Verdict on_event(const sim::ObservedEvent&) override { return examine(false); }
  Verdict on_end() override { return shadow_.runtime == nullptr ? std::nullopt : examine(true); }

 private:
  static std::size_t made(const FinBlock* block) {
    std::size_t n = 0;
    for (; block != nullptr; block = block->alllink) n++;
    return n;
  }

  Verdict examine(bool ended) {
    const runtime_core::FinState& fin = shadow_.runtime->work.fin;
    const std::size_t count = made(fin.allfin);
    listed_.clear();
    for (const FinBlock* block : {fin.finq, fin.finc}) {
      for (; block != nullptr && listed_.size() <= count; block = block->next) {
        listed_.push_back(block);
      }
    }
    std::sort(listed_.begin(), listed_.end());
    if (std::adjacent_find(listed_.begin(), listed_.end()) != listed_.end()) {
      return sim::Finding{"finalizer.blocks", "a block of finalizers is in two places"};
    }
    if (ended && listed_.size() < count) {
      return sim::Finding{"finalizer.blocks", "a block of finalizers is on no list"};
    }
    return std::nullopt;
  }

  const Shadow& shadow_;
  std::vector<const FinBlock*> listed_;  // within one examination
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_finalizer_blocks(const Shadow& shadow) {
  return std::make_unique<FinalizerBlocks>(shadow);
}

}  // namespace checkers
