// Threads by their roles, and what symmetry does not go with.
#include "cli/symmetry.h"

#include <fmt/format.h>

#include <map>

#include "cli/embedding.h"
#include "sim/memory_model.h"

namespace cli {

std::string why_not_symmetric(const Options& options) {
  if (embedding != nullptr) return "nobody says which threads of a program of your own are alike";
  if (sim::find_memory_model(options.memory_model)->keeps_values) {
    return "under " + options.memory_model +
           " it has not been compared with the whole search yet; use sc or tso";
  }
  if (options.liveness) return "--liveness: states are compared thread by thread";
  if (options.explorer == "delay-bound") {
    return "delay-bound counts by the numbers of threads: the same execution with others may cost "
           "more; use preemption-bound";
  }
  if (options.explorer == "fuzz") {
    return "what fuzz keeps and changes are choices among all threads; use random";
  }
  if (options.estimate != 0) return "--estimate counts executions with all their names";
  if (options.workers != 1 || !options.checkpoint.empty() || !options.resume.empty()) {
    return "--workers, --checkpoint and --resume: the parts of a search do not say who has begun";
  }
  return "";
}

model::IdenticalThreads identical_threads(const scenarios::Scenario& scenario,
                                          const scenarios::Env& env, std::uint32_t count) {
  std::map<std::uint32_t, std::uint64_t> threads_of;  // by role
  for (std::uint32_t t = 0; t < count && scenario.role != nullptr; t++) {
    threads_of[scenario.role(env, t)] |= std::uint64_t{1} << t;
  }
  model::IdenticalThreads identical;
  for (const auto& [role, threads] : threads_of) {
    if ((threads & (threads - 1)) != 0) identical.push_back(threads);
  }
  return identical;
}

}  // namespace cli
