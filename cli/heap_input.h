// Turns a parsed heap dump into the heap-dump scenario's input.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/heap_input.h"
#include "traces/heap_graph.h"

namespace cli {

// Owns the arrays that `input` points to.
struct LoadedHeap {
  scenarios::HeapInput input{};
  std::vector<bool> reachable;
  std::uint64_t object_bytes = 0;
  std::uint64_t root_words = 0;

  traces::DumpParams params;
  traces::HeapGraph graph;
  std::vector<scenarios::HeapInputField> fields;
  std::vector<scenarios::HeapInputWord> roots;
  std::vector<scenarios::HeapInputFinalizer> finalizers;
  std::vector<const runtime_core::Type*> type;
  std::deque<runtime_core::Type> types;
  std::deque<std::vector<std::uint8_t>> masks;
  std::map<std::vector<std::uint8_t>, const runtime_core::Type*> by_mask;
};

// Null with *error set when the file is unreadable or malformed.
std::unique_ptr<LoadedHeap> load_heap(const std::string& path, std::string* error);

}  // namespace cli
