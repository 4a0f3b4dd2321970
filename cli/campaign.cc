// Handing out parts, and committing them in order.
#include "cli/campaign.h"

namespace cli {

Campaign::Campaign(std::unique_ptr<model::Partition> partition, std::uint64_t executions_max)
    : partition_(std::move(partition)), executions_max_(executions_max) {
  take();
}

std::uint64_t Campaign::left() const {
  return executions_max_ == 0 ? ~std::uint64_t{0} : executions_max_ - totals_.counted;
}

void Campaign::take() {
  while (out_.size() < model::parts_out_max) {
    const std::uint64_t steps = partition_->steps_of_next();
    auto part = partition_->take();
    if (!part) break;
    out_.push_back({{next_index_++, left(), steps, std::move(*part)}, false, std::nullopt});
  }
  is_over_ = out_.empty();
}

std::optional<Task> Campaign::next() {
  if (is_over_) return std::nullopt;
  for (Slot& slot : out_) {
    if (slot.is_given) continue;
    slot.is_given = true;
    return slot.task;
  }
  return std::nullopt;
}

void Campaign::give_back(std::uint64_t index) { slot(index).is_given = false; }

void Campaign::finish(std::uint64_t index, PartReport report) {
  slot(index).report = std::move(report);
  while (!is_over_ && out_.front().report) commit();
}

bool Campaign::exceeds() const {
  const PartReport& report = *out_.front().report;
  return report.totals.counted > left() || (report.violated && report.totals.counted == left());
}

void Campaign::commit() {
  Slot& first = out_.front();
  if (exceeds()) {
    // Once more, and only as far as the limit.
    limit_hit_ = true;
    first.task.quota = left();
    first.is_given = false;
    first.report.reset();
    return;
  }
  totals_.add(first.report->totals);
  violated_ = first.report->violated;
  crash_ = first.report->crash;
  divergence_ = first.report->divergence;
  failure_ = first.report->failure;
  limit_hit_ = first.report->more;
  is_over_ =
      violated_ || limit_hit_ || first.report->stopped || !divergence_.empty() || !failure_.empty();
  if (is_over_) return;
  const model::Words rest = std::move(first.report->rest);
  out_.pop_front();
  partition_->commit(rest);
  take();
}

model::Coverage Campaign::coverage() const {
  const model::Coverage coverage = partition_->coverage();
  if (coverage == model::Coverage::sampled) return coverage;
  // A search that was stopped has parts left.
  return limit_hit_ || !out_.empty() ? model::Coverage::inconclusive : coverage;
}

std::optional<double> Campaign::share() const {
  std::optional<double> left = partition_->share_waiting();
  for (const Slot& slot : out_) {
    const auto part = partition_->share_of(slot.task.part);
    if (left && part) *left += *part;
  }
  if (left) *left = 1 - *left;
  return left;
}

std::vector<std::string> Campaign::limits() const {
  std::vector<std::string> limits;
  if (limit_hit_) return {"executions_max=" + std::to_string(executions_max_)};
  return partition_->limits();
}

model::Words Campaign::save() const {
  model::Words words{next_index_};
  totals_.append_to(words);
  words.push_back(out_.size());
  for (const Slot& slot : out_) {
    words.insert(words.end(), {slot.task.index, slot.task.quota, slot.task.steps});
    model::append_list(words, slot.task.part);
  }
  model::append_list(words, partition_->save());
  return words;
}

bool Campaign::restore(const model::Words& words, model::Explorer& explorer) {
  model::WordReader reader(words);
  next_index_ = reader.next();
  totals_.read(reader);
  out_.clear();
  const std::uint64_t count = reader.up_to(model::parts_out_max);
  for (std::uint64_t i = 0; i < count && reader.ok(); i++) {
    Task task;
    task.index = reader.up_to(next_index_);
    task.quota = reader.next();
    task.steps = reader.next();
    const auto part = reader.list();
    task.part.assign(part.begin(), part.end());
    if (!explorer.begin_part(task.part)) return false;
    if (i != 0 && task.index != out_.back().task.index + 1) return false;
    out_.push_back({std::move(task), false, std::nullopt});
  }
  const auto rest = reader.list();
  if (!reader.ok() || reader.remaining() != 0) return false;
  if (!partition_->restore({rest.begin(), rest.end()}, out_.size())) return false;
  is_over_ = out_.empty();
  return true;
}

}  // namespace cli
