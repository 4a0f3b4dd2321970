// The state of one shrinking: the smallest failing execution so far, and the session that is open.
#pragma once

#include <memory>
#include <set>

#include "cli/recording.h"
#include "cli/rerun.h"
#include "cli/shrink.h"

namespace cli {

class TraceShrinker {
 public:
  TraceShrinker(std::string invariant, std::string path, std::uint64_t executions_max);

  // Repeats the execution and saves it; an error when it does not repeat.
  std::string start(const Options& options, const std::vector<model::Choice>& choices);
  void shrink();
  Shrunk result() const;

 private:
  bool may_run();
  std::string open(const Options& options);
  std::string reopen() { return open_ ? "" : open(options_); }
  void keep(const traces::Attempt& attempt);
  void save();
  std::optional<traces::Attempt> run(const traces::Plan& plan);

  bool shrink_program_of_input();
  bool try_program(const MutatorProgram& program);
  void shrink_schedule();
  void search_few_preemptions();
  bool shrink_options();
  // A failing execution of the program with other options, if there is one within reach: by the
  // plans so far, or by one of so many random executions.
  std::optional<traces::Attempt> find_failure(std::uint64_t random_max);
  bool try_options(const Options& options, const std::string& change);
  bool shrink_number(std::int64_t low, std::int64_t value, const std::string& name,
                     const std::function<void(Options&, std::int64_t)>& set);
  bool shrink_sizes();
  bool shrink_tuning();
  bool shrink_choices_of_kernel();

  const std::string invariant_, path_;
  const std::uint64_t executions_max_;
  Options options_;
  traces::Attempt best_;
  traces::Plan by_key_;  // the plan of best_, and the objects of its keys
  std::vector<std::string> objects_;
  Recording recording_;  // of best_
  std::unique_ptr<Rerun> rerun_;
  bool open_ = false;  // rerun_ has options_
  std::uint64_t executions_ = 0, steps_ = 0, steps_seen_ = 0;
  std::uint64_t steps_per_execution_max_ = 0;
  std::set<std::string> limits_;
  std::vector<std::string> changes_;
  Size before_;
  std::size_t operations_ = 0;  // of the program of mutator-program
  std::string program_;         // the text of the smaller program, if there is one
  std::string problem_;         // the trace could not be written
};

}  // namespace cli
