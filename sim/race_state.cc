// The state of the race detector, as far as it decides which accesses to come are races.
//
// A clock is only ever compared with the epochs of accesses. So of the entry for thread u of some
// clock it only matters which epochs of u it has reached: those that cells hold, and the present
// one, which all later accesses of u have or exceed. Entries are therefore told apart by the number
// of such epochs that they have reached. Joins, copies and ticks keep what is equal in this sense
// equal. An access that is ordered before all that the other threads may still do is forgotten; so
// is the clock of a location from which nobody would learn anything.
#include <algorithm>

#include "sim/race_detector.h"

namespace sim {
namespace {

std::uint32_t thread_of(std::uint32_t epoch) { return (epoch >> clock_bits) - 1; }
std::uint32_t clock_in(std::uint32_t epoch) { return epoch & clock_mask; }

}  // namespace

class RaceDetector::Summary {
 public:
  Summary(const RaceDetector& detector, std::uint64_t live) : d_(detector), live_(live) {}

  void look_at(const SavedLine& line);
  void append(std::span<const Clock* const> pending, std::vector<std::uint64_t>& words);

 private:
  // An access that a later one may race with.
  struct Kept {
    std::uint64_t where;  // of a word, or of a byte of it
    bool read;
    std::uint32_t epoch;
  };
  struct Location {
    std::uint64_t where;
    const Clock* clock;
  };

  void look_at(std::uint64_t where, const Cell& cell);
  void keep(std::uint64_t where, bool read, std::uint32_t epoch);
  void number_epochs();
  std::uint32_t reached(std::uint32_t thread, Clock clock) const;
  bool teaches_nothing(const Clock* clock) const;
  void append(const Clock* clock, std::vector<std::uint64_t>& words) const;

  const Clock* clock_of(std::uint32_t thread) const { return d_.clocks_ + thread * d_.stride_; }
  bool is_live(std::uint32_t thread) const { return (live_ >> thread & 1) != 0; }

  const RaceDetector& d_;
  std::uint64_t live_;
  std::vector<Kept> kept_;
  std::vector<Location> locations_;
  std::vector<std::vector<Clock>> epochs_;  // of each thread, ascending
};

void RaceDetector::Summary::look_at(const SavedLine& line) {
  if (line.address - shadow_base < shadow_bytes) {
    const auto* cells = reinterpret_cast<const Cell*>(line.address);
    const std::uint64_t first = line.address - shadow_base;
    for (std::uint64_t i = 0; i < line_bytes / sizeof(Cell); i++) {
      const std::uint64_t where = (first / sizeof(Cell) + i) * 8;
      if (cells[i].write != split_mark) {
        look_at(where << 1, cells[i]);
        continue;
      }
      const auto* bytes = reinterpret_cast<const Cell*>(d_.pool_ + cells[i].read);
      for (std::uint64_t b = 0; b < 8; b++) look_at((where + b) << 1 | 1, bytes[b]);
    }
  } else if (line.address - clock_base < clock_bytes) {
    const auto* cells = reinterpret_cast<const std::uint32_t*>(line.address);
    const std::uint64_t first = line.address - clock_base;
    for (std::uint64_t i = 0; i < line_bytes / 4; i++) {
      const std::uint64_t where = (first / 4 + i) * 8;
      const Clock* clock = d_.pool_ + (cells[i] >> 1);
      if (cells[i] == 0) continue;
      const bool split = (cells[i] & 1) != 0;
      for (std::uint64_t b = 0; b < (split ? 8u : 1u); b++) {
        locations_.push_back({(where + b) << 1 | (split ? 1 : 0), clock + b * d_.stride_});
      }
    }
  }
}

void RaceDetector::Summary::look_at(std::uint64_t where, const Cell& cell) {
  if (cell.write != 0) keep(where, false, cell.write);
  if (cell.read == 0) return;
  if (cell.read >> clock_bits != shared_tag) return keep(where, true, cell.read);
  const Clock* reads = d_.pool_ + clock_in(cell.read);
  for (std::uint32_t t = 0; t < d_.threads_; t++) {
    if (reads[t] != 0) keep(where, true, (t + 1) << clock_bits | reads[t]);
  }
}

void RaceDetector::Summary::keep(std::uint64_t where, bool read, std::uint32_t epoch) {
  const std::uint32_t owner = thread_of(epoch);
  for (std::uint32_t t = 0; t < d_.threads_; t++) {
    if (t == owner || !is_live(t) || clock_of(t)[owner] >= clock_in(epoch)) continue;
    return kept_.push_back({where, read, epoch});
  }
}

void RaceDetector::Summary::number_epochs() {
  epochs_.resize(d_.threads_);
  for (std::uint32_t t = 0; t < d_.threads_; t++) {
    if (is_live(t)) epochs_[t].push_back(clock_of(t)[t]);
  }
  for (const Kept& k : kept_) epochs_[thread_of(k.epoch)].push_back(clock_in(k.epoch));
  for (std::vector<Clock>& epochs : epochs_) {
    std::sort(epochs.begin(), epochs.end());
    epochs.erase(std::unique(epochs.begin(), epochs.end()), epochs.end());
  }
}

std::uint32_t RaceDetector::Summary::reached(std::uint32_t thread, Clock clock) const {
  const std::vector<Clock>& epochs = epochs_[thread];
  return static_cast<std::uint32_t>(std::upper_bound(epochs.begin(), epochs.end(), clock) -
                                    epochs.begin());
}

bool RaceDetector::Summary::teaches_nothing(const Clock* clock) const {
  for (std::uint32_t u = 0; u < d_.threads_; u++) {
    const std::uint32_t known = reached(u, clock[u]);
    for (std::uint32_t t = 0; t < d_.threads_ && known != 0; t++) {
      if (is_live(t) && reached(u, clock_of(t)[u]) < known) return false;
    }
  }
  return true;
}

void RaceDetector::Summary::append(const Clock* clock, std::vector<std::uint64_t>& words) const {
  for (std::uint32_t u = 0; u < d_.threads_; u += 2) {
    const std::uint64_t second = u + 1 < d_.threads_ ? reached(u + 1, clock[u + 1]) : 0;
    words.push_back(reached(u, clock[u]) | second << 32);
  }
}

void RaceDetector::Summary::append(std::span<const Clock* const> pending,
                                   std::vector<std::uint64_t>& words) {
  number_epochs();
  words.push_back(kept_.size());
  for (const Kept& k : kept_) {
    const std::uint32_t thread = thread_of(k.epoch);
    words.insert(words.end(), {k.where << 1 | (k.read ? 1 : 0),
                               std::uint64_t{thread} << 32 | reached(thread, clock_in(k.epoch))});
  }
  for (std::uint32_t t = 0; t < d_.threads_; t++) {
    if (is_live(t)) append(clock_of(t), words);
  }
  std::erase_if(locations_, [&](const Location& l) { return teaches_nothing(l.clock); });
  words.push_back(locations_.size());
  for (const Location& l : locations_) {
    words.push_back(l.where);
    append(l.clock, words);
  }
  for (const Clock* clock : pending) append(clock, words);
}

void RaceDetector::append_state(std::uint64_t live, std::span<const Clock* const> pending,
                                std::span<const SavedLine> lines,
                                std::vector<std::uint64_t>& words) const {
  Summary summary(*this, live);
  for (const SavedLine& line : lines) summary.look_at(line);
  summary.append(pending, words);
}

}  // namespace sim
