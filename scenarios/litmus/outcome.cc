// Judging a litmus test and reporting it.
#include "scenarios/litmus/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "scenarios/litmus/condition.h"
#include "scenarios/litmus/picture.h"

namespace scenarios::litmus {
namespace {

// herd's order: registers by thread and name, then locations by name. Names that end in a number
// are ordered by it.
bool comes_before(const Test& test, const Observed& a, const Observed& b) {
  if ((a.thread < 0) != (b.thread < 0)) return b.thread < 0;
  if (a.thread != b.thread) return a.thread < b.thread;
  const std::string x = name_of(test, a), y = name_of(test, b);
  const bool numbered =
      test.architecture == Architecture::aarch64 || test.architecture == Architecture::ppc;
  if (a.thread >= 0 && numbered && x.size() != y.size()) return x.size() < y.size();
  return x < y;
}

std::vector<Observed> names_of(const Test& test) {
  std::vector<Observed> names = test.listed;
  collect(test.condition, &names);
  std::sort(names.begin(), names.end(),
            [&](const Observed& a, const Observed& b) { return comes_before(test, a, b); });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::vector<const sim::axioms::Axioms*> models_of(Architecture architecture) {
  const char* own = nullptr;
  switch (architecture) {
    case Architecture::x86:
    case Architecture::x86_64:
      own = "tso";
      break;
    case Architecture::aarch64:
      own = "armv8";
      break;
    case Architecture::ppc:
      own = "power";
      break;
    case Architecture::c11:
      own = "rc11";
      break;
  }
  return {sim::axioms::find_axioms("sc"), sim::axioms::find_axioms(own)};
}

Judgement judge(const Test& test, std::span<const sim::axioms::Axioms* const> models,
                const JudgeOptions& options) {
  Judgement j;
  const std::vector<Observed> names = names_of(test);
  for (const sim::axioms::Axioms* m : models) j.outcomes.push_back({m, names, {}, "", 0, 0});
  std::vector<Value> state(names.size());
  const Visit visit = [&](const sim::axioms::Execution& x, const FinalState& final) {
    const auto value_of = [&](const Observed& o) { return final.of(o); };
    if (test.filter && !holds(*test.filter, value_of)) return;
    std::optional<sim::axioms::Execution> ordered;
    if (options.program_order) {
      ordered = x;
      ordered->ctrl |= x.po.from(x.reads).to(x.writes);
    }
    const bool satisfied = holds(test.condition, value_of);
    for (std::size_t i = 0; i < names.size(); i++) state[i] = final.of(names[i]);
    for (Outcome& o : j.outcomes) {
      if (!o.model->allows(ordered ? *ordered : x)) continue;
      o.states[state]++;
      (satisfied ? o.positive : o.negative)++;
      if (options.witness && satisfied && o.positive == 1) o.witness = picture(test, x, final);
    }
  };
  j.enumeration = enumerate(test, options.enumeration, visit);
  return j;
}

bool Outcome::ok(Quantifier quantifier) const {
  switch (quantifier) {
    case Quantifier::exists:
      return positive != 0;
    case Quantifier::not_exists:
      return positive == 0;
    case Quantifier::forall:
      return negative == 0;
  }
  return false;
}

const char* Outcome::observation() const {
  return positive == 0 ? "Never" : negative == 0 ? "Always" : "Sometimes";
}

std::string state_text(const Test& test, const Outcome& outcome, const std::vector<Value>& state) {
  std::string text;
  for (std::size_t i = 0; i < state.size(); i++) {
    std::string name = name_of(test, outcome.names[i]);
    if (outcome.names[i].thread < 0) name = "[" + name + "]";
    text += fmt::format("{}{}={};", i == 0 ? "" : " ", name, to_string(test, state[i]));
  }
  return text;
}

const char* verdict(const Test& test, const Outcome& outcome) {
  if (test.quantifier == Quantifier::forall) return "n/a";
  return outcome.positive != 0 ? "Allowed" : "Forbidden";
}

std::string report(const Test& test, const Judgement& judgement, const Outcome& outcome) {
  const char* kind = test.quantifier == Quantifier::exists       ? "Allowed"
                     : test.quantifier == Quantifier::not_exists ? "Forbidden"
                                                                 : "Required";
  std::string text = fmt::format("Test {} {}\nStates {}\n", test.name, kind, outcome.states.size());
  for (const auto& [state, graphs] : outcome.states) {
    text += state_text(test, outcome, state) + "\n";
  }
  const bool negated = test.quantifier == Quantifier::not_exists;
  text += fmt::format(
      "{}{}\nWitnesses\nPositive: {} Negative: {}\n", judgement.enumeration.cut ? "Loop " : "",
      outcome.ok(test.quantifier) ? "Ok" : "No", negated ? outcome.negative : outcome.positive,
      negated ? outcome.positive : outcome.negative);
  text += fmt::format("Condition {}\n", to_string(test, test.quantifier, test.condition));
  text += fmt::format("Observation {} {} {} {}\n", test.name, outcome.observation(),
                      outcome.positive, outcome.negative);
  return text;
}

}  // namespace scenarios::litmus
