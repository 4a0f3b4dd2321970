// Stops through Machine::may_step, goes back through the machine's snapshots.
#include "cli/debugger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "model/divergence.h"

extern "C" [[gnu::noinline]] void tricolor_breakpoint(std::uint64_t step) {
  asm volatile("" : : "r"(step) : "memory");
}

namespace cli {
namespace {

constexpr std::uint64_t word_bytes = 8;

std::uint64_t word_at(std::uint64_t address) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
  return value;
}

}  // namespace

// Answers from the record, from any depth on.
class Debugger::Player final : public model::Explorer {
 public:
  Player(const sim::Machine& machine, std::vector<model::Choice> choices)
      : machine_(machine), choices_(std::move(choices)) {}
  std::optional<std::size_t> next_execution() override { return 0; }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    const std::size_t depth = machine_.hot->depth;
    steps_at_.resize(depth);
    steps_at_.push_back(machine_.hot->steps);
    if (depth >= choices_.size()) return model::default_answer(point);
    return std::min(choices_[depth].chosen, point.options - 1);
  }
  bool supports_backtrack() const override { return true; }  // snapshots are how it goes back
  model::Coverage coverage() const override { return model::Coverage::sampled; }
  // The deepest choice that was made before more than `steps` steps; nothing if there is none.
  std::optional<std::size_t> depth_before(std::uint64_t steps) const {
    const auto after = std::upper_bound(steps_at_.begin(), steps_at_.end(), steps);
    if (after == steps_at_.begin()) return std::nullopt;
    return static_cast<std::size_t>(after - steps_at_.begin()) - 1;
  }

 private:
  const sim::Machine& machine_;
  std::vector<model::Choice> choices_;
  std::vector<std::uint64_t> steps_at_;  // at each choice of this execution
};

Debugger::Debugger() = default;
Debugger::~Debugger() = default;

std::string Debugger::start(const Options& options, const std::vector<model::Choice>& choices,
                            const std::string& invariant) {
  Options o = options;
  o.explorer = "replay";  // until the player is there
  o.record = true;
  o.output.clear();
  std::string error = session_.set_up(o, {});
  if (!error.empty()) return error;
  sim::Machine& m = session_.machine;
  names_ = std::make_unique<ObjectNames>(m, session_.shadow.runtime);
  if (!m.violations.empty()) return "the setup violates it: there is no step to stop before";
  player_ = std::make_unique<Player>(m, choices);
  m.explorer = player_.get();
  m.may_step = [] { return true; };
  m.execute(0);
  if (m.violations.empty() || m.violations[0].invariant != invariant) {
    return "the execution does not violate " + invariant;
  }
  steps_ = m.step_log;
  position_ = steps_.size() + 1;
  return "";
}

// REQUIRES: the position is before the step.
void Debugger::run_to(std::size_t step) {
  sim::Machine& m = session_.machine;
  m.may_step = [&m, step] { return m.hot->steps + 1 < step; };
  m.proceed();
  position_ = step;
}

void Debugger::go_to(std::size_t step) {
  if (step == position_) return;
  sim::Machine& m = session_.machine;
  m.violations.clear();
  if (step < position_) {
    m.may_step = [&m, step] { return m.hot->steps + 1 < step; };
    m.execute(player_->depth_before(step - 1).value_or(sim::from_the_start));
    position_ = step;
    return;
  }
  run_to(step);
}

std::string Debugger::describe(std::size_t step) const {
  return fmt::format("step {}: {}", step, names_->describe(steps_[step - 1]));
}

std::string Debugger::threads() const {
  std::string text;
  for (std::uint32_t t = 0; t < session_.machine.options.threads; t++) {
    std::size_t next = position_, last = position_ - 1;
    const auto is_its = [&](std::size_t step) {
      const sim::StepRecord& s = steps_[step - 1];
      return s.thread == t && s.operation != sim::Operation::drain;
    };
    while (next <= steps_.size() && !is_its(next)) next++;
    while (last > 0 && !is_its(last)) last--;
    text += fmt::format("thread {}: ", t);
    if (next <= steps_.size()) {
      text += "next " + describe(next);
    } else if (session_.machine.threads[t].done != 0) {
      text += "has ended";
    } else {
      text += "takes no further step in this execution";
    }
    if (next > steps_.size() && last > 0) text += "; its last was " + describe(last);
    text += "\n";
  }
  return text;
}

std::string Debugger::last_write(std::uint64_t address) {
  const std::size_t here = position_;
  sim::Machine& m = session_.machine;
  std::optional<std::uint64_t> value;
  std::uint64_t from = 0, to = 0, written = 0;
  const auto look = [&] {
    const std::uint64_t now = word_at(address);
    if (value && *value != now) {
      written = m.hot->steps;
      from = *value;
      to = now;
    }
    value = now;
  };
  m.violations.clear();
  m.may_step = [&] {
    look();
    return m.hot->steps + 1 < here;
  };
  m.execute(sim::from_the_start);
  look();
  position_ = here;
  if (written == 0) return "nothing has changed it so far";
  const std::size_t step = std::min<std::size_t>(written, steps_.size());
  return fmt::format("{:#x} -> {:#x} in thread {}, {} or the plain writes behind it", from, to,
                     steps_[step - 1].thread, describe(step));
}

std::string Debugger::print(std::uint64_t address) const {
  return fmt::format("{}: {:#018x}", names_->of_address(address), word_at(address));
}

std::uint64_t Debugger::address_of(const std::string& text) {
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(text.c_str(), &end, 0);
  if (text.empty() || *end != '\0' || text[0] == '-') return 0;
  return number < sim::region_bytes ? sim::space_base + number : number;
}

// Guard pages lie between the stacks; the rest of the region reads as zero.
bool Debugger::is_readable(std::uint64_t address) const {
  if (!sim::in_region(address) || !sim::in_region(address + word_bytes - 1)) return false;
  const sim::Machine& m = session_.machine;
  if (address >= m.stacks_end()) return true;
  const auto holds = [&](const sim::Fiber& f) {
    return address >= f.low && address + word_bytes <= f.top;
  };
  return std::any_of(m.fibers, m.fibers + m.options.threads + 1, holds) ||
         std::any_of(m.stacks.begin(), m.stacks.end(), holds);
}

}  // namespace cli
