// The audit of determinism: a share of a search's executions is run again from the start, in
// another process (cli/replica.h), and compared record by record. docs/determinism.md
#pragma once

#include <memory>
#include <string>

#include "cli/options.h"
#include "cli/replica.h"
#include "sim/run_record.h"

namespace cli {

struct Session;

class Auditor {
 public:
  // One execution in `options.audit` where every execution starts over; where snapshots are
  // restored, what an execution repeats of others is not counted: of so many steps the audit runs
  // one again. 1: every execution. REQUIRES: options.audit != 0.
  Auditor(const Options& options, Session& session)
      : interval_(options.audit), is_required_(options.audit_given), session_(session) {}

  // The part of the search that comes next begins at about this step of the whole.
  void begin(std::uint64_t first_step) {
    first_step_ = first_step;
    in_part_ = false;
  }
  // Before an execution. Whether it is to be compared: then the machine is listened to.
  bool listens();
  // After one that was listened to. Returns nothing when it repeats; else where it differs and why.
  std::string compare();
  // After every execution: how long it was, and how much of it was no repetition.
  void note(std::uint64_t steps, std::uint64_t new_steps);
  bool is_required() const { return is_required_; }
  // Not empty: the audit cannot be carried out.
  const std::string& error() const { return error_; }

 private:
  std::uint64_t interval_;
  bool is_required_;
  Session& session_;
  std::uint64_t first_step_ = 0;
  bool in_part_ = false;          // an execution of the part has been noted
  std::uint64_t executions_ = 0;  // so far, in units of `unit`
  std::uint64_t intervals_ = 0;   // over at the last look
  sim::RunDigest digest_;
  std::unique_ptr<Replica> replica_;
  std::string error_;
};

}  // namespace cli
