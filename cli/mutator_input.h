// Programs for the mutator-program scenario as text: reading, writing, and handing them to a run.
//
//   mutator-program 1
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
//     syscall
//   goroutine             # number 1
//     pair0 = global0
//
// A function and a new goroutine get their maker's pair0 and one0; a call returns pair0.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/mutator_input.h"

namespace cli {

inline constexpr std::size_t mutator_operations_max = 10'000;
inline constexpr const char* needs_mutator_program =
    "mutator-program needs --input FILE, such as scenarios/samples/publish.mutators";

// The operations of each goroutine, main's first.
struct MutatorProgram {
  std::vector<std::vector<scenarios::MutatorOperation>> goroutines;
  bool operator==(const MutatorProgram&) const = default;
};

std::size_t operations_of(const MutatorProgram& program);

// Owns what `input` points to. A run reads it as it goes, so that it must not change meanwhile.
struct LoadedMutators {
  MutatorProgram program;
  scenarios::MutatorInput input{};
  std::vector<scenarios::MutatorOperation> operations;

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
