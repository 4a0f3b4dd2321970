// The same search by one, two and four workers; workers that die; limits.
#include "cli/workers.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <tuple>

#include "cli/search.h"
#include "cli/test_options.h"
#include "model/forwarding.h"

namespace {

auto figures(const cli::Outcome& o) {
  return std::tuple(o.executions, o.blocked, o.redundant, o.steps, o.hash, o.hash_of_last,
                    o.coverage, o.limits, o.reached, o.results);
}

// Returns what one worker finds.
cli::Outcome same_for_any_number(cli::Options o) {
  CAPTURE(o.subject);
  CAPTURE(o.explorer);
  CAPTURE(o.memory_model);
  const cli::Outcome one = cli::search(o, {});
  CHECK(one.error == "");
  for (const std::uint32_t workers : {2, 4}) {
    o.workers = workers;
    const cli::Outcome many = cli::search(o, {});
    CAPTURE(workers);
    CHECK(many.error == "");
    CHECK((figures(many) == figures(one)));
    CHECK(many.choices == one.choices);
    CHECK(many.hashes == one.hashes);
    REQUIRE(many.violations.size() == one.violations.size());
    for (std::size_t i = 0; i < one.violations.size(); i++) {
      CHECK(many.violations[i].invariant == one.violations[i].invariant);
      CHECK(many.violations[i].message == one.violations[i].message);
      CHECK(many.violations[i].steps == one.violations[i].steps);
    }
    CHECK(many.race_stack.size() == one.race_stack.size());
    CHECK(many.other_stack.size() == one.other_stack.size());
  }
  return one;
}

TEST_CASE("dfs: the same for any number of workers") {
  cli::Outcome found = same_for_any_number(cli::explore_options("lfstack", "dfs"));
  CHECK(found.executions == 13344);
  CHECK(found.coverage == model::Coverage::exhausted);
  cli::Options o = cli::explore_options("lfstack", "dfs", "tso");
  o.params = {{"rounds", 2}};
  o.executions_max = 123'456;  // within some part
  found = same_for_any_number(o);
  CHECK(found.executions == 123'456);
  CHECK(found.limits == std::vector<std::string>{"executions_max=123456"});
  o = cli::explore_options("counter", "dfs");
  o.params = {{"threads", 7}};
  o.executions_max = 5040;  // as many as there are
  o.twice = true;
  found = same_for_any_number(o);
  CHECK(found.coverage == model::Coverage::exhausted);
  CHECK(found.hashes.size() == 5040);
  CHECK(same_for_any_number(cli::explore_options("data-race", "dfs")).violations.size() == 1);
}

TEST_CASE("the violation is the first in the order of the search") {
  for (const char* explorer : {"dfs", "random"}) {
    cli::Options o = cli::explore_options("lfstack-aba", explorer, "tso");
    o.mutants = {"lfstack-no-count"};
    const cli::Outcome found = same_for_any_number(o);
    REQUIRE(found.violations.size() == 1);
    CHECK(found.violations[0].invariant == "lfstack.multiset");
  }
}

TEST_CASE("explorers that sample: the same for any number of workers") {
  for (const auto& entry : model::explorers()) {
    if (entry.manner != model::Manner::samples || entry.partition == nullptr) continue;
    cli::Options o = cli::explore_options("lfstack", entry.name, "tso");
    o.params = {{"threads", 3}, {"rounds", 2}};
    o.executions_max = 3000;
    const cli::Outcome found = same_for_any_number(o);
    CHECK(found.executions == 3000);
    CHECK(found.coverage == model::Coverage::sampled);
  }
}

TEST_CASE("explorers that reduce: the same for any number of workers") {
  cli::Options o = cli::explore_options("counter", "dpor");
  o.params = {{"threads", 8}};
  cli::Outcome found = same_for_any_number(o);
  CHECK(found.executions == 40320);
  CHECK(found.redundant == 0);
  CHECK(found.coverage == model::Coverage::exhausted);
  o = cli::explore_options("lfstack", "dpor");
  o.params = {{"rounds", 2}};
  o.awaits = false;
  found = same_for_any_number(o);
  CHECK(found.executions == 16922);
  CHECK(found.redundant == 0);
  o.executions_max = 12'345;  // within some part
  CHECK(same_for_any_number(o).executions == 12'345);
  o.executions_max = 0;
  for (const char* explorer : {"preemption-bound", "delay-bound"}) {
    o.explorer = explorer;
    o.params = {{"threads", 3}};
    o.reduction = false;
    o.preemptions = 3;
    o.delays = 5;
    found = same_for_any_number(o);
    CHECK(found.steps > 100'000);
    CHECK(found.coverage == model::Coverage::bounded);
  }
}

TEST_CASE("an explorer without parts is refused") {
  cli::Options o = cli::explore_options("lfstack", "replay");
  o.workers = 2;
  CHECK(cli::search(o, {}).error.find("--workers") != std::string::npos);
}

// Kills its process in the execution that answers the choice at `depth` with `chosen`.
class Deadly final : public model::Forwarding {
 public:
  Deadly(std::unique_ptr<model::Explorer> inner, bool once)
      : Forwarding(*inner), owned_(std::move(inner)), once_(once) {
    if (once_) REQUIRE(pipe(ends_) == 0);
    if (once_) REQUIRE(write(ends_[1], "x", 1) == 1);
  }
  std::optional<std::size_t> next_execution() override {
    const auto shared = inner().next_execution();
    depth_ = shared && !begins_ ? *shared : 0;
    begins_ = false;
    return shared;
  }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    const std::uint32_t chosen = inner().choose(point);
    if (depth_++ == 9 && chosen == 1 && may_die()) std::raise(SIGKILL);
    return chosen;
  }
  bool supports_backtrack() const override { return true; }
  bool begin_part(std::span<const std::uint64_t> part) override {
    begins_ = true;
    return inner().begin_part(part);
  }

 private:
  // Once in all processes: whoever gets the byte.
  bool may_die() {
    if (!once_) return true;
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    char byte;
    return read(ends_[0], &byte, 1) == 1;
  }

  std::unique_ptr<model::Explorer> owned_;
  bool once_;
  int ends_[2] = {-1, -1};
  bool begins_ = false;
  std::size_t depth_ = 0;
};

cli::Totals search_with_deaths(bool once, std::string* crash) {
  cli::Session s;
  REQUIRE(s.set_up(cli::explore_options("lfstack", "dfs"), {}) == "");
  cli::Campaign campaign(std::move(s.partition), 0);
  s.explorer = std::make_unique<Deadly>(std::move(s.explorer), once);
  REQUIRE(cli::search_in_workers(s, campaign, {2, false, [](std::uint64_t) { return false; }}) ==
          "");
  CHECK(campaign.is_over());
  *crash = campaign.crash();
  return campaign.totals();
}

TEST_CASE("a worker's death is a violation if it happens again, and else nothing is lost") {
  std::string crash;
  const cli::Totals fatal = search_with_deaths(false, &crash);
  CHECK(crash == "signal 9 (Killed)");
  CHECK(fatal.choices.size() == 9);  // it died over the tenth
  const cli::Totals harmless = search_with_deaths(true, &crash);
  CHECK(crash == "");
  const cli::Outcome undisturbed = cli::search(cli::explore_options("lfstack", "dfs"), {});
  CHECK(harmless.executions == undisturbed.executions);
  CHECK(harmless.steps == undisturbed.steps);
  CHECK(harmless.hash == undisturbed.hash);
}

}  // namespace
