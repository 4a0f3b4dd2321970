// Programs for the mutator-program scenario as a run reads them.
#include "cli/mutator_input.h"

#include <algorithm>

#include "traces/file.h"

namespace cli {

std::size_t operations_of(const MutatorProgram& program) {
  std::size_t count = 0;
  for (const auto& operations : program.goroutines) count += operations.size();
  return count;
}

void LoadedMutators::set(const MutatorProgram& other) {
  program = other;
  operations.clear();
  input.channels = static_cast<std::uint32_t>(program.capacities.size());
  input.semaphores = static_cast<std::uint32_t>(program.units.size());
  std::copy(program.capacities.begin(), program.capacities.end(), input.capacity);
  std::copy(program.units.begin(), program.units.end(), input.units);
  input.goroutines = static_cast<std::uint32_t>(program.goroutines.size());
  for (std::size_t g = 0; g <= scenarios::mutator_goroutines_max; g++) {
    input.first[g] = static_cast<std::uint32_t>(operations.size());
    if (g >= program.goroutines.size()) continue;
    operations.insert(operations.end(), program.goroutines[g].begin(), program.goroutines[g].end());
  }
  input.operation = operations.data();
}

std::unique_ptr<LoadedMutators> load_mutators(const std::string& path, std::string* error) {
  constexpr std::uint64_t bytes_max = 1 << 20;
  const auto text = traces::read_file(path, bytes_max);
  if (!text) {
    *error = path + ": " + text.error.describe();
    return nullptr;
  }
  MutatorProgram program;
  if (!parse_mutator_program(*text, path, &program, error)) return nullptr;
  auto loaded = std::make_unique<LoadedMutators>();
  loaded->set(program);
  return loaded;
}

}  // namespace cli
