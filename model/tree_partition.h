// Parts of searches whose nodes hear of what is found below them, as in partial-order reduction.
//
// A part is the path of an execution and a floor. The nodes from the floor on are its own: it
// explores what is left at them and below. Those before the floor belong to others, and what it
// finds for them is handed over when it comes back: messages, which their owners hear in the order
// of the search.
//
// While fewer parts than may be out are left, the one that came back last is split at its
// shallowest node that has something left. That node, and those before it, become records of the
// partition: each keeps a node for as long as there are parts below it, is a part of its own when
// something is left to explore there, and hears the messages. To a record that is out as a part
// they are told when it comes back.
//
// A search may have several rounds, each from the root under a larger bound: the next one starts
// when the one before has cut something off and all of its parts are over.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/partition.h"
#include "model/words.h"

namespace model {

// What lies in the words is the explorer's affair.
struct TreeNode {
  std::uint64_t size = 0;  // questions asked below it so far
  Words step;              // what was chosen last; empty: nothing, or it is done with
  Words known;             // what those who explore below the node look at
  Words left;              // what only its owner needs

  void append_to(Words& words) const;
  void read(WordReader& reader);
};

struct TreePart {
  std::uint64_t round = 0;
  std::uint64_t floor = 0;
  std::vector<TreeNode> nodes;  // none: the whole round
  std::vector<Words> busy;      // steps of the node at the floor below which others explore

  Words words() const;
  bool read(std::span<const std::uint64_t> words);
};

// For the owner of the node at this depth.
struct TreeMessage {
  std::uint64_t depth;
  Words text;
};

// What comes back.
struct TreeRest {
  bool cut = false;             // a bound excluded something
  bool over = false;            // nothing is left; then nodes holds the first one only, if any
  std::uint64_t diverged = 0;   // how often the program did not do again what it had done
  std::vector<TreeNode> nodes;  // from the floor on
  std::vector<TreeMessage> messages;

  Words words() const;
  bool read(std::span<const std::uint64_t> words);
};

// What the partition has to know of the nodes.
class TreeRules {
 public:
  virtual ~TreeRules() = default;
  // Whether there may be something left to choose, besides what was chosen last.
  virtual bool has_more(TreeNode& node) = 0;
  // If so: whether it may be explored before all is known that is found below the steps `busy`.
  virtual bool may_start(const TreeNode&, std::span<const Words> /*busy*/) { return true; }
  // What is below the node's step becomes a part of its own.
  virtual void leave(TreeNode&) {}
  // What was found below the node's step `step`.
  virtual void hear(TreeNode& node, std::span<const std::uint64_t> step, const Words& message) = 0;
};

class TreePartition final : public Partition {
 public:
  struct Bounds {
    std::uint64_t last_round;
    std::string limit;       // named when the last round has cut something off
    std::uint64_t size_min;  // nodes below which fewer questions were asked are not split
  };
  // Sizes of nodes to be split: smaller ones are over sooner than another process can take them up.
  static constexpr std::uint64_t any_size = 0, worthwhile = 1000, never = ~std::uint64_t{0};
  TreePartition(std::unique_ptr<TreeRules> rules, Bounds bounds);

  std::optional<Words> take() override;
  std::uint64_t steps_of_next() const override;
  void commit(const Words& rest) override;
  Coverage coverage() const override;
  std::vector<std::string> limits() const override;
  Words save() const override;
  bool restore(const Words& words, std::size_t out) override;

 private:
  using Id = std::uint64_t;
  static constexpr Id none = ~Id{0};
  // Where there are fewer parts, they come back sooner, to be split.
  static constexpr std::size_t parts_few = 4;
  enum class State : std::uint8_t { idle, waiting, out };
  // Told while the record was out.
  struct Told {
    Words step, message;
  };
  struct Record {
    Id parent = none;
    Words step;  // of the parent, which leads here
    State state = State::idle;
    std::vector<Id> children;
    std::vector<TreeNode> nodes;  // its own, then those of the part that waits
    std::vector<Told> told;
  };

  Id add(Id parent, Words step);
  // From the root to the parent.
  std::vector<Id> above(Id id) const;
  void wait(Id id);
  void hear(Record& record, const Told& told);
  // Steps of the record's node below which there are other parts.
  std::vector<Words> busy(const Record& record) const;
  bool can_start(Record& record);
  void tell(Id id, Told told);
  // Splits a part that waits last. Returns its deeper part; none: it cannot be split.
  Id split(Id id);
  // The index of the node at which to split; that of the last node: none.
  std::size_t place_to_split(Record& record) const;
  // Drops what has nothing left, and nothing below; wakes what waited for that.
  void drop(Id id);
  void start_next_round();
  bool read_record(WordReader& reader);

  std::unique_ptr<TreeRules> rules_;
  Bounds bounds_;
  std::uint64_t round_ = 0;
  bool cut_ = false;  // in this round
  std::uint64_t diverged_ = 0;
  Id next_id_ = 0;
  std::map<Id, Record> records_;
  std::deque<Id> waiting_, out_;
};

}  // namespace model
