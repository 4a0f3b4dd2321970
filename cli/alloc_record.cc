// The hooks of scenarios/alloc_trace.cc show what they are called with as events.
#include "cli/alloc_record.h"

#include "runtime_core/probe.h"
#include "scenarios/alloc_input.h"

namespace cli {

void AllocRecord::reset() {
  trace_ = {};
  trace_.names.emplace_back("running");
}

void AllocRecord::add(traces::AllocKind kind, const sim::ObservedEvent& event) {
  traces::AllocEvent added;
  added.kind = kind;
  added.address = event.b;
  added.size = event.c;
  added.goroutines = {trace_.goroutines.size(), 1};
  trace_.goroutines.push_back({event.thread, 0});
  trace_.events.push_back(added);
}

std::optional<sim::Finding> AllocRecord::on_event(const sim::ObservedEvent& event) {
  if (event.kind != static_cast<std::uint32_t>(runtime_core::Event::user)) return std::nullopt;
  switch (event.a) {
    case scenarios::alloc_record_allocate:
      add(traces::AllocKind::allocate, event);
      break;
    case scenarios::alloc_record_free:
      add(traces::AllocKind::free, event);
      break;
    case scenarios::alloc_record_collect:
      add(traces::AllocKind::collect, event);
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace cli
