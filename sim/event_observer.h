// Who listens to the event stream: checkers and the recorder. Observers never change the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sim {

class Space;

struct ObservedEvent {
  std::uint32_t kind;  // runtime_core::Event
  std::uint32_t thread;
  std::uint64_t a, b, c;
};

struct Finding {
  const char* invariant;
  std::string message;
};

// A set of event kinds, as bits.
template <class... Kind>
constexpr std::uint64_t kinds(Kind... kind) {
  return ((std::uint64_t{1} << static_cast<std::uint32_t>(kind)) | ...);
}

// Besides kinds of events: reset() and on_end() are wanted.
inline constexpr std::uint64_t at_start = std::uint64_t{1} << 62;
inline constexpr std::uint64_t at_end = std::uint64_t{1} << 63;

class EventObserver {
 public:
  virtual ~EventObserver() = default;
  // The kinds of events that on_event() is called for, at_start and at_end.
  virtual std::uint64_t wanted() const { return ~std::uint64_t{0}; }
  // Once, before the scenario's setup: state that must survive backtracking is allocated in
  // `space` and written through its journal (JournalMap, Space::mut). Events of the setup are seen.
  virtual void attach(Space&) {}
  // A new execution starts: host-side state of the previous one is void.
  virtual void reset() {}
  // All threads have ended and nothing was violated yet.
  virtual std::optional<Finding> on_end() { return std::nullopt; }
  virtual std::optional<Finding> on_event(const ObservedEvent& event) = 0;
};

}  // namespace sim
