// Plans, the explorer that follows them, and shrinking, on a toy machine.
#include "traces/shrink.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <optional>

#include "model/toy_program.h"
#include "traces/guide.h"

namespace traces {
namespace {

// Each thread takes so many steps; a step's key is its thread and which of its steps it is.
class Toy final : public StepSource {
 public:
  explicit Toy(std::vector<std::uint32_t> steps) : program_{std::move(steps), {}} {
    program_.coins.resize(program_.steps.size());
  }

  void run(model::Explorer& explorer) {
    log_.clear();
    model::toy::State state = model::toy::start(program_);
    for (auto q = ask(state); q.point.options > 0; q = ask(state)) {
      q.point.ready = 0;
      for (const std::uint8_t t : q.threads) q.point.ready |= std::uint64_t{1} << t;
      const std::uint32_t chosen = q.point.options > 1 ? explorer.choose(q.point) : 0;
      const std::uint8_t thread = q.threads[chosen];
      const std::uint32_t occurrence = program_.steps[thread] - state.left[thread];
      answer(program_, state, q, chosen);
      log_.push_back({{thread, 1, 0, occurrence}, false});
    }
  }
  std::string order() const {
    std::string text;
    for (const Step& step : log_) text += static_cast<char>('0' + step.key.thread);
    return text;
  }
  std::size_t step_count() const override { return log_.size(); }
  Step step(std::size_t index, bool) override { return log_[index]; }
  const std::vector<Step>& steps() const { return log_; }

 private:
  model::toy::Program program_;
  std::vector<Step> log_;
};

// An execution in the given order.
std::vector<Step> steps_in(const std::string& order) {
  std::vector<Step> steps;
  Occurrences occurrences;
  for (const char c : order) {
    StepKey key{static_cast<std::uint8_t>(c - '0'), 1, 0, 0};
    key.occurrence = occurrences.next(key);
    steps.push_back({key, false});
  }
  return steps;
}

std::string followed(Toy& toy, const Plan& plan) {
  Guide guide(toy, plan);
  toy.run(guide);
  return toy.order();
}

TEST_CASE("a plan is followed step by step, by counts and by keys") {
  const bool ok = rc::check([] {
    Toy toy({3, 3, 2});
    std::string order = "00011122";
    for (std::size_t i = order.size(); i-- > 1;) {
      std::swap(order[i], order[*rc::gen::inRange<std::size_t>(0, i + 1)]);
    }
    RC_ASSERT(followed(toy, plan_of(steps_in(order), {})) == order);
    RC_ASSERT(followed(toy, plan_of(steps_in(order), {}, true)) == order);
  });
  CHECK(ok);
}

TEST_CASE("a plan by keys survives steps that come and go") {
  // Thread 0 had one step more when this was recorded, so that its last key never comes.
  Toy shorter({2, 2});
  const Plan plan = plan_of(steps_in("001100"), {}, true);
  Guide guide(shorter, plan);
  shorter.run(guide);
  CHECK(shorter.order() == "0011");
  const Guide::Fit fit = guide.fit();
  CHECK(fit.steps == 6);
  CHECK(fit.found == 4);
  REQUIRE(fit.first_missing);
  CHECK(*fit.first_missing == StepKey{0, 1, 0, 2});

  Toy longer({4, 3});
  CHECK(followed(longer, plan_of(steps_in("0110"), {}, true)) == "0110001");
}

TEST_CASE("after the plan the running thread goes on") {
  Toy toy({3, 2});
  CHECK(followed(toy, {}) == "00011");
  CHECK(followed(toy, {{{1, false, 1}}, {}, {}}) == "11000");
  // A thread that has ended is passed over, and so is a drain of nothing.
  CHECK(followed(toy, {{{1, false, 2}, {1, false, 3}, {0, true, 0}, {0, false, 2}}, {}, {}}) ==
        "11000");
}

TEST_CASE("occurrences are counted for each thread, operation and object") {
  Occurrences occurrences;
  CHECK(occurrences.next({0, 1, 7, 0}) == 0);
  CHECK(occurrences.next({0, 1, 7, 99}) == 1);
  CHECK(occurrences.next({1, 1, 7, 0}) == 0);
  CHECK(occurrences.next({0, 2, 7, 0}) == 0);
  CHECK(occurrences.next({0, 1, 6, 0}) == 0);
  CHECK(occurrences.next({0, 1, 7, 0}) == 2);
}

// Fails when thread 1 takes its second step between the second and the third of thread 0.
bool fails(const std::string& order) {
  std::uint32_t zeros = 0, ones = 0;
  for (const char c : order) {
    if (c == '0') zeros++;
    if (c == '1' && ++ones == 2) return zeros == 2;
  }
  return false;
}

RunPlan runs(Toy& toy, std::uint64_t& left) {
  return [&](const Plan& plan) -> std::optional<Attempt> {
    if (left == 0) return std::nullopt;
    left--;
    followed(toy, plan);
    Attempt attempt;
    attempt.fails = fails(toy.order());
    attempt.plan = plan_of(toy.steps(), {});
    attempt.cost.switches = static_cast<std::uint32_t>(attempt.plan.blocks.size()) - 1;
    return attempt;
  };
}

TEST_CASE("shrinking keeps the switches that the violation needs") {
  Toy toy({6, 4, 3});
  std::uint64_t left = 1000;
  const RunPlan run = runs(toy, left);
  const Attempt first = *run(plan_of(steps_in("2010210010102"), {}));
  REQUIRE(first.fails);
  std::uint32_t told = first.cost.switches;
  const Attempt best = shrink(first, run, [&](const Attempt& better) {
    CHECK(better.cost.switches < told);
    told = better.cost.switches;
  });
  CHECK(best.fails);
  CHECK(best.cost.switches == told);
  // 00 11 0000 11 222, in the order that the default gives: 0, 1, and then those left.
  CHECK(best.cost.switches == 3);
  CHECK(left > 900);
}

TEST_CASE("shrinking stops when there may be no more executions, with the best so far") {
  Toy toy({6, 4, 3});
  std::uint64_t left = 1;
  const RunPlan run = runs(toy, left);
  const Attempt first = *run(plan_of(steps_in("2010210010102"), {}));
  const Attempt best = shrink(first, run, [](const Attempt&) {});
  CHECK(best.cost == first.cost);
  CHECK(left == 0);
}

}  // namespace
}  // namespace traces
