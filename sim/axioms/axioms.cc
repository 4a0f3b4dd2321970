// The table of memory models that are given as axioms.
#include "sim/axioms/axioms.h"

namespace sim::axioms {

const std::vector<Axioms>& axiom_table() {
  static const std::vector<Axioms> table = {
      {"sc", "sequential consistency", "Lamport, IEEE ToC 1979", sc_allows},
      {"tso", "total store order: x86", "Owens, Sarkar and Sewell, TPHOLs 2009", tso_allows},
      {"rc11", "C++20 atomics", "Lahav et al., PLDI 2017", rc11_allows},
      {"armv8", "AArch64: other-multi-copy atomic",
       "Deacon et al., Arm ARM; Pulte et al., POPL 2018", armv8_allows},
      {"power", "Power: not multi-copy atomic", "Alglave, Maranget and Tautschnig, TOPLAS 2014",
       power_allows},
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
