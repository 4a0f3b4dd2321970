// Names of a thread under construction.
#include "scenarios/litmus/thread_builder.h"

#include <fmt/format.h>

namespace scenarios::litmus {

std::uint32_t LocationTable::index_of(std::string_view name) {
  const auto [at, fresh] =
      indices_.emplace(std::string(name), static_cast<std::uint32_t>(locations_.size()));
  if (fresh) locations_.push_back({std::string(name), {}});
  return at->second;
}

std::int32_t ThreadBuilder::register_named(std::string_view name) {
  const auto next = static_cast<std::int32_t>(thread_.registers.size());
  const auto [at, fresh] = registers_.emplace(std::string(name), next);
  if (fresh) {
    thread_.registers.emplace_back(name);
    thread_.initial.emplace_back();
  }
  return at->second;
}

std::int32_t ThreadBuilder::hidden_register() {
  thread_.registers.emplace_back();
  thread_.initial.emplace_back();
  return static_cast<std::int32_t>(thread_.registers.size() - 1);
}

bool ThreadBuilder::emit_jump(Reader& reader, Instruction instruction) {
  std::string_view label;
  if (!reader.word(&label, "a label")) return false;
  jumps_.push_back({size(), std::string(label)});
  emit(instruction);
  return true;
}

bool ThreadBuilder::define_label(Reader& reader, Place place, std::string_view label) {
  if (labels_.emplace(std::string(label), size()).second) return true;
  return reader.fail(place, fmt::format("label {} is already in this thread", label));
}

bool ThreadBuilder::resolve_jumps(Reader& reader) {
  for (const Jump& jump : jumps_) {
    const auto at = labels_.find(jump.label);
    Instruction& instruction = thread_.code[jump.instruction];
    if (at == labels_.end()) {
      return reader.fail(instruction.place, fmt::format("this thread has no label {}", jump.label));
    }
    instruction.next = at->second;
  }
  return true;
}

std::optional<std::uint32_t> register_number(std::string_view digits, std::uint32_t max) {
  if (digits.empty() || digits.size() > 2) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (number > max || (digits.size() == 2 && digits[0] == '0')) return std::nullopt;
  return number;
}

}  // namespace scenarios::litmus
