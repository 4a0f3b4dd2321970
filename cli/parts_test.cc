// Searches that reduce, in parts so small that they are split everywhere, against the same
// searches in one piece: the same executions, whoever runs the parts, in whatever order.
#include <doctest/doctest.h>

#include <deque>

#include "cli/test_random_programs.h"
#include "model/partition.h"

namespace {

using cli::Found;

// How the parts are run.
struct Manner {
  std::uint64_t executions;  // a part
  bool newest_first = false;
  bool moves = false;  // to another process, after each part
};

struct InParts {
  Found found;
  std::uint64_t hash = 0;
  std::uint64_t parts = 0;
  std::vector<model::Words> taken;
};

// One after another, here, with as many out as may be.
class Parts {
 public:
  Parts(cli::Session& session, const char* name, const model::ExplorerOptions& options,
        const Manner& manner)
      : s_(session),
        name_(name),
        options_(options),
        manner_(manner),
        partition_(model::make_partition(name, options)),
        explorer_(model::make_explorer(name, options)) {}

  InParts run() {
    for (;;) {
      take();
      if (out_.empty()) break;
      Slot& slot = next();
      slot.rest = run(slot.part);
      while (!out_.empty() && !out_.front().rest.empty()) {
        partition_->commit(out_.front().rest);
        out_.pop_front();
        take();
      }
      if (manner_.moves) move();
    }
    in_parts_.found.coverage = partition_->coverage();
    return std::move(in_parts_);
  }

 private:
  struct Slot {
    model::Words part, rest;
  };

  void take() {
    while (out_.size() < model::parts_out_max) {
      auto part = partition_->take();
      if (!part) return;
      in_parts_.taken.push_back(*part);
      out_.push_back({std::move(*part), {}});
    }
  }

  Slot& next() {
    std::size_t at = manner_.newest_first ? out_.size() - 1 : 0;
    while (!out_[at].rest.empty()) at--;
    return out_[at];
  }

  model::Words run(const model::Words& part) {
    in_parts_.parts++;
    REQUIRE(explorer_->begin_part(part));
    std::uint64_t left = manner_.executions;
    s_.machine.explorer = explorer_.get();
    bool first = true;
    while (left-- != 0) {
      const auto depth = explorer_->next_execution();
      if (!depth) break;
      s_.machine.execute(first ? model::from_the_start : *depth);
      first = false;
      in_parts_.hash += s_.machine.hot->hash;
      cli::count(s_, *explorer_, in_parts_.found);
    }
    return explorer_->rest_of_part();
  }

  void move() {
    const model::Words saved = partition_->save();
    partition_ = model::make_partition(name_, options_);
    REQUIRE(partition_->restore(saved, out_.size()));
    explorer_ = model::make_explorer(name_, options_);
  }

  cli::Session& s_;
  const char* name_;
  const model::ExplorerOptions& options_;
  Manner manner_;
  std::unique_ptr<model::Partition> partition_;
  std::unique_ptr<model::Explorer> explorer_;
  std::deque<Slot> out_;
  InParts in_parts_;
};

struct Programs {
  std::int64_t first;
  int count, threads, operations;
  const char* memory_model;
  bool values = false;
};

void check_same(const Found& a, const Found& b) {
  CHECK(a.states == b.states);
  CHECK(a.violations == b.violations);
  CHECK(a.complete == b.complete);
  CHECK(a.blocked == b.blocked);
  CHECK(a.redundant == b.redundant);
  CHECK(a.violating == b.violating);
  CHECK(a.coverage == b.coverage);
}

// Returns how many parts there were.
std::uint64_t compare(const char* explorer, const Programs& programs, std::uint32_t bound = 0) {
  std::uint64_t parts = 0;
  model::ExplorerOptions e;
  e.split_all = true;
  e.reduce = !programs.values;
  e.preemptions = e.delays = bound;
  for (std::int64_t number = programs.first; number < programs.first + programs.count; number++) {
    CAPTURE(explorer);
    CAPTURE(bound);
    CAPTURE(number);
    CAPTURE(programs.threads);
    CAPTURE(programs.operations);
    CAPTURE(programs.memory_model);
    cli::Options o =
        cli::random_program(number, programs.threads, programs.operations, programs.memory_model);
    o.preemptions = o.delays = bound;
    if (programs.values) {
      o.params.emplace_back("values", 1);
      o.decide = true;
      o.spurious = o.refuse = 1;
    }
    const Found whole = cli::explore(o, explorer);
    o.explorer = explorer;
    cli::Session s;
    REQUIRE(s.set_up(o, {}) == "");
    for (const std::uint64_t executions : {1, 4}) {
      CAPTURE(executions);
      const InParts one = Parts(s, explorer, e, {executions}).run();
      check_same(one.found, whole);
      const InParts other = Parts(s, explorer, e, {executions, true, true}).run();
      CHECK(other.taken == one.taken);
      CHECK(other.hash == one.hash);
      parts += one.parts;
    }
  }
  return parts;
}

TEST_CASE("dpor in parts runs one execution of each class, as in one piece: sc") {
  CHECK(compare("dpor", {21000, 60, 2, 4, "sc"}) > 600);
  CHECK(compare("dpor", {22000, 40, 3, 2, "sc"}) > 400);
  compare("dpor", {23501, 5, 4, 2, "sc"});
  compare("dpor", {24000, 3, 3, 3, "sc"});
}

TEST_CASE("dpor in parts runs one execution of each class, as in one piece: tso") {
  compare("dpor", {25000, 60, 2, 3, "tso"});
  compare("dpor", {26000, 20, 3, 2, "tso"});
}

TEST_CASE("dpor in parts runs one execution of each class, as in one piece: choices of values") {
  compare("dpor", {27000, 40, 2, 2, "sc", true});
  compare("dpor", {27500, 40, 3, 2, "sc", true});
  compare("dpor", {28000, 40, 2, 2, "tso", true});
}

TEST_CASE("bounded searches in parts run the same executions as in one piece") {
  for (const char* explorer : {"delay-bound", "preemption-bound"}) {
    for (const std::uint32_t bound : {1, 2, 30}) {
      CHECK(compare(explorer, {31000, 25, 2, 3, "sc"}, bound) > 100);
      compare(explorer, {32000, 15, 3, 2, "sc"}, bound);
      compare(explorer, {33000, 20, 2, 2, "tso"}, bound);
      compare(explorer, {34000, 10, 2, 2, "sc", true}, bound);
    }
  }
}

}  // namespace
