// Strict reader of varints and length-prefixed ranges from a buffer.
//
// The first failure sticks: later reads return zero or nothing, so a caller may read a whole
// record and look at ok() once. Nothing is allocated on the word of the input.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>

#include "traces/result.h"

namespace traces {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  bool operator==(const ByteRange&) const = default;
};

class ByteReader {
 public:
  // `remedy` goes into every error.
  ByteReader(std::string_view bytes, std::string remedy)
      : bytes_(bytes), remedy_(std::move(remedy)) {}

  bool ok() const { return !failed_; }
  const Error& error() const { return error_; }
  std::uint64_t position() const { return position_; }
  std::uint64_t remaining() const { return bytes_.size() - position_; }

  // Records a failure at `offset`, unless there was one before.
  void fail(std::uint64_t offset, std::string message) {
    if (failed_) return;
    failed_ = true;
    error_ = {std::move(message), offset, remedy_};
  }

  // REQUIRES: size <= remaining().
  void skip(std::uint64_t size) {
    assert(size <= remaining());
    position_ += size;
  }

  // Unsigned, 7 bits a byte, low first, at most 64 bits, in the shortest spelling.
  std::uint64_t varint() {
    if (failed_) return 0;
    const std::uint64_t start = position_;
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (position_ == bytes_.size()) return failed_at(start, "input ends inside a number");
      const auto byte = static_cast<std::uint8_t>(bytes_[position_++]);
      if (shift == 63 && byte > 1) return failed_at(start, "number exceeds 64 bits");
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) return failed_at(start, "number is padded with zero bits");
        return value;
      }
    }
  }

  // A varint that must not exceed `max`.
  std::uint64_t varint_up_to(std::uint64_t max, const char* what) {
    const std::uint64_t start = position_;
    const std::uint64_t value = varint();
    if (value <= max) return value;
    return failed_at(start, std::string(what) + " is " + std::to_string(value) +
                                ", more than the largest possible " + std::to_string(max));
  }

  bool boolean(const char* what) { return varint_up_to(1, what) == 1; }

  // Number of items to follow, each of at least `bytes_min` bytes.
  std::uint64_t count(std::uint64_t bytes_min, const char* what) {
    assert(bytes_min > 0);
    const std::uint64_t start = position_;
    const std::uint64_t value = varint();
    if (value <= remaining() / bytes_min) return value;
    return failed_at(start, std::string(what) + " " + std::to_string(value) +
                                " needs more than the " + std::to_string(remaining()) +
                                " bytes that are left");
  }

  // Varint length, then that many bytes.
  ByteRange range(const char* what) {
    const std::uint64_t size = count(1, what);
    if (failed_) return {};
    const ByteRange result{position_, size};
    position_ += size;
    return result;
  }

  std::string_view view(ByteRange range) const { return bytes_.substr(range.first, range.size); }
  std::string_view string(const char* what) { return view(range(what)); }

 private:
  std::uint64_t failed_at(std::uint64_t offset, std::string message) {
    fail(offset, std::move(message));
    return 0;
  }

  std::string_view bytes_;
  std::string remedy_;
  std::uint64_t position_ = 0;
  bool failed_ = false;
  Error error_;
};

inline void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

inline void append_string(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out += text;
}

}  // namespace traces
