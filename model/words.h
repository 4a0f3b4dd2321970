// Plain numbers in a row: how parts of a search travel between processes and rest on disk.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace model {

using Words = std::vector<std::uint64_t>;

// The first failure sticks: later reads return zero, so a caller may look at ok() once.
class WordReader {
 public:
  explicit WordReader(std::span<const std::uint64_t> words) : words_(words) {}

  bool ok() const { return ok_; }
  std::size_t remaining() const { return words_.size() - position_; }
  std::uint64_t next() { return up_to(~std::uint64_t{0}); }
  std::uint64_t up_to(std::uint64_t max) {
    if (!ok_ || position_ == words_.size() || words_[position_] > max) {
      ok_ = false;
      return 0;
    }
    return words_[position_++];
  }
  std::uint32_t next32() { return static_cast<std::uint32_t>(up_to(~std::uint32_t{0})); }
  // A count of items, each of at least one word.
  std::size_t count() { return up_to(remaining() == 0 ? 0 : remaining() - 1); }
  // A count, then that many words.
  std::span<const std::uint64_t> list() {
    const std::size_t size = count();
    position_ += size;
    return words_.subspan(position_ - size, size);
  }
  std::span<const std::uint64_t> rest() const { return words_.subspan(position_); }

 private:
  std::span<const std::uint64_t> words_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

inline void append_list(Words& to, std::span<const std::uint64_t> words) {
  to.push_back(words.size());
  to.insert(to.end(), words.begin(), words.end());
}

}  // namespace model
