// One line a second on standard error.
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "cli/memory.h"

namespace cli {

Progress::Progress(const Options& options, Share share)
    : begin_(std::chrono::steady_clock::now()),
      share_(std::move(share)),
      time_limit_(options.time_limit),
      step_limit_(options.step_limit == 0 ? ~std::uint64_t{0} : options.step_limit),
      memory_limit_(options.memory_limit),
      shows_(options.progress == "always" ||
             (options.progress == "auto" && isatty(STDERR_FILENO) != 0)) {}

Progress::~Progress() {
  if (shown_at_ > 0) fmt::print(stderr, "\n");
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

void Progress::show(const Standing& standing, double now) {
  shown_at_ = now;
  const auto steps = static_cast<double>(standing.steps);
  fmt::print(stderr, "\r{} executions, {:.1f} million steps, {:.1f} million a second, {} MiB",
             standing.executions, steps / 1e6, steps / now / 1e6, peak_rss_bytes() >> 20);
  const std::optional<double> share = share_ ? share_() : std::nullopt;
  if (share && *share > 0) {
    fmt::print(stderr, ", {:.2g} % of about {:.2g}", 100 * *share,
               static_cast<double>(standing.executions) / *share);
  }
  fmt::print(stderr, " ");
}

bool Progress::look(const Standing& standing) {
  steps_at_look_ = standing.steps;
  const double now = seconds();
  if (shows_ && now - shown_at_ >= 1) show(standing, now);
  if (standing.steps >= step_limit_) {
    spent_ = fmt::format("step_limit={}", step_limit_);
  } else if (time_limit_ > 0 && now >= time_limit_) {
    spent_ = fmt::format("time_limit={:g} s", time_limit_);
  } else if (memory_limit_ != 0 &&
             (resident_bytes() + standing.workers_bytes) >> 20 >= memory_limit_) {
    spent_ = fmt::format("memory_limit={} MiB", memory_limit_);
  }
  return !spent_.empty();
}

}  // namespace cli
