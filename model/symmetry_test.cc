// Symmetry on a toy: of all executions, those in which identical threads begin in order.
#include "model/symmetry.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "model/restart.h"
#include "model/toy_program.h"

namespace model {
namespace {

// Threads 0, 2 and 3 are identical, 1 is not.
const toy::Program program = {{2, 1, 2, 1}, {true, false, true, false}};
const IdenticalThreads identical = {0b1101};

std::vector<std::string> expected() {
  std::vector<std::string> logs = toy::logs(toy::brute_force(program));
  std::erase_if(logs, [](const std::string& log) {
    return log.find('0') > log.find('2') || log.find('2') > log.find('3');
  });
  std::sort(logs.begin(), logs.end());
  return logs;
}

TEST_CASE("explorers see the executions in which identical threads begin in order") {
  const auto logs = expected();
  REQUIRE(logs.size() * 6 < toy::brute_force(program).size() * 2);
  for (const char* name : {"dfs", "preemption-bound"}) {
    for (const bool restore : {true, false}) {
      CAPTURE(name);
      CAPTURE(restore);
      ExplorerOptions options;
      options.preemptions = 100;
      auto inner = make_explorer(name, options);
      if (!restore) inner = restarting(std::move(inner));
      Symmetric symmetric(std::move(inner), identical);
      auto found = toy::logs(toy::explore(program, symmetric, restore));
      CHECK(symmetric.coverage() == Coverage::exhausted);
      std::sort(found.begin(), found.end());
      CHECK(found == logs);
    }
  }
}

// What it was told, of each step.
class Told final : public Explorer {
 public:
  std::optional<std::size_t> next_execution() override { return 0; }
  std::uint32_t choose(const ChoicePoint& point) override {
    questions.push_back(point);
    return 0;
  }
  void on_step(const Step& step) override {
    accesses.emplace_back(step.accesses.begin(), step.accesses.end());
    answers.emplace_back(step.answers.begin(), step.answers.end());
    enables.push_back(step.enables);
  }
  Coverage coverage() const override { return Coverage::sampled; }

  std::vector<ChoicePoint> questions;
  std::vector<std::vector<Access>> accesses;
  std::vector<std::vector<StepAnswer>> answers;
  std::vector<bool> enables;
};

TEST_CASE("a first step waits for the one before it, before all that it touches") {
  auto owned = std::make_unique<Told>();
  Told& told = *owned;
  Symmetric symmetric(std::move(owned), {0b110, 0b11000});
  symmetric.next_execution();

  // 2 and 4 have to wait. Who can move at all goes on without a question.
  const ChoicePoint point{ChoiceKind::schedule, 5, 3, 4, 0b11110, 0b1000};
  CHECK(symmetric.choose(point) == 0);
  REQUIRE(told.questions.size() == 1);
  CHECK(told.questions[0].ready == 0b01010);
  CHECK(told.questions[0].drains == 0b1000);
  CHECK(told.questions[0].options == 3);
  CHECK(told.questions[0].drains_from == 2);
  CHECK(told.questions[0].current == -1);
  const ChoicePoint alone{ChoiceKind::schedule, 2, -1, 2, 0b110};
  CHECK(symmetric.choose(alone) == 0);
  CHECK(told.questions.size() == 1);

  const Access write{0x100, 8, AccessKind::write};
  const StepAnswer answer{1, 0, 2};
  const auto step = [&](std::uint32_t actor) {
    symmetric.on_step({actor, {&write, 1}, {}, 0, false, {&answer, 1}});
  };
  for (const std::uint32_t actor : {1, 1, 2, 66, 0}) step(actor);
  REQUIRE(told.accesses.size() == 5);
  const auto first_of_1 = machine_object(MachineObject::first_step, 8);
  CHECK(told.accesses[0] == std::vector<Access>{{first_of_1, 1, AccessKind::signal}, write});
  CHECK(told.answers[0][0].accesses == 2);
  CHECK(told.accesses[1] == std::vector<Access>{write});
  CHECK(told.accesses[2] == std::vector<Access>{{first_of_1, 1, AccessKind::wait}, write});
  CHECK(told.accesses[3] == std::vector<Access>{write});
  CHECK(told.accesses[4] == std::vector<Access>{write});
  CHECK(told.enables == std::vector<bool>{true, false, false, false, false});
  // 2 has begun.
  CHECK(symmetric.choose(alone) == 0);
  CHECK(told.questions.size() == 2);
  CHECK(told.questions[1].ready == 0b110);
}

}  // namespace
}  // namespace model
