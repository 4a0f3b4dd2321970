// A hash table from words (numbers divisible by 8) to 32-bit values, for tables that only grow.
#pragma once

#include <cstdint>
#include <vector>

namespace model {

class WordMap {
 public:
  static constexpr std::uint32_t none = ~0u;
  WordMap() : slots_(1 << 8) {}

  // The value of the word, `none` until it is set.
  std::uint32_t& operator[](std::uint64_t word) {
    std::uint64_t at = home(word);
    while (slots_[at].word != word) {
      if (slots_[at].word == free_word) return add(word);
      at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at].value;
  }

 private:
  static constexpr std::uint64_t free_word = 1;
  struct Slot {
    std::uint64_t word = free_word;
    std::uint32_t value = none;
  };

  std::uint64_t home(std::uint64_t word) const {
    return (word * 0x9e3779b97f4a7c15ull >> 32) & (slots_.size() - 1);
  }
  std::uint64_t place(std::uint64_t word) {
    std::uint64_t at = home(word);
    while (slots_[at].word != free_word) at = (at + 1) & (slots_.size() - 1);
    slots_[at].word = word;
    return at;
  }
  std::uint32_t& add(std::uint64_t word) {
    if (++used_ * 2 > slots_.size()) {
      std::vector<Slot> old(slots_.size() * 2);
      old.swap(slots_);
      for (const Slot& slot : old) {
        if (slot.word != free_word) slots_[place(slot.word)].value = slot.value;
      }
    }
    return slots_[place(word)].value;
  }

  std::vector<Slot> slots_;
  std::uint64_t used_ = 0;
};

}  // namespace model
