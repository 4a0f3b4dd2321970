// What an execution comes to: events and who listens to them, violations, and the end.
#include <algorithm>
#include <bit>
#include <string_view>

#include "sim/event_access.h"
#include "sim/fault.h"
#include "sim/machine.h"
#include "sim/schedule.h"

namespace sim {

// A thread that gave up an iteration of a waiting loop, for good, although what it read has
// changed since: another execution goes on from here.
bool Machine::is_cut_short() {
  if (fair) return false;
  if (kernel->gave_up != 0) return true;
  for (std::uint64_t rest = hot->awaiting; rest != 0; rest &= rest - 1) {
    if (awaits.sees_change(static_cast<std::uint32_t>(std::countr_zero(rest)))) return true;
  }
  return false;
}

void Machine::finish_execution() {
  if (is_cut_short()) {
    ended = End::blocked;
    return;
  }
  for (std::uint32_t t = 0; t < options.threads; t++) {
    if (threads[t].done != 0) continue;
    const bool spins = (hot->awaiting >> t & 1) != 0;
    violations.push_back({spins ? "live.progress" : "sched.no_deadlock",
                          "thread " + std::to_string(t) +
                              (spins ? " waits for ever for a value to change"
                                     : " is blocked and nobody can wake it"),
                          hot->steps, hot->context_switches});
    return;
  }
  const std::size_t found = violations.size();
  run_alone(scenario->finish);
  for (EventObserver* observer : end_listeners_) {
    if (violations.size() != found) return;
    if (auto finding = observer->on_end()) {
      violations.push_back(
          {finding->invariant, finding->message, hot->steps, hot->context_switches});
    }
  }
}

void Machine::violate(const char* invariant, const std::string& message) {
  violations.push_back({invariant, message, hot->steps, hot->context_switches});
  touches_all();
  execution_over_ = true;
  leave_to_host();
  __builtin_trap();
}

// In an execution that need not be fair others may have had no chance to end the wait: the thread
// ends there, and they go on.
void Machine::give_up() {
  bounds_hit.add(Bound::patience);
  explorer->on_cut();
  const std::uint64_t me = std::uint64_t{1} << hot->current;
  hot->runnable &= ~me;
  space.mut(*kernel).gave_up |= me;
  scheduling_point();
  __builtin_trap();
}

// What the runtime does when it gets no memory is its right end, provided that the kernel refused.
void Machine::thrown(const char* invariant, const char* message) {
  if (!fair && !is_alone() && std::string_view(invariant) == "live.progress") give_up();
  const bool refused = kernel->refusals > 0 && !is_alone();
  if (!refused || std::string_view(invariant) != "runtime.out_of_memory") {
    violate(invariant, message);
  }
  touches_all();
  execution_over_ = died_ = true;
  leave_to_host();
  __builtin_trap();
}

void Machine::report_race(std::uint64_t address, std::uint64_t bytes, bool write, bool atomic,
                          std::uint32_t other, std::uint64_t pc) {
  if (!options.races) return;
  race_stack = call_stack(pc);
  race = Watch{address, bytes, other, {}};
  std::string message = std::string(atomic ? "atomic " : "plain ") + (write ? "write" : "read") +
                        " of " + std::to_string(bytes) + " bytes at region offset " +
                        std::to_string(address - space_base) + " by thread " +
                        std::to_string(current()) + " is not ordered with an access by thread " +
                        std::to_string(other);
  violate("memory.no_data_race", message);
}

void Machine::touches_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  using model::AccessKind;
  const EventAccess access = access_of(kind, b, c);
  if (access.ordered) return;
  const std::uint64_t heap = model::machine_object(model::MachineObject::heap, 0);
  touches(heap, 1, access.global ? AccessKind::write : AccessKind::read);
  if (access.global) return;
  const std::uint64_t bytes =
      std::min<std::uint64_t>(std::max<std::uint64_t>(access.bytes, 1), 1u << 20);
  touches(model::machine_object(model::MachineObject::event, a), static_cast<std::uint32_t>(bytes),
          AccessKind::write);
}

void Machine::event(std::uint32_t kind, std::uint64_t a, std::uint64_t b, std::uint64_t c,
                    std::uint64_t pc) {
  reached[kind]++;
  mix(name_of(a) ^ std::uint64_t{kind} << 56);
  mix(name_of(b) ^ name_of(c) << 1);
  if (recording) log.push_back({kind, hot->current, a, b, c, step_log.size()});
  if (lassos != nullptr) [[unlikely]]
    lassos->progressed();
  if (listener != nullptr) [[unlikely]]
    tell(kind, a, b, c, pc);
  if (features_ != nullptr && !is_alone()) [[unlikely]]
    show({.event = kind, .thread = hot->current});
  if (step.active && !listeners_[kind].empty()) touches_event(kind, a, b, c);
  for (EventObserver* observer : listeners_[kind]) {
    if (auto finding = observer->on_event({kind, hot->current, a, b, c})) {
      violate(finding->invariant, finding->message);
    }
  }
}

}  // namespace sim
