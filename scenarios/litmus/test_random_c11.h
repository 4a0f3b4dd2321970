// Random C11 tests, for properties of models and of the enumeration. REQUIRES: inside rc::check.
#pragma once

#include <rapidcheck.h>

#include <map>
#include <string>

#include "scenarios/litmus/outcome.h"

namespace scenarios::litmus {

inline constexpr const char* order_names[] = {"relaxed", "acquire", "release", "acq_rel",
                                              "seq_cst"};

// One statement of a thread, with its number as the name of what it reads and as what it writes.
inline std::string random_statement(int number) {
  const int kind = *rc::gen::inRange(0, 10);
  const char* location = *rc::gen::inRange(0, 2) == 0 ? "x" : "y";
  const std::string n = std::to_string(number);
  const auto order = [](std::initializer_list<int> of) {
    return std::string("memory_order_") + order_names[*rc::gen::elementOf(std::vector<int>(of))];
  };
  if (kind < 4) {
    return "int r" + n + " = atomic_load_explicit(" + location + ", " + order({0, 1, 4}) + ");";
  }
  if (kind < 8) {
    return std::string("atomic_store_explicit(") + location + ", " + n + ", " + order({0, 2, 4}) +
           ");";
  }
  if (kind == 8) return "atomic_thread_fence(" + order({1, 2, 3, 4}) + ");";
  return "int r" + n + " = atomic_exchange_explicit(" + location + ", " + n + ", " +
         order({0, 1, 2, 3, 4}) + ");";
}

inline std::string random_program(int threads, int statements) {
  std::string text = "C random\n{}\n", listed = "locations [x; y;";
  int number = 1;
  for (int t = 0; t < threads; t++) {
    text += "P" + std::to_string(t) + " (atomic_int* x, atomic_int* y) {\n";
    for (int s = 0; s < statements; s++, number++) {
      const std::string statement = random_statement(number);
      text += "  " + statement + "\n";
      if (statement.starts_with("int ")) {
        listed += " " + std::to_string(t) + ":r" + std::to_string(number) + ";";
      }
    }
    text += "}\n";
  }
  return text + listed + "]\n";
}

using States = std::map<std::vector<Value>, std::uint64_t>;

inline States states_of(const Test& test, std::string_view model,
                        const JudgeOptions& options = {}) {
  const sim::axioms::Axioms* const models[] = {sim::axioms::find_axioms(model)};
  return judge(test, models, options).outcomes[0].states;
}

}  // namespace scenarios::litmus
