// Ranges of executions as parts of a search.
#include "model/sampler.h"

#include <algorithm>

#include "model/words.h"

namespace model {
namespace {

// Small ranges, so that a few long executions are shared out, and larger ones where there are many.
// Execution 0 is a part of its own, and the first.
class RangePartition final : public Partition {
 public:
  explicit RangePartition(std::uint64_t executions)
      : executions_(executions), size_(std::clamp<std::uint64_t>(executions / 256, 1, 64)) {}

  std::optional<Words> take() override {
    Words part;
    if (!rests_.empty()) {
      part.assign(rests_.begin(), rests_.begin() + 2);
      rests_.erase(rests_.begin(), rests_.begin() + 2);
    } else {
      if (next_ == executions_ || (next_ != 0 && !has_first_)) return std::nullopt;
      const std::uint64_t first = next_;
      next_ += std::min(first == 0 ? 1 : size_, executions_ - first);
      part = {first, next_};
    }
    part.insert(part.end(), learnt_.begin(), learnt_.end());
    return part;
  }
  void commit(const Words& rest) override {
    if (!has_first_) learnt_.assign(rest.begin() + 2, rest.end());
    has_first_ = true;
    if (rest[0] != rest[1]) rests_.insert(rests_.end(), rest.begin(), rest.begin() + 2);
  }
  Coverage coverage() const override { return Coverage::sampled; }
  Words save() const override {
    Words words{next_, has_first_};
    append_list(words, rests_);
    append_list(words, learnt_);
    return words;
  }
  bool restore(const Words& words, std::size_t) override {
    WordReader reader(words);
    next_ = reader.up_to(executions_);
    has_first_ = reader.up_to(1) != 0;
    const auto rests = reader.list();
    rests_.assign(rests.begin(), rests.end());
    const auto learnt = reader.list();
    learnt_.assign(learnt.begin(), learnt.end());
    return reader.ok() && reader.remaining() == 0 && rests_.size() % 2 == 0;
  }

 private:
  std::uint64_t executions_;
  std::uint64_t size_;
  std::uint64_t next_ = 0;
  bool has_first_ = false;  // execution 0 is committed
  Words rests_;             // of ranges that came back: first, end, first, end ...
  Words learnt_;
};

}  // namespace

bool Sampler::begin_part(std::span<const std::uint64_t> part) {
  WordReader reader(part);
  executions_ = reader.next();
  executions_max_ = reader.next();
  return reader.ok() && executions_ <= executions_max_ &&
         (executions_ == 0 || learn(reader.rest()));
}

Words Sampler::rest_of_part() {
  Words words{executions_, executions_max_};
  const Words more = learnt();
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::unique_ptr<Partition> Sampler::partition(const ExplorerOptions& options) {
  return std::make_unique<RangePartition>(std::max<std::uint64_t>(options.executions_max, 1));
}

}  // namespace model
