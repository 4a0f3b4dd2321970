// Records of shared nodes: splitting, messages, and what is kept on disk.
#include "model/tree_partition.h"

#include <algorithm>
#include <utility>

namespace model {
namespace {

void append_lists(Words& words, std::span<const Words> lists) {
  words.push_back(lists.size());
  for (const Words& list : lists) append_list(words, list);
}

void append_nodes(Words& words, std::span<const TreeNode> nodes) {
  words.push_back(nodes.size());
  for (const TreeNode& node : nodes) node.append_to(words);
}

void read_nodes(WordReader& reader, std::vector<TreeNode>& nodes) {
  nodes.resize(reader.count());
  for (TreeNode& node : nodes) node.read(reader);
}

void read_list(WordReader& reader, Words& words) {
  const auto list = reader.list();
  words.assign(list.begin(), list.end());
}

void read_lists(WordReader& reader, std::vector<Words>& lists) {
  lists.resize(reader.count());
  for (Words& list : lists) read_list(reader, list);
}

}  // namespace

void TreeNode::append_to(Words& words) const {
  words.push_back(size);
  for (const Words* list : {&step, &known, &left}) append_list(words, *list);
}

void TreeNode::read(WordReader& reader) {
  size = reader.next();
  for (Words* list : {&step, &known, &left}) read_list(reader, *list);
}

Words TreePart::words() const {
  Words words = {round, floor};
  append_nodes(words, nodes);
  append_lists(words, busy);
  return words;
}

bool TreePart::read(std::span<const std::uint64_t> words) {
  WordReader reader(words);
  round = reader.next();
  floor = reader.next();
  read_nodes(reader, nodes);
  read_lists(reader, busy);
  if (!reader.ok() || reader.remaining() != 0) return false;
  return nodes.empty() ? floor == 0 : floor < nodes.size();
}

Words TreeRest::words() const {
  Words words = {cut, over, diverged};
  append_nodes(words, nodes);
  words.push_back(messages.size());
  for (const TreeMessage& message : messages) {
    words.push_back(message.depth);
    append_list(words, message.text);
  }
  return words;
}

bool TreeRest::read(std::span<const std::uint64_t> words) {
  WordReader reader(words);
  cut = reader.up_to(1) != 0;
  over = reader.up_to(1) != 0;
  diverged = reader.next();
  read_nodes(reader, nodes);
  messages.resize(reader.count());
  for (TreeMessage& message : messages) {
    message.depth = reader.next();
    read_list(reader, message.text);
  }
  return reader.ok() && reader.remaining() == 0;
}

TreePartition::TreePartition(std::unique_ptr<TreeRules> rules, Bounds bounds)
    : rules_(std::move(rules)), bounds_(std::move(bounds)) {
  wait(add(none, {}));
}

TreePartition::Id TreePartition::add(Id parent, Words step) {
  if (parent != none) records_.at(parent).children.push_back(next_id_);
  records_[next_id_] = {parent, std::move(step), State::idle, {}, {}, {}};
  return next_id_++;
}

std::vector<TreePartition::Id> TreePartition::above(Id id) const {
  std::vector<Id> ids;
  for (Id at = records_.at(id).parent; at != none; at = records_.at(at).parent) ids.push_back(at);
  std::reverse(ids.begin(), ids.end());
  return ids;
}

void TreePartition::wait(Id id) {
  records_.at(id).state = State::waiting;
  waiting_.push_back(id);
}

std::uint64_t TreePartition::steps_of_next() const {
  return waiting_.size() + out_.size() < parts_few ? part_steps / 10 : part_steps;
}

std::optional<Words> TreePartition::take() {
  if (waiting_.empty()) return std::nullopt;
  const Id id = waiting_.front();
  waiting_.pop_front();
  out_.push_back(id);
  std::vector<Id> path = above(id);
  path.push_back(id);
  TreePart part{round_, path.size() - 1, {}, busy(records_.at(id))};
  for (std::size_t i = 0; i + 1 < path.size(); i++) {
    const TreeNode& node = records_.at(path[i]).nodes[0];
    part.nodes.push_back({0, records_.at(path[i + 1]).step, node.known, {}});
  }
  Record& record = records_.at(id);
  record.state = State::out;
  part.nodes.insert(part.nodes.end(), record.nodes.begin(), record.nodes.end());
  // What is left comes back with the part.
  if (record.nodes.size() > 1) record.nodes.resize(1);
  if (!record.nodes.empty()) record.nodes[0].left.clear();
  return part.words();
}

void TreePartition::hear(Record& record, const Told& told) {
  if (record.nodes.empty() || record.nodes[0].left.empty()) return;  // it got lost
  rules_->hear(record.nodes[0], told.step, told.message);
}

std::vector<Words> TreePartition::busy(const Record& record) const {
  std::vector<Words> steps;
  for (const Id child : record.children) steps.push_back(records_.at(child).step);
  return steps;
}

bool TreePartition::can_start(Record& record) {
  if (record.nodes.empty() || !rules_->has_more(record.nodes[0])) return false;
  return record.children.empty() || rules_->may_start(record.nodes[0], busy(record));
}

void TreePartition::tell(Id id, Told told) {
  Record& record = records_.at(id);
  if (record.state == State::out) {
    record.told.push_back(std::move(told));
    return;
  }
  hear(record, told);
  if (record.state == State::idle && can_start(record)) wait(id);
}

void TreePartition::commit(const Words& words) {
  TreeRest rest;
  rest.read(words);
  Id id = out_.front();
  out_.pop_front();
  cut_ = cut_ || rest.cut;
  diverged_ += rest.diverged;
  std::vector<Id> path = above(id);
  path.push_back(id);
  for (const TreeMessage& message : rest.messages) {
    tell(path[message.depth], {records_.at(path[message.depth + 1]).step, message.text});
  }
  Record& record = records_.at(id);
  record.state = State::idle;
  if (!rest.nodes.empty()) record.nodes = std::move(rest.nodes);
  for (const Told& told : std::exchange(record.told, {})) hear(record, told);
  if (!rest.over || can_start(record)) {
    wait(id);
    while (id != none && waiting_.size() + out_.size() < parts_out_max) id = split(id);
  } else {
    drop(id);
  }
  if (waiting_.empty() && out_.empty()) start_next_round();
}

std::size_t TreePartition::place_to_split(Record& record) const {
  std::vector<Words> steps = busy(record);
  for (std::size_t at = 0; at + 1 < record.nodes.size(); at++) {
    TreeNode& node = record.nodes[at];
    if (node.size < bounds_.size_min) break;
    steps.push_back(node.step);
    if (rules_->has_more(node) && rules_->may_start(node, steps)) return at;
    steps.clear();  // below the deeper ones, nobody else explores
  }
  return record.nodes.size();
}

TreePartition::Id TreePartition::split(Id id) {
  const std::size_t place = place_to_split(records_.at(id));
  if (place == records_.at(id).nodes.size()) return none;
  std::vector<TreeNode> nodes = std::move(records_.at(id).nodes);
  waiting_.pop_back();
  for (std::size_t i = 0; i <= place; i++) {
    Record& shared = records_.at(id);
    Words step = nodes[i].step;
    rules_->leave(nodes[i]);
    shared.nodes = {std::move(nodes[i])};
    shared.state = State::idle;
    // Before the deeper part, which may be split again.
    const Id deeper = add(id, std::move(step));
    if (can_start(records_.at(id))) wait(id);
    id = deeper;
  }
  records_.at(id).nodes.assign(
      std::make_move_iterator(nodes.begin() + 1 + static_cast<std::ptrdiff_t>(place)),
      std::make_move_iterator(nodes.end()));
  wait(id);
  return id;
}

void TreePartition::drop(Id id) {
  while (id != none) {
    Record& record = records_.at(id);
    if (record.state != State::idle) return;
    if (can_start(record)) return wait(id);
    if (!record.children.empty()) return;
    const Id parent = record.parent;
    records_.erase(id);
    if (parent != none) std::erase(records_.at(parent).children, id);
    id = parent;
  }
}

void TreePartition::start_next_round() {
  if (!cut_ || round_ == bounds_.last_round || diverged_ != 0) return;
  cut_ = false;
  round_++;
  wait(add(none, {}));
}

Coverage TreePartition::coverage() const {
  if (diverged_ != 0) return Coverage::inconclusive;
  return cut_ ? Coverage::bounded : Coverage::exhausted;
}

std::vector<std::string> TreePartition::limits() const {
  std::vector<std::string> hit;
  if (cut_) hit.push_back(bounds_.limit);
  if (diverged_ != 0) {
    hit.push_back("sequences that could not be followed: " + std::to_string(diverged_));
  }
  return hit;
}

Words TreePartition::save() const {
  Words words = {round_, cut_, diverged_, next_id_};
  for (const auto* queue : {&waiting_, &out_}) {
    append_list(words, Words(queue->begin(), queue->end()));
  }
  words.push_back(records_.size());
  for (const auto& [id, record] : records_) {
    words.insert(words.end(), {id, record.parent});
    append_list(words, record.step);
    append_nodes(words, record.nodes);
    words.push_back(record.told.size());
    for (const Told& told : record.told) {
      append_list(words, told.step);
      append_list(words, told.message);
    }
  }
  return words;
}

bool TreePartition::read_record(WordReader& reader) {
  const Id id = reader.up_to(next_id_);
  Record record;
  record.parent = reader.next();
  read_list(reader, record.step);
  read_nodes(reader, record.nodes);
  record.told.resize(reader.count());
  for (Told& told : record.told) {
    read_list(reader, told.step);
    read_list(reader, told.message);
  }
  // Parents are older, and have a node.
  const auto parent = records_.find(record.parent);
  if (parent == records_.end() ? record.parent != none : parent->second.nodes.empty()) return false;
  if (parent != records_.end()) parent->second.children.push_back(id);
  return reader.ok() && records_.emplace(id, std::move(record)).second;
}

bool TreePartition::restore(const Words& words, std::size_t out) {
  WordReader reader(words);
  round_ = reader.up_to(bounds_.last_round);
  cut_ = reader.up_to(1) != 0;
  diverged_ = reader.next();
  next_id_ = reader.next();
  for (auto* queue : {&waiting_, &out_}) {
    const auto ids = reader.list();
    queue->assign(ids.begin(), ids.end());
  }
  records_.clear();
  const std::size_t count = reader.count();
  for (std::size_t i = 0; i < count; i++) {
    if (!read_record(reader)) return false;
  }
  if (!reader.ok() || reader.remaining() != 0 || out_.size() != out) return false;
  for (const auto& [queue, state] :
       {std::pair(&waiting_, State::waiting), std::pair(&out_, State::out)}) {
    for (const Id id : *queue) {
      const auto found = records_.find(id);
      if (found == records_.end()) return false;
      found->second.state = state;
    }
  }
  return true;
}

}  // namespace model
