// A small map in journaled memory that can be walked: entries lie side by side.
#pragma once

#include <cstdint>

#include "sim/journal_map.h"

namespace checkers {

class DenseMap {
 public:
  struct Entry {
    std::uint64_t key, value;
  };

  void attach(sim::Space& space, std::uint64_t capacity) {
    space_ = &space;
    capacity_ = capacity;
    position_.attach(space, capacity);
    entries_ = static_cast<Entry*>(space.allocate_tool(capacity * sizeof(Entry)));
    count_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  }

  std::uint64_t size() const { return *count_; }
  const Entry& operator[](std::uint64_t i) const { return entries_[i]; }
  // Null when the key is absent.
  const std::uint64_t* find(std::uint64_t key) const {
    const auto at = position_.find(key);
    return at ? &entries_[*at].value : nullptr;
  }
  std::uint64_t get(std::uint64_t key, std::uint64_t otherwise) const {
    const std::uint64_t* value = find(key);
    return value != nullptr ? *value : otherwise;
  }
  // Returns false when the map is full.
  bool put(std::uint64_t key, std::uint64_t value) {
    if (const auto at = position_.find(key)) {
      space_->mut(entries_[*at]).value = value;
      return true;
    }
    if (*count_ == capacity_ || !position_.put(key, *count_)) return false;
    space_->mut(entries_[*count_]) = Entry{key, value};
    space_->mut(*count_)++;
    return true;
  }
  void erase(std::uint64_t key) {
    const auto at = position_.find(key);
    if (!at) return;
    const Entry last = entries_[*count_ - 1];
    space_->mut(entries_[*at]) = last;
    position_.put(last.key, *at);
    position_.erase(key);
    space_->mut(*count_)--;
  }

 private:
  sim::Space* space_ = nullptr;
  sim::JournalMap position_;
  Entry* entries_ = nullptr;
  std::uint64_t* count_ = nullptr;
  std::uint64_t capacity_ = 0;
};

}  // namespace checkers
