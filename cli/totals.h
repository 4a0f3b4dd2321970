// What executions of a search add up to, in whatever order and process they were run.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/choice.h"
#include "model/words.h"
#include "runtime_core/probe.h"
#include "sim/bounds.h"

namespace cli {

inline constexpr std::size_t hashes_max = 1 << 22;

struct Totals {
  std::uint64_t executions = 0;  // complete ones
  std::uint64_t blocked = 0;
  std::uint64_t redundant = 0;
  std::uint64_t counted = 0;  // towards --max-executions
  std::uint64_t steps = 0;
  std::uint64_t audited = 0;  // executions, by cli/audit.h
  std::uint64_t hash = 0;     // sum over the executions: their order does not matter
  sim::Bounds bounds_hit;
  std::array<std::uint64_t, static_cast<std::size_t>(runtime_core::Event::count_)> reached{};
  std::vector<std::uint64_t> hashes;   // of executions, when they are kept, at most hashes_max
  std::vector<model::Choice> choices;  // of the last execution

  // `later` comes after *this in the order of the search.
  void add(const Totals& later);
  void append_to(model::Words& words) const;
  void read(model::WordReader& reader);
};

}  // namespace cli
