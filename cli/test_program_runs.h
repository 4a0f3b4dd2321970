// Executions of programs for the mutator-program scenario, one after the other.
#pragma once

#include <doctest/doctest.h>

#include "cli/session.h"
#include "cli/test_options.h"

namespace cli {

inline constexpr const char* mutator_sample = "scenarios/samples/publish.mutators";

// A machine whose program is exchanged between executions.
class ProgramRuns {
 public:
  explicit ProgramRuns(const char* memory_model, const std::vector<std::string>& mutants = {},
                       const char* explorer = "random") {
    Options o = explore_options("mutator-program", explorer, memory_model);
    o.input = mutator_sample;
    o.mutants = mutants;
    o.executions_max = std::uint64_t{1} << 40;
    REQUIRE(session_.set_up(o, {}) == "");
  }

  // The invariant that one of so many schedules violates, or nothing.
  std::string violated(const MutatorProgram& program, int schedules) {
    session_.inputs.mutators()->set(program);
    for (int i = 0; i < schedules; i++) {
      session_.machine.execute(*session_.explorer->next_execution());
      executions_++;
      auto& violations = session_.machine.violations;
      if (violations.empty()) continue;
      const std::string what = violations[0].invariant + ": " + violations[0].message;
      violations.clear();
      return what;
    }
    return "";
  }

  std::uint64_t executions() const { return executions_; }
  // How often it happened, in all of them.
  std::uint64_t reached(runtime_core::Event event) const {
    return session_.machine.reached[static_cast<std::size_t>(event)];
  }

 private:
  Session session_;
  std::uint64_t executions_ = 0;
};

}  // namespace cli
