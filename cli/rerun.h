// One program that is run again and again in one session, by explorers that change, and what each
// run did.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/object_names.h"
#include "cli/options.h"
#include "cli/session.h"
#include "traces/guide.h"
#include "traces/shrink.h"
#include "traces/trace.h"

namespace cli {

// Of one execution.
struct Recording {
  std::vector<model::Choice> choices;
  std::vector<traces::StepKey> keys;  // one for each choice
  std::vector<sim::StepRecord> steps;
  std::vector<traces::EventRecord> events;  // addresses by their stable names
  std::vector<std::size_t> event_steps;     // for each event: the steps before it
  std::vector<sim::Violation> violations;   // none or one
  std::uint64_t hash = 0;
};

class Rerun final : public traces::StepSource {
 public:
  // Returns what is wrong with the options, or nothing. One at a time: see Session.
  std::string set_up(const Options& options);

  // One execution from the start. What the setup violates, every run does, before any choice.
  void run(model::Explorer& explorer);
  bool violates(const std::string& invariant) const;
  // Of the latest run.
  Recording recording();
  traces::Plan plan(bool by_key);
  traces::Cost cost() const;
  // Follows the plan; it fails when it violates the invariant.
  traces::Attempt attempt(const traces::Plan& plan, const std::string& invariant);

  std::uint64_t executions() const { return executions_; }
  std::uint64_t steps() const { return session_.machine.total_steps; }
  // Executions of more steps end with a violation of their own.
  void limit_steps(std::uint64_t steps) { session_.machine.options.steps_max = steps; }
  sim::Machine& machine() { return session_.machine; }
  const scenarios::Env& env() const { return session_.env; }
  // The program of mutator-program, which may be exchanged between runs; else null.
  LoadedMutators* mutators() { return session_.inputs.mutators(); }
  const ObjectNames& names() const { return *names_; }
  // Indices of names in keys; those of `objects` come first, in their order.
  void know_objects(const std::vector<std::string>& objects);
  const std::vector<std::string>& objects() const { return objects_; }

  std::size_t step_count() const override { return session_.machine.step_log.size(); }
  traces::Step step(std::size_t index, bool with_key) override;

 private:
  struct Marking;
  // At a choice: the steps so far, and the thread that was chosen or asked.
  struct Mark {
    std::size_t steps;
    std::uint8_t thread;
  };
  std::uint32_t object_of(const sim::StepRecord& step);
  std::vector<traces::Step> keyed_steps();
  std::vector<traces::Answer> answers() const;

  Session session_;
  std::unique_ptr<ObjectNames> names_;
  bool fails_in_setup_ = false;
  std::uint64_t executions_ = 0;
  std::vector<Mark> marks_;
  std::vector<std::string> objects_;
  std::unordered_map<std::string, std::uint32_t> index_of_;          // looked up only
  std::unordered_map<std::uint64_t, std::uint32_t> index_of_place_;  // likewise; by address
  traces::Occurrences occurrences_;
};

}  // namespace cli
