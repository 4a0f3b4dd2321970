// What executions show: features, numbers of several kinds, and in how many executions each was.
//
// A feature stands for something that an execution did or got into, such as a state of the
// collector. Sources in sim/ and cli/ compute them; an explorer that looks for what is new reads
// them. None may depend on addresses that a compiler chooses: a search must not.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace model {

enum class FeatureKind : std::uint8_t { happens_before, edge, state, scenario, count_ };
inline constexpr auto feature_kinds = static_cast<std::size_t>(FeatureKind::count_);
const char* name_of(FeatureKind kind);

class Features {
 public:
  void begin_execution() {
    execution_++;
    shown_.clear();
  }
  // The running execution shows it. Two features of a kind may be taken for one: tables are
  // bounded.
  void add(FeatureKind kind, std::uint64_t feature) {
    OfKind& of = of_kind_[static_cast<std::size_t>(kind)];
    Slot& slot = of.slots[feature * 0x9e3779b97f4a7c15u >> (64 - slot_bits)];
    if (slot.execution == execution_) return;
    slot.execution = execution_;
    if (slot.number == 0) {
      of.numbers.push_back(static_cast<std::uint32_t>(hits_.size()));
      hits_.push_back(0);
      slot.number = static_cast<std::uint32_t>(hits_.size());
    }
    shown_.push_back(slot.number - 1);
  }
  // What the execution has shown counts.
  void end_execution() {
    for (const std::uint32_t number : shown_) hits_[number]++;
  }

  // Of the latest execution: numbers below known(), each once.
  const std::vector<std::uint32_t>& shown() const { return shown_; }
  std::size_t known() const { return hits_.size(); }
  // Executions that have shown it.
  std::uint32_t hits(std::uint32_t number) const { return hits_[number]; }
  std::uint64_t known(FeatureKind kind) const { return numbers(kind).size(); }
  // Of that kind, in the order in which they were first shown.
  const std::vector<std::uint32_t>& numbers(FeatureKind kind) const {
    return of_kind_[static_cast<std::size_t>(kind)].numbers;
  }

 private:
  static constexpr unsigned slot_bits = 18;
  struct Slot {
    std::uint32_t execution = 0;  // that showed it last
    std::uint32_t number = 0;     // 1 + its number; 0: not known
  };

  struct OfKind {
    std::vector<Slot> slots = std::vector<Slot>(std::size_t{1} << slot_bits);
    std::vector<std::uint32_t> numbers;
  };

  std::array<OfKind, feature_kinds> of_kind_;
  std::vector<std::uint32_t> hits_;
  std::vector<std::uint32_t> shown_;
  std::uint32_t execution_ = 0;
};

}  // namespace model
