// What a search tells while it runs, and the only clock that a search reads.
#pragma once

#include <chrono>
#include <cstdint>

#include "cli/options.h"

namespace cli {

// Progress goes to standard error: --progress always, or auto on a terminal.
class Progress {
 public:
  explicit Progress(const Options& options);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Ask between executions. True once --time-limit is spent.
  bool is_time_over(std::uint64_t executions, std::uint64_t steps) {
    if (steps - steps_at_look_ < steps_between_looks) return false;
    return look(executions, steps);
  }
  // The same, however few steps there were since.
  bool look(std::uint64_t executions, std::uint64_t steps);
  double seconds() const;

 private:
  static constexpr std::uint64_t steps_between_looks = 20000;

  std::chrono::steady_clock::time_point begin_;
  double limit_;         // seconds, 0: none
  double shown_at_ = 0;  // seconds
  bool shows_;
  std::uint64_t steps_at_look_ = 0;
};

}  // namespace cli
