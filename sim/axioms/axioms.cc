// The table of memory models that are given as axioms.
#include "sim/axioms/axioms.h"

namespace sim::axioms {

const std::vector<Axioms>& axiom_table() {
  static const std::vector<Axioms> table = {
      {"sc", "sequential consistency", sc_allows},
      {"tso", "total store order: x86", tso_allows},
      {"rc11", "C++20 atomics", rc11_allows},
      {"armv8", "AArch64: other-multi-copy atomic", armv8_allows},
      {"power", "Power: not multi-copy atomic", power_allows},
  };
  return table;
}

const Axioms* find_axioms(std::string_view name) {
  for (const Axioms& model : axiom_table()) {
    if (name == model.name) return &model;
  }
  return nullptr;
}

}  // namespace sim::axioms
