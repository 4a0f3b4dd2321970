// One line a second on standard error.
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/report.h"

namespace cli {

Progress::Progress(const Options& options)
    : begin_(std::chrono::steady_clock::now()),
      limit_(options.time_limit),
      shows_(options.progress == "always" ||
             (options.progress == "auto" && isatty(STDERR_FILENO) != 0)) {}

Progress::~Progress() {
  if (shown_at_ > 0) fmt::print(stderr, "\n");
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

bool Progress::look(std::uint64_t executions, std::uint64_t steps) {
  steps_at_look_ = steps;
  const double now = seconds();
  if (shows_ && now - shown_at_ >= 1) {
    shown_at_ = now;
    fmt::print(stderr, "\r{} executions, {:.1f} million steps, {:.1f} million a second, {} MiB ",
               executions, static_cast<double>(steps) / 1e6, static_cast<double>(steps) / now / 1e6,
               peak_rss_bytes() >> 20);
  }
  return limit_ > 0 && now >= limit_;
}

}  // namespace cli
