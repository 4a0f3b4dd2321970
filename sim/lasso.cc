// Collects states, finds those that were met before, and tells what happened in between.
#include "sim/lasso.h"

#include <bit>
#include <string>

#include "sim/machine.h"
#include "sim/present_state.h"

namespace sim {
namespace {

constexpr std::uint64_t bit(std::uint32_t thread) { return std::uint64_t{1} << thread; }

std::string spell(std::uint64_t threads) {
  std::string text;
  for (std::uint64_t rest = threads; rest != 0; rest &= rest - 1) {
    const bool last = (rest & (rest - 1)) == 0;
    if (!text.empty()) text += last ? " and " : ", ";
    text += std::to_string(std::countr_zero(rest));
  }
  return (std::popcount(threads) == 1 ? "thread " : "threads ") + text;
}

}  // namespace

Lassos::Lassos(Machine& m)
    : m_(m), marks_(static_cast<Marks*>(m.space.allocate_tool(sizeof(Marks)))) {}

// A choice in the middle of a step may take its progress back, so it is in the space until the step
// is over.
void Lassos::note_progress() {
  if (!steps_.empty()) steps_.back().progress = marks_->progress_at == steps_.size();
}

void Lassos::moved(std::uint32_t actor) {
  note_progress();
  const std::uint64_t pending = m_.buffers_stores() ? m_.memory->drainable(m_) : 0;
  const bool drain = actor >= model::first_buffer;
  const std::uint64_t drained = drain ? bit(actor - model::first_buffer) : 0;
  steps_.push_back({m_.hot->runnable, pending | drained, static_cast<std::uint8_t>(actor), false});
  if (drain && wants_drain()) m_.space.mut(*marks_).drain_first = 0;
}

void Lassos::progressed() {
  if (m_.hot->steps != 0) m_.space.mut(*marks_).progress_at = m_.hot->steps;
}

void Lassos::rewind(std::uint64_t steps, bool in_step) {
  steps_.resize(steps);
  // A state is met behind all that its last step does.
  const std::uint64_t kept = in_step ? steps - 1 : steps;
  while (!states_.empty() && states_.back().step > kept) {
    index_of_.erase(states_.back().hash);
    states_.pop_back();
  }
  for (State& state : states_) {
    if (state.copy_step > kept) state.copy.clear();
  }
}

void Lassos::collect_thread(std::uint32_t t) {
  if (m_.threads[t].done != 0) return words_.push_back(0);
  const Fiber& fiber = m_.fibers[t];
  const Place& place = m_.places->of(t);
  // Where it is not known, it is where it was only if it did not move.
  const bool known = place.words != nullptr;
  words_.insert(words_.end(),
                {known ? 1 : 2 + place.moves, place.address, place.operand, place.expected});
  const auto* first = known ? place.words + 1 : static_cast<const std::uint64_t*>(fiber.context);
  const auto* end = reinterpret_cast<const std::uint64_t*>(fiber.top);
  words_.push_back(reinterpret_cast<std::uint64_t>(first));
  words_.insert(words_.end(), first, end);
}

// The present state as words; false when it is too large.
bool Lassos::collect() {
  words_.clear();
  const std::vector<std::uint64_t> lines = m_.written_lines();
  if (lines.size() > lines_max || states_.size() == states_max) {
    m_.bounds_hit.add(Bound::lassos);
    return false;
  }
  for (const std::uint64_t line : lines) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(line);
    words_.push_back(line);
    words_.insert(words_.end(), words, words + line_bytes / 8);
  }
  append_kernel_state(m_, words_);
  for (std::uint32_t t = 0; t < m_.options.threads; t++) collect_thread(t);
  m_.memory->append_state(words_);
  return true;
}

std::uint64_t Lassos::hash() const {
  std::uint64_t hash = 0;
  for (const std::uint64_t word : words_) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  }
  return hash;
}

Lassos::Cycle Lassos::cycle_since(std::uint64_t step) const {
  Cycle cycle;
  cycle.from = step;
  for (std::uint64_t i = step; i < steps_.size(); i++) {
    const Step& s = steps_[i];
    cycle.enabled |= s.enabled;
    cycle.pending |= s.pending;
    if (s.actor >= model::first_buffer) {
      cycle.drained |= bit(s.actor - model::first_buffer);
      continue;
    }
    cycle.moved |= bit(s.actor);
    if (s.progress) cycle.progress |= bit(s.actor);
  }
  return cycle;
}

void Lassos::at_point(bool started) {
  const Place& place = m_.places->of(m_.hot->current);
  if (!started || !m_.fair || place.words == nullptr || !collect()) return;
  const std::uint64_t step = m_.hot->steps, key = hash();
  const auto [at, is_new] = index_of_.try_emplace(key, states_.size());
  if (is_new) return states_.push_back({key, step, 0, {}});
  State& state = states_[at->second];
  if (state.copy.empty()) {
    state.copy = words_;
    state.copy_step = step;
    return;
  }
  if (state.copy != words_) return;
  note_progress();
  const Cycle cycle = cycle_since(state.copy_step);
  cycle.is_fair() ? report(cycle) : be_fair(cycle);
}

// Those that moved wait for those that could and did not.
void Lassos::be_fair(const Cycle& cycle) {
  Hot& h = *m_.hot;
  const std::uint64_t missing = h.runnable & ~cycle.moved;
  if (missing == 0) {
    const std::uint64_t pending = m_.buffers_stores() ? m_.memory->drainable(m_) : 0;
    if ((pending & ~cycle.drained) != 0) m_.space.mut(*marks_).drain_first = 1;
    return;
  }
  for (std::uint64_t rest = h.runnable & cycle.moved; rest != 0; rest &= rest - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(rest));
    m_.space.mut(m_.threads[t]).waits_for = missing;
    h.yielded |= bit(t);
  }
}

void Lassos::report(const Cycle& cycle) {
  const std::uint64_t starved = cycle.moved & ~cycle.progress;
  if (starved == 0) return;
  const std::uint64_t count = m_.hot->steps - cycle.from;
  m_.cycle = {cycle.from, count};
  const std::string where = "a fair scheduler can repeat the last " + std::to_string(count) +
                            " steps for ever, without progress of " + spell(starved);
  if (cycle.progress == 0) m_.violate("live.no_livelock", where);
  m_.violate("live.no_starvation", where + ", but with that of " + spell(cycle.progress));
}

}  // namespace sim
