// What a search tells while it runs, and the only clock that a search reads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/options.h"

namespace cli {

// Where a search is.
struct Standing {
  std::uint64_t executions = 0;
  std::uint64_t steps = 0;
  std::uint64_t workers_bytes = 0;  // of memory, in other processes
};
// Of the search that is done, where it is known.
using Share = std::function<std::optional<double>()>;

// Progress goes to standard error: --progress always, or auto on a terminal.
class Progress {
 public:
  // `share` is asked when it is shown.
  explicit Progress(const Options& options, Share share = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Ask between executions. True once --step-limit, --time-limit or --memory-limit is spent.
  bool is_spent(const Standing& standing) {
    if (standing.steps >= step_limit_) return look(standing);
    if (standing.steps - steps_at_look_ < steps_between_looks) return false;
    return look(standing);
  }
  // The same, however few steps there were since.
  bool look(const Standing& standing);
  double seconds() const;
  // The limit that is spent, as results name it; empty: none.
  const std::string& spent() const { return spent_; }

 private:
  static constexpr std::uint64_t steps_between_looks = 20000;

  void show(const Standing& standing, double now);

  std::chrono::steady_clock::time_point begin_;
  Share share_;
  double time_limit_;           // seconds, 0: none
  std::uint64_t step_limit_;    // the largest number: none
  std::uint64_t memory_limit_;  // MiB, 0: none
  double shown_at_ = 0;         // seconds
  bool shows_;
  std::uint64_t steps_at_look_ = 0;
  std::string spent_;
};

}  // namespace cli
