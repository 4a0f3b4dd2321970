// The causal past of a step: what it depends on by program order, by conflicts on the same memory,
// and by wake-ups.
//
// Vector clocks over the steps of one recorded execution (Mattern, "Virtual time and global states
// of distributed systems", 1989).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace traces {

// What a step did to memory; without memory, bytes is 0.
struct Footprint {
  std::uint8_t thread = 0;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  bool writes = false;
};

bool conflict(const Footprint& a, const Footprint& b);

struct CausalOrder {
  // For each step: the last earlier step of another thread that it conflicts with directly, or -1.
  std::vector<std::int64_t> depends_on;
  // clock[i * threads + t]: how many of the first steps of thread t are in the past of step i.
  std::uint32_t threads = 0;
  std::vector<std::uint32_t> clocks;
  std::vector<std::uint32_t> number;  // of step i in its thread, from 1

  bool is_before(std::span<const Footprint> steps, std::size_t a, std::size_t b) const {
    return clocks[b * threads + steps[a].thread] >= number[a];
  }
};

CausalOrder causal_order(std::span<const Footprint> steps);

}  // namespace traces
