// Recognises repeated reads and local states.
#include "sim/await.h"

#include <algorithm>

#include "sim/value.h"

namespace sim {
namespace {

// Never 0. The words hold where the thread is as well. Lanes, since each step of one waits for the
// step before: stacks are long, and all that a program reads in a loop comes here.
std::uint64_t hash_of(LocalState state, std::uint64_t top) {
  constexpr std::uint32_t lanes = 8;
  std::uint64_t hash[lanes] = {state.sp(), 1, 2, 3, 4, 5, 6, 7};
  const auto mix = [&hash](std::uint32_t lane, std::uint64_t word) {
    hash[lane] = (hash[lane] ^ word) * 0x9e3779b97f4a7c15ull;
    hash[lane] ^= hash[lane] >> 32;
  };
  const auto* words = reinterpret_cast<const std::uint64_t*>(state.first());
  const std::uint64_t count = (top - state.first()) / 8;
  std::uint64_t at = 0;
  for (; at + lanes <= count; at += lanes) {
    for (std::uint32_t lane = 0; lane < lanes; lane++) mix(lane, words[at + lane]);
  }
  for (std::uint32_t lane = 0; at < count; at++, lane++) mix(lane, words[at]);
  for (std::uint32_t lane = 1; lane < lanes; lane++) mix(0, hash[lane]);
  return hash[0] | 1;
}

}  // namespace

void Awaits::prepare(Space& space, std::uint32_t threads) {
  space_ = &space;
  loops_ = static_cast<Loop*>(space.allocate_tool(sizeof(Loop) * (threads + 1)));
}

// Whether what the last round read is still there.
bool Awaits::is_unchanged(const Loop& loop, std::uint32_t round) {
  for (std::uint32_t back = 1; back <= round; back++) {
    const Read& r = loop.reads[slot(loop, back)];
    if (read_value(r.address, static_cast<std::uint32_t>(r.bytes)) != r.value) return false;
  }
  return true;
}

bool Awaits::is_repeated(const Loop& loop, std::uint32_t round) {
  for (std::uint32_t back = 1; back <= round; back++) {
    if (loop.reads[slot(loop, back)] != loop.reads[slot(loop, back + round)]) return false;
  }
  return true;
}

bool Awaits::is_third_round(Loop& loop, std::uint64_t stack_top, LocalState state,
                            std::uint64_t address, bool swap) {
  std::uint64_t hash = 0;
  std::uint32_t repeated = 0;
  // A round begins with a load where it has one.
  const bool may_begin = !swap || loop.reads[slot(loop, 1)].swap != 0;
  const std::uint32_t rounds = may_begin ? std::min(reads_max, loop.count) : 0;
  for (std::uint32_t round = 1; round <= rounds; round++) {
    const std::uint32_t first = slot(loop, round);
    const Read& read = loop.reads[first];
    if (read.address != address || read.swap != swap) continue;
    if (!old_values_ && !is_unchanged(loop, round)) continue;
    // A round may begin here.
    if (hash == 0) hash = hash_of(state, stack_top);
    if (2 * round > loop.count) continue;
    const bool same_state = (loop.hashed >> first & 1) != 0 && loop.hashes[first] == hash;
    if (!same_state || !is_repeated(loop, round)) continue;
    repeated = round;
    break;
  }
  const std::uint32_t next = slot(loop, 0);
  const std::uint64_t bit = std::uint64_t{1} << next;
  if (hash != 0) space_->mut(loop.hashes[next]) = hash;
  if (((loop.hashed & bit) != 0) != (hash != 0)) space_->mut(loop.hashed) ^= bit;
  if (repeated != 0) space_->mut(loop.round) = repeated;
  return repeated != 0;
}

// Whether the thread has read something there since it last made progress.
bool Awaits::reads_between(const Loop& loop, std::uint64_t begin, std::uint64_t end) {
  const std::uint32_t reads = std::min(reads_kept, loop.count);
  return std::any_of(loop.reads, loop.reads + reads,
                     [&](const Read& r) { return r.address < end && begin < r.address + r.bytes; });
}

// What the code behind the hook may still read.
const Liveness::Live& Awaits::live_at(LocalState state, std::uint64_t top) {
  const std::uint64_t sp = state.sp();
  Liveness::Place place{state.pc(), {}};
  for (std::uint32_t r = 0; r < Liveness::registers; r++) {
    const std::uint64_t value = state.saved(r);
    const bool on_stack = value >= sp && value < top;
    place.above[r] = on_stack ? value - sp : Liveness::untracked;
  }
  static const Liveness::Live everything;
  return compares_everything ? everything : Liveness::of_process().at(place);
}

// That part of the local state, as a hash; never 0. Without the words of the stack that the thread
// reads as others do, which they may have written.
std::uint64_t Awaits::hash_of_live(const Loop& loop, LocalState state, std::uint64_t top) {
  const std::uint64_t sp = state.sp();
  const Liveness::Live& live = live_at(state, top);
  std::uint64_t hash = sp ^ state.pc() << 20;
  const auto mix = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  };
  for (std::uint32_t r = 0; r < Liveness::registers; r++) {
    mix((live.registers >> r & 1) != 0 ? state.saved(r) : 0);
  }
  const auto* words = reinterpret_cast<const std::uint32_t*>(sp);
  const std::uint64_t count = (top - sp) / 4;
  const bool shares = reads_between(loop, sp, top);
  for (std::uint64_t i = 0; i < count; i++) {
    if (i < Liveness::slots && !live.slots[i]) continue;
    mix(shares && reads_between(loop, sp + 4 * i, sp + 4 * i + 4) ? 0 : words[i]);
  }
  return hash | 1;
}

// Whether the thread has been here before, in this state, and has done nothing since.
bool Awaits::is_back(Loop& loop, std::uint64_t stack_top, LocalState state) {
  const std::uint64_t hash = hash_of_live(loop, state, stack_top);
  const std::uint32_t rounds = std::min(reads_kept - 1, loop.count);
  for (std::uint32_t round = 1; round <= rounds; round++) {
    if (loop.hashes[slot(loop, round)] != hash) continue;
    space_->mut(loop.round) = round;
    return true;
  }
  space_->mut(loop.hashes[slot(loop, 0)]) = hash;
  return false;
}

void Awaits::append_live(LocalState state, std::uint64_t top, std::vector<std::uint64_t>& words) {
  const Liveness::Live& live = live_at(state, top);
  words.insert(words.end(), {state.pc(), state.sp()});
  for (std::uint32_t r = 0; r < Liveness::registers; r++) {
    words.push_back((live.registers >> r & 1) != 0 ? state.saved(r) : 0);
  }
  const auto* slots = reinterpret_cast<const std::uint32_t*>(state.sp());
  const std::uint64_t count = (top - state.sp()) / 4;
  const auto slot = [&](std::uint64_t i) -> std::uint64_t {
    return i < Liveness::slots && !live.slots[i] ? 0 : slots[i];
  };
  for (std::uint64_t i = 0; i < count; i += 2) words.push_back(slot(i) | slot(i + 1) << 32);
}

// What is_third_round() may still look at: the rounds before, as far back as two of the longest go.
void Awaits::append_state(std::uint32_t t, bool waits, std::vector<std::uint64_t>& words) const {
  const Loop& loop = loops_[t];
  const std::uint32_t reads = std::min(2 * reads_max, loop.count);
  words.insert(words.end(), {reads, waits ? loop.round : 0});
  for (std::uint32_t back = 0; back <= reads; back++) {
    const std::uint32_t at = slot(loop, back);
    if (back <= reads_max) words.push_back((loop.hashed >> at & 1) != 0 ? loop.hashes[at] : 0);
    if (back == 0) continue;
    const Read& r = loop.reads[at];
    words.insert(words.end(), {r.address, std::uint64_t{r.bytes} << 1 | r.swap, r.value});
  }
}

bool Awaits::watches(std::uint32_t t, std::uint64_t address, std::uint64_t bytes) const {
  const Loop& loop = loops_[t];
  for (std::uint32_t back = 1; back <= loop.round; back++) {
    const Read& r = loop.reads[slot(loop, back)];
    if (r.address < address + bytes && address < r.address + r.bytes) return true;
  }
  return false;
}

}  // namespace sim
