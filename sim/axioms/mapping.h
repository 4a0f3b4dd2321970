// How compilers map C++ atomic operations to the instructions of a processor (Sewell and Batty,
// "C/C++11 mappings to processors"), in the marks of sim/axioms/execution.h.
#pragma once

#include <optional>
#include <string_view>

#include "sim/axioms/execution.h"

namespace sim::axioms {

enum class Operation : std::uint8_t { load, store, read_modify_write, fence };

// A fence before, the access with its own strength, a fence behind.
struct Mapped {
  Marks before = 0;  // 0: no fence
  Marks read = 0, write = 0;
  Marks behind = 0;        // 0: no fence
  bool branches = false;   // the fence behind stands behind a branch on the value that was read
  bool exchanges = false;  // a store is an exchange whose old value is thrown away
  bool operator==(const Mapped&) const = default;
};

// `order`: one of the marks of C11. Nothing if `model` is no processor's.
std::optional<Mapped> mapped(std::string_view model, Operation operation, Mark order);

}  // namespace sim::axioms
