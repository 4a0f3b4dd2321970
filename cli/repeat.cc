// Finds the first execution that differs, then its first event that differs.
#include "cli/repeat.h"

#include <fmt/format.h>

#include "cli/recording.h"

namespace cli {
namespace {

// The events of execution `index`, from a search that stops there.
std::vector<traces::EventRecord> events_of(const Options& options, std::uint64_t index) {
  Options o = options;
  o.record = true;
  o.twice = false;
  o.audit = 0;
  o.runs = o.executions_max = index + 1;
  return search(o, {}).events_of_last;
}

}  // namespace

std::string repeat(const Options& options, const Outcome& first) {
  Options again = options;
  again.audit = 0;
  const Outcome second = search(again, {});
  if (second.hash == first.hash && second.hashes == first.hashes) return "";
  if (!first.spent.empty() || !second.spent.empty()) {
    // Two searches of the same length in time need not be of the same length in executions.
    const std::size_t both = std::min(first.hashes.size(), second.hashes.size());
    if (std::equal(first.hashes.begin(), first.hashes.begin() + static_cast<std::ptrdiff_t>(both),
                   second.hashes.begin())) {
      return "";
    }
  }
  std::size_t at = 0;
  while (at < first.hashes.size() && at < second.hashes.size() &&
         first.hashes[at] == second.hashes[at]) {
    at++;
  }
  const auto expected = events_of(options, at);
  std::string event = first_difference(expected, events_of(options, at));
  if (event.empty()) event = "its events were the same when it was run again";
  return fmt::format("execution {} differs: {}; with --audit 1 the cause is looked for", at + 1,
                     event);
}

}  // namespace cli
