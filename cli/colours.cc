// Colours: white when allocated or when marking begins, grey when queued, black when scanned.
#include "cli/colours.h"

#include "runtime_core/probe.h"

namespace cli {

const char* name_of(Colour colour) {
  switch (colour) {
    case Colour::white:
      return "white";
    case Colour::grey:
      return "grey";
    case Colour::black:
      return "black";
    case Colour::freed:
      return "freed";
  }
  return "?";
}

std::map<std::uint64_t, Colour> colours_after(std::span<const traces::EventRecord> events) {
  using runtime_core::Event;
  std::map<std::uint64_t, Colour> colours;
  for (const traces::EventRecord& e : events) {
    switch (static_cast<Event>(e.kind)) {
      case Event::alloc:
        colours[e.a] = Colour::white;
        break;
      case Event::gc_mark_begin:
        if (e.b != 0) break;  // the checkmark pass has marks of its own
        for (auto& [object, colour] : colours) {
          if (colour != Colour::freed) colour = Colour::white;
        }
        break;
      case Event::grey_object:
        if (e.c == 0) colours[e.a] = e.b != 0 ? Colour::grey : Colour::black;
        break;
      case Event::scan_object:
        if (e.c == 0) colours[e.a] = Colour::black;
        break;
      case Event::free_object:
        colours[e.a] = Colour::freed;
        break;
      default:
        break;
    }
  }
  return colours;
}

}  // namespace cli
