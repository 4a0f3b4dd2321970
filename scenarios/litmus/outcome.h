// What a memory model makes of a litmus test: its final states, and the report that herd prints.
#pragma once

#include <map>
#include <span>

#include "scenarios/litmus/executions.h"
#include "sim/axioms/axioms.h"

namespace scenarios::litmus {

struct Outcome {
  const sim::axioms::Axioms* model = nullptr;
  std::vector<Observed> names;                         // what a state is made of, as herd sorts it
  std::map<std::vector<Value>, std::uint64_t> states;  // each with its number of graphs
  std::string witness;  // a picture of the first graph that satisfies the condition, if wanted
  std::uint64_t positive = 0, negative = 0;  // graphs whose state satisfies the condition

  bool ok(Quantifier quantifier) const;
  const char* observation() const;  // Never, Sometimes or Always
};

struct Judgement {
  std::vector<Outcome> outcomes;  // by model
  EnumerationResult enumeration;
};

// The models that a test of this architecture means: sc and its own.
std::vector<const sim::axioms::Axioms*> models_of(Architecture architecture);

struct JudgeOptions {
  EnumerationOptions enumeration;
  // As a simulated program runs: program order is kept from each load to the later stores of its
  // thread, whatever depends on what.
  bool program_order = false;
  bool witness = false;
};

// All models in one enumeration.
Judgement judge(const Test& test, std::span<const sim::axioms::Axioms* const> models,
                const JudgeOptions& options = {});

// "0:EAX=1; [x]=2;"
std::string state_text(const Test& test, const Outcome& outcome, const std::vector<Value>& state);
// Allowed or Forbidden: whether a state that `exists` or `~exists` asks about is reached; n/a for
// `forall`.
const char* verdict(const Test& test, const Outcome& outcome);
// As herd prints it, without its time and hash.
std::string report(const Test& test, const Judgement& judgement, const Outcome& outcome);

}  // namespace scenarios::litmus
