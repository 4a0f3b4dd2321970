// Splitting paths.
#include "model/path_partition.h"

#include <algorithm>

namespace model {

Words PathPart::words() const {
  Words words = {floor};
  words.insert(words.end(), nodes.begin(), nodes.end());
  return words;
}

bool PathPart::read(std::span<const std::uint64_t> words, std::size_t node_words) {
  WordReader reader(words);
  floor = reader.next();
  nodes.assign(reader.rest().begin(), reader.rest().end());
  if (!reader.ok() || nodes.size() % node_words != 0 || floor > nodes.size() / node_words) {
    return false;
  }
  for (std::size_t at = 0; at < nodes.size(); at += node_words) {
    if (nodes[at] >= static_cast<std::uint64_t>(ChoiceKind::count_)) return false;
    if (nodes[at + 2] > ~std::uint32_t{0} || nodes[at + 1] >= nodes[at + 2]) return false;
  }
  return true;
}

bool PathPartition::has_options(const PathPart& part, std::size_t node) const {
  const std::size_t at = node * node_words_;
  return part.nodes[at + 1] + 1 < part.nodes[at + 2];
}

bool PathPartition::split() {
  PathPart& deep = waiting_.back();
  const std::size_t depth = deep.nodes.size() / node_words_;
  std::size_t node = deep.floor;
  while (node < depth && !has_options(deep, node)) node++;
  std::size_t next = node + 1;
  while (next < depth && !has_options(deep, next)) next++;
  if (next >= depth) return false;  // one node is left
  PathPart shallow = deep;
  shallow.floor = node;
  shallow.nodes.resize((node + 1) * node_words_);
  deep.floor = node + 1;
  // Before the deep part, which may be split again.
  waiting_.insert(waiting_.end() - 1, std::move(shallow));
  return true;
}

std::optional<Words> PathPartition::take() {
  if (waiting_.empty()) return std::nullopt;
  Words words = waiting_.front().words();
  waiting_.pop_front();
  out_++;
  return words;
}

void PathPartition::commit(const Words& rest) {
  out_--;
  diverged_ = diverged_ || (rest[0] & PathRest::diverged) != 0;
  if ((rest[0] & PathRest::over) == 0) {
    waiting_.emplace_back().read(std::span(rest).subspan(1), node_words_);
    while (waiting_.size() + out_ < parts_out_max && split()) continue;
  }
}

double PathPartition::share_of(const PathPart& part) const {
  if (part.nodes.empty()) return 1;
  double below = 1, left = 0;
  for (std::size_t at = 0; at < part.nodes.size(); at += node_words_) {
    const auto options = static_cast<double>(part.nodes[at + 2]);
    below /= options;
    if (at / node_words_ < part.floor) continue;
    left += below * (options - 1 - static_cast<double>(part.nodes[at + 1]));
  }
  return left;
}

std::optional<double> PathPartition::share_of(std::span<const std::uint64_t> words) const {
  PathPart part;
  if (!part.read(words, node_words_)) return std::nullopt;
  return share_of(part);
}

std::optional<double> PathPartition::share_waiting() const {
  double sum = 0;
  for (const PathPart& part : waiting_) sum += share_of(part);
  return sum;
}

Coverage PathPartition::coverage() const {
  return diverged_ ? Coverage::inconclusive : Coverage::exhausted;
}

Words PathPartition::save() const {
  Words words = {diverged_};
  for (const PathPart& part : waiting_) append_list(words, part.words());
  return words;
}

bool PathPartition::restore(const Words& words, std::size_t out) {
  WordReader reader(words);
  diverged_ = reader.up_to(1) != 0;
  out_ = out;
  waiting_.clear();
  while (reader.ok() && reader.remaining() > 0) {
    if (!waiting_.emplace_back().read(reader.list(), node_words_)) return false;
  }
  return reader.ok();
}

}  // namespace model
