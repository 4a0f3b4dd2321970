// Programs for the mutator-program scenario as text: reading, writing, and handing them to a run.
//
//   mutator-program 1
//   channel 2             # chan0, of pairs, with room for two
//   semaphore 1           # sem0, with one unit
//   goroutine             # main
//     pair0 = new
//     pair0.1 = one0      # a field of an object; where a slot is nil this does nothing
//     global0 = pair0
//     pair0 = nil
//     call 2              # a function runs the next two, with slots of its own
//       pair1 = global1
//       copy pair0 pair1
//     call 1 deep         # likewise, in a frame that needs a larger stack
//       yield
//     spawn 1
//     collect
//     finalize one0
//     pair0 = receive chan0
//   goroutine             # number 1
//     pair0 = global0
//     send chan0 pair0
//
// mutator_forms.h has all operations.
// A function and a new goroutine get their maker's pair0 and one0; a call returns pair0.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/mutator_input.h"

namespace cli {

inline constexpr std::string_view mutator_first_line = "mutator-program 1";
inline constexpr std::size_t mutator_operations_max = 10'000;
// Values that a channel has room for, and units of a semaphore.
inline constexpr std::uint32_t mutator_capacity_max = 1000;
inline constexpr const char* needs_mutator_program =
    "mutator-program needs --input FILE, such as scenarios/samples/publish.mutators";

using MutatorOperations = std::vector<scenarios::MutatorOperation>;

struct MutatorProgram {
  std::vector<MutatorOperations> goroutines;  // main's first
  std::vector<std::uint32_t> capacities{};    // of the channels
  std::vector<std::uint32_t> units{};         // that the semaphores have at first
  bool operator==(const MutatorProgram&) const = default;
};

std::size_t operations_of(const MutatorProgram& program);
inline bool is_call(const scenarios::MutatorOperation& o) {
  return o.op == scenarios::MutatorOp::call || o.op == scenarios::MutatorOp::call_deep;
}

// Owns what `input` points to. A run reads it as it goes, so that it must not change meanwhile.
struct LoadedMutators {
  MutatorProgram program;
  scenarios::MutatorInput input{};
  MutatorOperations operations;

  void set(const MutatorProgram& other);
};

// False with *error = "NAME:LINE:COLUMN: ..." when the text is no program.
bool parse_mutator_program(std::string_view text, const std::string& name, MutatorProgram* program,
                           std::string* error);
// The text of a program that parse_mutator_program() could have made.
std::string write_mutator_program(const MutatorProgram& program);

// Null with *error set when the file is unreadable or malformed.
std::unique_ptr<LoadedMutators> load_mutators(const std::string& path, std::string* error);

}  // namespace cli
