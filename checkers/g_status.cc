// sched.g_status: the status word of a goroutine moves along the arrows of the original alone.
#include <memory>
#include <string>

#include "checkers/shadow.h"
#include "runtime_core/sched/g.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using namespace runtime_core;

struct Arrow {
  u32 from, to;
};

// Without the scan bit, which comes and goes on top of four of them. Facts §17.3, §17.10, §17.14,
// and newstack, gc_m and shrinkstack.
constexpr Arrow arrows[] = {
    {g_idle, g_dead},          {g_idle, g_syscall},      {g_dead, g_runnable},
    {g_runnable, g_running},   {g_running, g_runnable},  {g_running, g_waiting},
    {g_running, g_syscall},    {g_running, g_dead},      {g_running, g_copystack},
    {g_waiting, g_runnable},   {g_waiting, g_running},   {g_waiting, g_copystack},
    {g_runnable, g_copystack}, {g_copystack, g_running}, {g_copystack, g_waiting},
    {g_copystack, g_runnable}, {g_syscall, g_running},   {g_syscall, g_runnable},
};

bool is_claim(u32 from, u32 to) {
  if (from == g_running && to == (g_enqueue | g_scan)) return true;
  const bool may =
      from == g_runnable || from == g_running || from == g_waiting || from == g_syscall;
  return may && to == (from | g_scan);
}

bool is_legal(u32 from, u32 to) {
  if (is_claim(from, to)) return true;
  if ((from & g_scan) != 0) {
    return from == (g_enqueue | g_scan) ? to == g_waiting : is_claim(to, from);
  }
  for (const Arrow& arrow : arrows) {
    if (arrow.from == from && arrow.to == to) return true;
  }
  return false;
}

class GStatus final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override { return sim::kinds(Event::g_status); }
  void attach(sim::Space& space) override { status_.attach(space, 1 << 12); }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    const std::uint64_t known = status_.find(e.a).value_or(g_idle);
    const auto from = static_cast<u32>(e.b), to = static_cast<u32>(e.c);
    if (!status_.put(e.a, to)) return sim::Finding{"tool.limit", "goroutine checker is full"};
    const std::string change = std::to_string(from) + " to " + std::to_string(to);
    if (known != from) {
      return sim::Finding{"sched.g_status",
                          "a status goes from " + change + " and was " + std::to_string(known)};
    }
    if (is_legal(from, to)) return std::nullopt;
    return sim::Finding{"sched.g_status", "a status goes from " + change};
  }

 private:
  sim::JournalMap status_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_g_status(const Shadow&) {
  return std::make_unique<GStatus>();
}

}  // namespace checkers
