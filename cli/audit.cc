// Which executions are audited, and the comparison.
#include "cli/audit.h"

#include <sys/personality.h>

#include <algorithm>

#include "cli/diagnosis.h"
#include "cli/session.h"

namespace cli {
namespace {

constexpr std::uint64_t unit = 1024;

// What may be another from run to run is another than here. Numbers of buckets are not: a program
// that depends on them alone is deterministic with this library.
Place elsewhere() {
  const bool fixed_here = (personality(0xffffffff) & ADDR_NO_RANDOMIZE) != 0;
  return {{.held = true, .other_memory = true, .other_time = true}, !fixed_here};
}

}  // namespace

bool Auditor::listens() {
  const std::uint64_t intervals = executions_ / unit / interval_;
  if (interval_ > 1 && intervals == intervals_) return false;
  intervals_ = intervals;
  digest_.reset();
  session_.machine.listener = &digest_;
  return true;
}

void Auditor::note(std::uint64_t steps, std::uint64_t new_steps) {
  const std::uint64_t whole = std::max<std::uint64_t>(steps, 1);
  if (!in_part_) {
    in_part_ = true;
    executions_ = first_step_ * unit / whole;
    intervals_ = executions_ / unit / interval_;
  }
  executions_ += new_steps * unit / whole;
}

std::string Auditor::compare() {
  sim::Machine& m = session_.machine;
  m.tell_end();
  m.listener = nullptr;
  if (replica_ == nullptr) {
    replica_ = std::make_unique<Replica>();
    error_ = replica_->start(elsewhere());
    if (!error_.empty()) return "";
  }
  const AuditedRun run{m.choices, m.fair, m.resumed_at};
  const auto again = replica_->digest(run);
  if (again == digest_.value()) return "";
  const std::string died =
      again ? "" : "the process that ran it again " + replica_->how_it_died() + "; ";
  return died + diagnose(run, session_);
}

}  // namespace cli
