// Which scenario has which observer.
#include "cli/native/observer.h"

#include "cli/mutator_input.h"
#include "cli/native/alloc_trace.h"
#include "cli/native/heap_dump.h"

namespace cli::native {

void Figures::add(const std::string& name, std::uint64_t value) {
  if (count == figures_max) return;
  name.copy(figure[count].name, sizeof figure[count].name - 1);
  figure[count].value = static_cast<std::int64_t>(value);
  count++;
}

void Figures::set_error(const std::string& text) { text.copy(error, sizeof error - 1); }

namespace {

// Nothing to look at but what the runtime itself checks; the program lives as long as the run.
struct Mutators final : Observer {
  std::unique_ptr<LoadedMutators> program;
};

std::unique_ptr<Observer> observe_mutators(const Options& options, scenarios::Env& env,
                                           std::string* error) {
  if (options.input.empty()) *error = needs_mutator_program;
  if (!error->empty()) return nullptr;
  auto observer = std::make_unique<Mutators>();
  observer->program = load_mutators(options.input, error);
  if (observer->program) env.input = &observer->program->input;
  return observer;
}

}  // namespace

std::unique_ptr<Observer> observe(const Options& options, scenarios::Env& env, std::string* error) {
  if (options.subject == "heap-dump") return observe_heap_dump(options, env, error);
  if (options.subject == "heap-dump-concurrent" && options.output.empty()) {
    return observe_changing_heap(options, env, error);
  }
  if (!options.output.empty()) *error = options.subject + " natively takes no --output";
  if (options.subject == "alloc-trace") return observe_alloc_trace(options, env, error);
  if (options.subject == "mutator-program") return observe_mutators(options, env, error);
  if (!options.input.empty()) *error = options.subject + " takes no --input";
  return std::make_unique<Observer>();
}

}  // namespace cli::native
