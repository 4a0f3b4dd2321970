// Recognises loop heads and repeated local states.
#include "sim/await.h"

#include "sim/machine.h"
#include "sim/value.h"

namespace sim {
namespace {

std::uint64_t hash_of(LocalState state, std::uint64_t top) {
  std::uint64_t hash = 0;
  for (std::uint64_t at = state.first(); at < top; at += 8) {
    hash = (hash ^ *reinterpret_cast<const std::uint64_t*>(at)) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

void Awaits::prepare(Space& space, std::uint32_t threads) {
  space_ = &space;
  loops_ = static_cast<Loop*>(space.allocate_tool(sizeof(Loop) * (threads + 1)));
}

bool Awaits::unchanged(const Loop& loop) const {
  for (std::uint32_t i = 0; i < loop.read_count; i++) {
    const Read& read = loop.reads[i];
    if (read_value(read.address, static_cast<std::uint32_t>(read.bytes)) != read.value)
      return false;
  }
  return true;
}

bool Awaits::arrive(Machine& m, LocalState state) {
  Loop& loop = loops_[m.current()];
  if (loop.anchored == 0) {
    space_->touch(reinterpret_cast<std::uint64_t>(&loop), 1);
    loop.pc = state.pc();
    loop.sp = state.sp();
    loop.anchored = 1;
    loop.hashed = 0;
    loop.read_count = 0;
    return false;
  }
  if (loop.pc != state.pc() || loop.sp != state.sp()) {
    // Far from the head: perhaps the anchor was before the loop. Anchor anew.
    if (loop.read_count > reads_max) space_->mut(loop.anchored) = 0;
    return false;
  }
  const std::uint64_t hash = hash_of(state, m.fibers[m.current()].top);
  const bool same = loop.hashed != 0 && loop.hash == hash && loop.read_count <= reads_max;
  if (same && unchanged(loop)) return true;
  space_->touch(reinterpret_cast<std::uint64_t>(&loop), 1);
  loop.hash = hash;
  loop.hashed = 1;
  loop.read_count = 0;
  return false;
}

bool Awaits::watches(std::uint32_t t, std::uint64_t address, std::uint64_t bytes) const {
  const Loop& loop = loops_[t];
  for (std::uint32_t i = 0; i < loop.read_count && i < reads_max; i++) {
    const Read& read = loop.reads[i];
    if (read.address < address + bytes && address < read.address + read.bytes) return true;
  }
  return false;
}

}  // namespace sim
