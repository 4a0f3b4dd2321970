// Memory models as axioms: which execution graphs a model allows. One file a model, one line in
// sim/axioms/axioms.cc.
//
// Whoever builds executions drives these: the litmus front end builds whole graphs. Every demand
// grows with the graph, so that what is forbidden stays forbidden when events are added.
#pragma once

#include <string_view>
#include <vector>

#include "sim/axioms/execution.h"

namespace sim::axioms {

struct Axioms {
  const char* name;
  const char* description;
  bool (*allows)(const Execution& execution);
};
const std::vector<Axioms>& axiom_table();
// The model of this name, or null.
const Axioms* find_axioms(std::string_view name);

bool sc_allows(const Execution& x);
bool tso_allows(const Execution& x);
bool rc11_allows(const Execution& x);
bool armv8_allows(const Execution& x);
bool power_allows(const Execution& x);

}  // namespace sim::axioms
