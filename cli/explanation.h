// Why an execution failed: the nearest one that passes, the pair of steps whose order decides, and
// the causal past of the violation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/colours.h"
#include "cli/rerun.h"

namespace cli {

// Named limits.
inline constexpr std::size_t explained_steps_shown_max = 25;
inline constexpr std::uint64_t explain_executions_max = 500;
inline constexpr std::size_t explained_steps_max = 100'000;  // of the execution: its last ones
inline constexpr std::size_t explained_objects_max = 8;

struct ExplainedStep {
  std::size_t number = 0;  // from 1
  std::uint32_t thread = 0;
  std::string operation, object;
  bool has_value = false;
  std::uint64_t value = 0;
  std::uint64_t pc = 0;        // 0: none
  std::size_t depends_on = 0;  // the step of another thread that it comes after, 0: none
  bool decisive = false;
};

struct DecisivePair {
  ExplainedStep first, second;  // in the order of the failing execution
  bool reversed = false;        // the passing execution has both, the other way round
  std::optional<std::uint64_t> passing_value_of_first, passing_value_of_second;
};

struct ExplainedObject {
  std::uint64_t address = 0;  // stable name
  Colour before = Colour::white, after = Colour::white;
  std::optional<Colour> passing;  // at the end of the passing execution
};

struct Explanation {
  std::string error;  // not empty: it could not start
  std::string invariant, message;
  std::uint32_t context_switches = 0;
  std::size_t steps_total = 0, past_total = 0;  // of the execution, and of its causal past
  std::uint32_t threads = 0;
  bool passing_found = false;
  std::size_t decision = 0, decisions = 0;  // the first decision that differs, from 1
  std::uint32_t chosen = 0, instead = 0;    // its threads: failing, passing
  std::size_t parts_at = 0;                 // the first step that differs, from 1
  std::optional<DecisivePair> pair;
  std::vector<ExplainedStep> shown;
  std::vector<ExplainedObject> objects;
  std::vector<std::string> missing;  // sentences
  std::vector<std::string> limits;
};

// `choices` violate `invariant` under `options`.
Explanation explain_failure(const Options& options, const std::vector<model::Choice>& choices,
                            const std::string& invariant);

}  // namespace cli
