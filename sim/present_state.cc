// Collects the words of a state.
#include "sim/present_state.h"

#include <algorithm>

#include "sim/machine.h"
#include "sim/process.h"

namespace sim {

void append_kernel_state(const Machine& m, std::vector<std::uint64_t>& words) {
  const Hot& h = *m.hot;
  const Kernel& k = *m.kernel;
  words.insert(words.end(), {h.runnable, h.awaiting, static_cast<std::uint64_t>(h.now), k.mapped,
                             k.spurious_wakeups, k.refusals, k.fenced, k.started, k.handover});
  for (std::uint32_t t = 0; t < m.options.threads; t++) {
    const Thread& thread = m.threads[t];
    const bool waits = thread.futex_address != 0;
    // Of those that wait only the order matters.
    std::uint64_t rank = 0;
    for (std::uint32_t o = 0; o < m.options.threads && waits; o++) {
      if (m.threads[o].futex_address != 0 && m.threads[o].wait_number < thread.wait_number) {
        rank++;
      }
    }
    words.insert(words.end(), {thread.futex_address, rank,
                               static_cast<std::uint64_t>(thread.deadline), thread.timed_out});
  }
}

// The program's memory but for stacks, what checkers keep, and what the kernel knows of the
// process.
bool PresentState::is_compared(std::uint64_t line) const {
  if (in_region(line)) return !m_.is_on_stack(line);
  const auto process = reinterpret_cast<std::uint64_t>(m_.process);
  return line - m_.observed.start < m_.observed.bytes || line - process < sizeof(ProcessState);
}

void PresentState::append_memory() {
  const std::size_t first = words_.size();
  for (const SavedLine& line : lines_) {
    if (!is_compared(line.address)) continue;
    const auto* now = reinterpret_cast<const std::uint64_t*>(line.address);
    const std::uint64_t* before = m_.space.copy_of(line);
    for (std::uint64_t i = 0; i < line_bytes / 8; i++) {
      if (now[i] != before[i]) words_.insert(words_.end(), {line.address + 8 * i, now[i]});
    }
  }
  words_.push_back(words_.size() - first);
}

// Its own code, and where that is not known all of its stack, with what the machine left there.
void PresentState::append_thread(std::uint32_t t) {
  const Place& place = m_.places->of(t);
  const std::uint64_t top = m_.fibers[t].top;
  if (place.words != nullptr) {
    words_.insert(words_.end(), {1, place.address, place.operand, place.expected});
    m_.awaits.append_live({place.words}, top, words_);
  } else {
    const auto* first = static_cast<const std::uint64_t*>(m_.fibers[t].context);
    words_.insert(words_.end(), {2, reinterpret_cast<std::uint64_t>(first)});
    words_.insert(words_.end(), first, reinterpret_cast<const std::uint64_t*>(top));
  }
  const std::uint64_t me = std::uint64_t{1} << t;
  words_.push_back((m_.hot->yielded & me) != 0 ? m_.threads[t].waits_for : 0);
  if (tells_begun_) words_.push_back(place.moves > 1 ? 1 : 0);
  if (m_.options.awaits) m_.awaits.append_state(t, (m_.hot->awaiting & me) != 0, words_);
}

void PresentState::append_races(std::uint64_t live) {
  clocks_.clear();
  m_.memory->append_clocks(clocks_);
  m_.races.append_state(live, clocks_, lines_, words_);
}

void PresentState::collect() {
  words_.clear();
  m_.space.saved_since(m_.setup_mark(), lines_);
  append_memory();
  append_kernel_state(m_, words_);
  words_.push_back(m_.hot->yielded);
  std::uint64_t live = 0;
  for (std::uint32_t t = 0; t < m_.options.threads; t++) {
    if (m_.threads[t].done != 0) continue;
    live |= std::uint64_t{1} << t;
    append_thread(t);
  }
  words_.push_back(live);
  m_.memory->append_state(words_);
  if (m_.options.races) append_races(live);
  words_max_ = std::max(words_max_, words_.size());
}

model::StateKey PresentState::key() {
  collect();
  hash_.begin();
  for (const std::uint64_t word : words_) hash_.add(word);
  return hash_.key();
}

}  // namespace sim
