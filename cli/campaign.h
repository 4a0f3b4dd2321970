// A search in parts: which are out, what they came to, and when it is over.
//
// Parts are handed out and their reports come back in any order; they are committed in the order in
// which they were taken from the partition. That order is the order of the search: the first
// violation is the first in it, and a limit on executions counts along it. At most
// model::parts_out_max are out, and the next one is taken when one has been committed, so the same
// parts are taken whoever runs them and however long that takes.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/part.h"
#include "model/partition.h"

namespace cli {

class Campaign {
 public:
  // `executions_max`: 0: no limit.
  Campaign(std::unique_ptr<model::Partition> partition, std::uint64_t executions_max);

  // The next part to run; nullopt: wait for a report, or the search is over.
  std::optional<Task> next();
  // A task that next() gave out has come to this.
  void finish(std::uint64_t index, PartReport report);
  // It has not: next() gives it out again.
  void give_back(std::uint64_t index);
  bool is_over() const { return is_over_; }

  // Of what is committed.
  const Totals& totals() const { return totals_; }
  bool violated() const { return violated_; }
  const std::string& crash() const { return crash_; }  // as in the violating report
  // As in the last report.
  const std::string& divergence() const { return divergence_; }
  const std::string& failure() const { return failure_; }
  model::Coverage coverage() const;
  // Of the search that is committed, where that is known.
  std::optional<double> share() const;
  std::vector<std::string> limits() const;

  model::Words save() const;
  // False when the words are not of such a search.
  bool restore(const model::Words& words, model::Explorer& explorer);

 private:
  struct Slot {
    Task task;
    bool is_given = false;
    std::optional<PartReport> report;
  };
  Slot& slot(std::uint64_t index) { return out_[index - out_.front().task.index]; }
  std::uint64_t left() const;
  void take();
  void commit();
  // The report of the first part that is out has more executions than are left.
  bool exceeds() const;

  std::unique_ptr<model::Partition> partition_;
  std::uint64_t executions_max_;
  std::deque<Slot> out_;
  std::uint64_t next_index_ = 0;
  Totals totals_;
  bool limit_hit_ = false;
  bool violated_ = false;
  std::string crash_, divergence_, failure_;
  bool is_over_ = false;
};

}  // namespace cli
