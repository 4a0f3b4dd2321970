// A value or the reason why there is none, for expected failures such as unreadable input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace traces {

struct Error {
  std::string message;       // what was wrong
  std::uint64_t offset = 0;  // where: byte of the (decompressed) input
  std::string remedy;        // what to do

  // One line for people.
  std::string describe() const {
    std::string text = message + " (byte " + std::to_string(offset) + ")";
    if (!remedy.empty()) text += "; " + remedy;
    return text;
  }
};

template <class T>
struct Result {
  std::optional<T> value;
  Error error{};  // meaningful without a value

  explicit operator bool() const { return value.has_value(); }
  T& operator*() { return *value; }
  const T& operator*() const { return *value; }
  T* operator->() { return &*value; }
  const T* operator->() const { return &*value; }
};

template <class T>
Result<T> failure(Error error) {
  return {std::nullopt, std::move(error)};
}

}  // namespace traces
