// The orders that atomic accesses and fences have in a run where they are not all as written, and
// which ones the run executed.
//
// Threads: the hooks of one machine ask; who owns the machine reads when none runs.
// Invariants: 1. what is answered depends on the code that asks alone, so it is no part of the
//   simulated memory and need not be restored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "sim/orders.h"

namespace sim {

class OrderTable {
 public:
  explicit OrderTable(std::vector<OrderRule> rules)
      : rules_(std::move(rules)), met_(rules_.size()) {}

  // For the access that the program calls a hook for, to return to `pc`.
  Orders at(std::uint64_t pc, AtomicKind kind, Orders written);

  // Those that were executed, whether a rule changed them or not.
  const std::set<OrderSite>& sites() const { return sites_; }
  // The first rule that is about no executed site, by its number; else how many rules there are.
  std::size_t unmet() const;

 private:
  struct Question {
    OrderTable* table;
    std::uint64_t pc;
    AtomicKind kind;
    Orders written, answer;
  };
  void answer(Question& question);
  // The first on the call stack that is the program's own.
  std::uint64_t own_caller(std::uint64_t pc);

  std::vector<OrderRule> rules_;
  std::vector<bool> met_;  // of each rule
  std::set<OrderSite> sites_;
  std::unordered_map<std::uint64_t, bool> is_own_;     // by code address; looked up only
  std::unordered_map<std::uint64_t, Orders> answers_;  // likewise, with kind and orders
};

}  // namespace sim
