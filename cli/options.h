// The command line, parsed: one value that every command reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime_core/tuning.h"
#include "scenarios/scenario.h"

namespace cli {

inline constexpr std::uint32_t workers_max = 256;
inline constexpr const char* all_sites = "all";  // --strengthen: each access and fence
inline constexpr int exit_clean = 0, exit_violation = 1, exit_usage = 2, exit_diverged = 3,
                     exit_internal = 4, exit_not_exhausted = 5;

inline constexpr const char* default_kernel = "linux";

struct Options {
  std::string command;
  std::string subject;             // scenario, trace or axis
  std::vector<std::string> paths;  // litmus: files and folders
  std::string memory_model = "sc";
  bool memory_model_given = false, explorer_given = false;
  std::string explorer = "random";
  std::string kernel = default_kernel;
  std::string trace;
  std::string input;
  std::string output;
  std::string require;
  std::string junit, sarif;  // files
  std::string progress = "auto";
  double time_limit = 0;            // seconds, 0: none
  std::uint64_t step_limit = 0;     // of all executions together; 0: none
  std::uint64_t memory_limit = 0;   // MiB, of a search and its workers; 0: none
  std::string checkpoint, resume;   // files
  std::string corpus;               // fuzz: a folder
  double checkpoint_interval = 60;  // seconds
  std::uint32_t workers = 1;        // processes
  std::uint64_t seed = 1;
  std::uint64_t runs = 1;
  std::uint64_t executions_max = 0;
  std::uint32_t preemptions = 2;
  std::uint32_t delays = 2;
  std::uint64_t estimate = 0;  // random executions that it rests on
  std::uint32_t procs = 2;
  bool procs_given = false, runs_given = false;
  bool json = false;
  bool twice = false;
  std::uint64_t audit = 0;   // one in so many executions is run again and compared; 0: none
  bool audit_given = false;  // asked for: an error where it is not possible
  bool awaits = true;
  bool reduction = true;       // bounds: leave out equivalent executions where that is sound
  bool symmetry = false;       // identical threads begin in the order of their numbers alone
  bool state_hashing = false;  // dfs: what follows from a state that was seen is left out
  bool fair = true;            // replay: as recorded; see sim::Options
  std::uint32_t spurious = 0;  // wake-ups an execution, at most
  std::uint32_t refuse = 0;    // refusals of memory an execution, at most
  bool decide = false;
  bool liveness = false;     // a fair cycle is a violation
  std::string explorers;     // mutants: a list, or all: the table of both
  std::uint32_t seeds = 3;   // of that table
  bool ladder = false;       // mutants: the fixes of the original, one by one
  bool matrix = false;       // mutants: each checker alone as well; litmus: compare with herd
  bool shrink = true;        // a failing execution that goes to a trace
  bool tolerant = false;     // replay: align by keys where the choices do not fit
  bool interactive = false;  // replay: commands on standard input
  std::uint64_t at = 0;      // replay: stop before this step, 0: do not
  bool record = false;       // keep the steps and events of the last execution
  std::vector<std::string> weaken, strengthen;  // see cli/order_rules.h
  bool keep_sites = false;                      // atomic accesses and fences that were executed
  std::vector<std::string> mutants;
  std::vector<std::string> checkers;     // empty: all
  std::vector<std::string> environment;  // NAME=VALUE
  std::vector<std::pair<std::string, std::int64_t>> params;
  std::vector<std::string> arguments;  // of an embedded program
  std::vector<std::pair<std::string, std::uint64_t>> tuning;
};

// Prints the problem and returns nullopt, with *exit_code set, when the line is not usable or asked
// for help.
std::optional<Options> parse(int argc, char** argv, int* exit_code);

// "unknown scenario 'x'; the nearest: ...", or that the name is known and not built yet.
std::string describe_unknown(const std::string& axis, const std::string& name,
                             const std::vector<std::string>& all);

// describe_unknown() on standard error; returns exit_usage.
int unknown(const std::string& axis, const std::string& name, const std::vector<std::string>& all);

int unknown_mutant(const std::string& id);

// Sets one field by name; false when there is no such field.
struct TuningField {
  const char* name;
  std::uint64_t value, low, high;  // the default, and what it may be
};
// Returns what is wrong with the name or the value, or nothing.
std::string set_tuning(runtime_core::Tuning& tuning, const std::string& name, std::uint64_t value);
std::vector<TuningField> tuning_fields();

const scenarios::Scenario* find_scenario(const std::string& name);
// A fix of the ladder, by its id behind the prefix, takes back some bugs of the mutants before it.
inline constexpr const char* fix_prefix = "fix:";
const scenarios::Rung* find_rung(const std::string& id);
const scenarios::Mutant* find_mutant(const std::string& id);

// Lists, as tables spell them: "A,B", or nothing.
std::vector<std::string> words_of(const std::string& list);
// "NAME=VALUE,NAME=VALUE", as the tables of scenarios spell them.
std::vector<std::pair<std::string, std::int64_t>> parse_params(const std::string& text);

}  // namespace cli
