// Turns a parsed allocation trace into the alloc-trace scenario's input.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/alloc_input.h"
#include "traces/alloc_trace.h"

namespace cli {

// Owns the arrays that `input` points to.
struct LoadedAllocs {
  scenarios::AllocInput input{};
  traces::AllocFigures figures;

  std::vector<scenarios::AllocInputObject> objects;
  std::vector<std::uint64_t> first_object, first_death;
  std::vector<std::uint32_t> deaths;
  runtime_core::Type pointer_type{};
  std::uint8_t pointer_mask[8] = {};
};

// Null with *error set when the file is unreadable or malformed, or asks for too much memory.
std::unique_ptr<LoadedAllocs> load_allocs(const std::string& path, std::string* error);
// The same from text; `name` stands in messages.
std::unique_ptr<LoadedAllocs> load_allocs_text(const std::string& text, const std::string& name,
                                               std::string* error);

}  // namespace cli
