// The object graph of a heap dump as flat arrays, and what of it is reachable.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "traces/heap_dump.h"
#include "traces/result.h"

namespace traces {

// A word: its value, and the object that it points to or into, if any.
struct HeapWord {
  static constexpr std::uint32_t none = 0xffffffff;
  std::uint64_t value = 0;
  std::uint32_t target = none;  // index of an object
  std::uint64_t interior = 0;   // value minus address of the target
  bool points() const { return target != none; }
};

struct HeapField {
  std::uint64_t offset = 0;  // in its object
  HeapWord word;
};

struct HeapFinalizer {
  bool queued = false;
  HeapWord object;
  HeapWord function;
  std::uint64_t code_pc = 0, parameter_type = 0, object_type = 0;
};

// Objects are in the order of their addresses. The fields of object i are
// fields[first_field[i]] up to fields[first_field[i + 1]].
struct HeapGraph {
  std::vector<std::uint64_t> address;
  std::vector<std::uint64_t> size;  // bytes
  std::vector<std::uint64_t> first_field;
  std::vector<HeapField> fields;
  std::vector<HeapWord> roots;  // other roots, goroutine contexts, frames, data, bss: in this order
  std::vector<HeapFinalizer> finalizers;

  std::size_t objects() const { return address.size(); }
  std::uint64_t object_bytes() const;
  std::uint64_t edges() const;       // fields that point to an object
  std::uint64_t root_edges() const;  // root words that do
  // The object that contains the address.
  HeapWord resolve(std::uint64_t value) const;
};

// Errors: objects that overlap, or more of them than an index can tell.
Result<HeapGraph> make_heap_graph(const HeapDump& dump);

struct Reachable {
  std::vector<bool> marked;  // by object
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

// From roots and finalizers, breadth first; knows nothing of the simulated collector. A finalizer
// retains its function and what its object points to, a queued one also the object.
Reachable reachable(const HeapGraph& graph);

}  // namespace traces
