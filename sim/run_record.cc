// What the machine tells who listens to an execution, and wiped stacks.
#include "sim/run_record.h"

#include <cstring>

#include "sim/machine.h"

namespace sim {
namespace {

// What a thread finds below its frames when it begins, and after each of its operations. The frames
// of the hook itself leave a few hundred bytes.
constexpr std::uint64_t wiped_at_start = 32 << 10, wiped_after_step = 4096;
constexpr std::uint64_t below_frame = 256;

void wipe(std::uint64_t low, std::uint64_t top, std::uint64_t bytes) {
  const std::uint64_t first = top - low > bytes ? top - bytes : low;
  std::memset(reinterpret_cast<void*>(first), pattern_of_memory(), top - first);
}

}  // namespace

void Machine::tell_start() {
  if (surroundings.held) {
    restart_time_stamp();
    for (std::uint32_t t = 0; t <= options.threads; t++) {
      // Of the stacks that it is not on nobody here knows how far they are used.
      const Fiber& fiber = *on[t];
      const auto used = reinterpret_cast<std::uint64_t>(fiber.context);
      const bool live = used > fiber.low && used < fiber.top;
      wipe(fiber.low, (live ? used : fiber.top) - below_frame, wiped_at_start);
    }
  }
  if (resumed_at != from_the_start) return;
  listener->on_record({RunRecord::Kind::start, 0, 0, 0, hot->hash, 0, 0, 0});
}

void Machine::tell(const model::ChoicePoint& point, std::uint32_t chosen) {
  listener->on_record({RunRecord::Kind::choice, static_cast<std::uint8_t>(hot->current),
                       static_cast<std::uint16_t>(point.kind), point.options, chosen, point.ready,
                       point.drains, 0});
}

// As the hash has it: what differs here differs there.
void Machine::tell(std::uint32_t event, std::uint64_t a, std::uint64_t b, std::uint64_t c,
                   std::uint64_t pc) {
  listener->on_record({RunRecord::Kind::event, static_cast<std::uint8_t>(hot->current),
                       static_cast<std::uint16_t>(event), 0, name_of(a), name_of(b), name_of(c),
                       pc});
}

void Machine::tell(const StepRecord& r) {
  const std::uint64_t value = r.operation == Operation::system_call ? 0 : comparable(r.value);
  listener->on_record({RunRecord::Kind::operation, static_cast<std::uint8_t>(r.thread),
                       static_cast<std::uint16_t>(r.operation), r.bytes, comparable(r.address),
                       value, 0, r.pc});
  if (!surroundings.held || is_alone()) return;
  const Fiber& fiber = running_stack();
  const auto here = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
  if (here < fiber.low || here > fiber.top) return;  // a drain, on the host's stack
  if (here - fiber.low > below_frame) wipe(fiber.low, here - below_frame, wiped_after_step);
}

std::vector<std::uint64_t> Machine::written_lines() const {
  std::vector<std::uint64_t> lines = space.lines_since(base_mark_);
  std::erase_if(lines, [this](std::uint64_t line) { return is_on_stack(line); });
  return lines;
}

void Machine::tell_end() {
  for (const std::uint64_t line : written_lines()) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(line);
    std::uint64_t hash = 0;
    for (std::uint64_t i = 0; i < line_bytes / 8; i++) {
      hash = (hash ^ comparable(words[i])) * 0x9e3779b97f4a7c15ull;
      hash ^= hash >> 29;
    }
    listener->on_record({RunRecord::Kind::line, 0, 0, 0, line - space_base, hash, 0, 0});
  }
  std::uint64_t invariant = 0;
  if (!violations.empty()) {
    for (const char c : violations[0].invariant)
      invariant = invariant * 131 + static_cast<unsigned char>(c);
  }
  listener->on_record({RunRecord::Kind::over, 0, static_cast<std::uint16_t>(ended), 0, hot->hash,
                       invariant, hot->steps, time_stamp_reader()});
}

}  // namespace sim
