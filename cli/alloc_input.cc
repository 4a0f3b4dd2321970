// Which objects an allocation trace knows, when they die, and which root holds each of them.
#include "cli/alloc_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace cli {
namespace {

using traces::AllocEvent;
using traces::AllocKind;

constexpr std::uint32_t never = 0xffffffff;
constexpr std::uint64_t live_bytes_max = std::uint64_t{1} << 30;

// Who allocated an older object, and when, the trace does not say; both are 0.
scenarios::AllocInputObject object_of(const traces::AllocTrace& trace, const AllocEvent& event) {
  const bool older = event.kind == AllocKind::free;
  const std::uint64_t goroutine = older ? 0 : trace.goroutines[event.goroutines.first].id;
  const bool pointers = event.size <= runtime_core::ptr_size;
  const std::uint64_t size = pointers
                                 ? runtime_core::ptr_size
                                 : std::max<std::uint64_t>(event.size, runtime_core::tiny_size);
  return {size, goroutine, 0, never, pointers};
}

// A recorded free came from the sweep that followed a collection: the object died there. That is
// the latest collection before the free; if the object is younger, the next one. What is freed and
// was not allocated is older than the trace.
void find_deaths(const traces::AllocTrace& trace, LoadedAllocs& loaded) {
  std::unordered_map<std::uint64_t, std::size_t> at;  // address -> latest object
  std::vector<std::uint32_t> born;                    // collections before
  std::vector<scenarios::AllocInputObject> older;
  std::uint32_t collections = 0;
  for (const AllocEvent& event : trace.events) {
    const std::uint32_t latest = collections == 0 ? 0 : collections - 1;
    if (event.kind == AllocKind::collect) {
      collections++;
    } else if (event.kind == AllocKind::allocate) {
      at[event.address] = loaded.objects.size();
      loaded.objects.push_back(object_of(trace, event));
      born.push_back(collections);
    } else if (const auto found = at.find(event.address); found != at.end()) {
      const std::size_t i = found->second;
      loaded.objects[i].dies = std::max(born[i], latest);
      at.erase(found);
    } else {
      older.push_back(object_of(trace, event));
      older.back().dies = latest;
    }
  }
  loaded.first_object.push_back(older.size());
  loaded.objects.insert(loaded.objects.begin(), older.begin(), older.end());
  loaded.input.collections = loaded.input.passes = collections;
  for (const auto& object : loaded.objects) {
    if (object.dies == never) continue;
    loaded.input.frees++;
    loaded.input.passes = std::max(loaded.input.passes, object.dies + 1);
  }
}

// A root is used again once the collection that found it empty is over.
void assign_slots(const traces::AllocTrace& trace, LoadedAllocs& loaded) {
  std::vector<std::vector<std::uint32_t>> dying(loaded.input.passes);
  std::vector<std::uint32_t> unused;
  std::uint32_t slots = 0, pass = 0;
  loaded.first_death.push_back(0);
  const auto take_slot = [&](scenarios::AllocInputObject& object) {
    if (unused.empty()) unused.push_back(slots++);
    object.slot = unused.back();
    unused.pop_back();
    if (object.dies != never) dying[object.dies].push_back(object.slot);
  };
  const auto end_segment = [&](std::size_t objects) {
    loaded.first_object.push_back(objects);
    unused.insert(unused.end(), dying[pass].begin(), dying[pass].end());
    loaded.deaths.insert(loaded.deaths.end(), dying[pass].begin(), dying[pass].end());
    loaded.first_death.push_back(loaded.deaths.size());
    pass++;
  };
  std::size_t i = 0;
  while (i < loaded.first_object[0]) take_slot(loaded.objects[i++]);
  for (const AllocEvent& event : trace.events) {
    if (event.kind == AllocKind::collect) end_segment(i);
    if (event.kind == AllocKind::allocate) take_slot(loaded.objects[i++]);
  }
  while (pass < loaded.input.passes) end_segment(i);
  loaded.first_object.push_back(i);
  loaded.input.slots = slots;
}

// The most that is alive at once, garbage of one collection included.
std::uint64_t live_bytes_of(const LoadedAllocs& loaded) {
  std::vector<std::uint64_t> dying(loaded.input.passes);
  std::uint64_t live = 0, most = 0, i = 0;
  for (std::uint32_t segment = 0; segment <= loaded.input.passes; segment++) {
    for (; i < loaded.first_object[segment + 1]; i++) {
      const auto& object = loaded.objects[i];
      if (object.size > live_bytes_max) return object.size;
      live += object.size;
      if (object.dies != never) dying[object.dies] += object.size;
    }
    most = std::max(most, live);
    if (segment < loaded.input.passes) live -= dying[segment];
  }
  return most;
}

std::unique_ptr<LoadedAllocs> convert(const traces::Result<traces::AllocTrace>& trace,
                                      const std::string& name, std::string* error) {
  if (!trace) {
    *error = name + ": " + trace.error.describe();
    return nullptr;
  }
  auto loaded = std::make_unique<LoadedAllocs>();
  LoadedAllocs& l = *loaded;
  l.figures = traces::figures_of(*trace);
  find_deaths(*trace, l);
  assign_slots(*trace, l);
  if (const std::uint64_t bytes = live_bytes_of(l); bytes > live_bytes_max) {
    *error = fmt::format("{}: the trace keeps {} bytes alive at once; at most {} are simulated",
                         name, bytes, live_bytes_max);
    return nullptr;
  }
  for (auto& byte : l.pointer_mask) {
    byte = runtime_core::bits_pointer << 2 | runtime_core::bits_pointer << 6;
  }
  l.pointer_type.size = runtime_core::ptr_size;
  l.pointer_type.kind = runtime_core::kind_struct;
  l.pointer_type.align = 8;
  l.pointer_type.gc[0] = reinterpret_cast<std::uintptr_t>(l.pointer_mask);
  l.input.objects = l.objects.size();
  l.input.object = l.objects.data();
  l.input.first_object = l.first_object.data();
  l.input.first_death = l.first_death.data();
  l.input.deaths = l.deaths.data();
  l.input.pointer_type = &l.pointer_type;
  return loaded;
}

}  // namespace

std::unique_ptr<LoadedAllocs> load_allocs(const std::string& path, std::string* error) {
  return convert(traces::read_alloc_trace_file(path), path, error);
}

std::unique_ptr<LoadedAllocs> load_allocs_text(const std::string& text, const std::string& name,
                                               std::string* error) {
  return convert(traces::read_alloc_trace(text), name, error);
}

}  // namespace cli
