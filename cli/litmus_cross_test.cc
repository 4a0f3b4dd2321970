// The litmus front end against the simulator: the same random C11 program, interpreted and judged
// by axioms, and compiled, instrumented and explored. Final states must be the same.
#include <doctest/doctest.h>

#include <set>

#include "cli/session.h"
#include "scenarios/litmus/compile.h"
#include "scenarios/litmus/outcome.h"
#include "scenarios/litmus/parser.h"

namespace {

constexpr std::uint32_t value_bits = 6, threads_max = 4;
constexpr const char* orders[] = {"relaxed", "acquire", "release", "acq_rel", "seq_cst"};
enum Kind : std::uint32_t { load = 1, store, exchange, fence };

// Memory, then what each thread read, packed as the scenario c11-program packs them.
using State = std::vector<std::int64_t>;

struct Program {
  std::vector<std::int64_t> threads;  // the scenario's parameters
  std::string text;                   // in herd's format
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>((state_ >> 33) % n);
  }

 private:
  std::uint64_t state_;
};

// Half of the orders are relaxed: strong ones leave nothing to compare.
// With `strong` half of them are sequentially consistent.
std::uint32_t draw_order(Random& random, std::uint32_t kind, bool strong) {
  constexpr std::uint32_t of_loads[] = {0, 0, 0, 1, 1, 4}, of_stores[] = {0, 0, 0, 2, 2, 4};
  constexpr std::uint32_t of_fences[] = {1, 2, 3, 4};
  if (strong && random.below(2) == 0) return 4;
  if (kind == load) return of_loads[random.below(6)];
  if (kind == store) return of_stores[random.below(6)];
  if (kind == fence) return of_fences[random.below(4)];
  return random.below(5);
}

// Threads tend to store first and load later.
std::uint32_t draw_kind(Random& random, bool first) {
  constexpr std::uint32_t early[] = {store, store, store, store, store, load, exchange, fence};
  constexpr std::uint32_t late[] = {load, load, load, load, store, store, exchange, fence};
  return first ? early[random.below(8)] : late[random.below(8)];
}

Program random_program(std::uint64_t seed, bool strong = false) {
  Random random(seed);
  const std::uint32_t threads = 2 + random.below(2);
  const std::uint32_t operations = threads == 2 ? 2 + random.below(3) : 2;
  Program p;
  p.text = "C random\n{ }\n";
  std::string listed = "locations [a; b; c; d;";
  for (std::uint32_t t = 0; t < threads; t++) {
    p.text += "P" + std::to_string(t) +
              " (atomic_int* a, atomic_int* b, atomic_int* c, atomic_int* d) {\n";
    std::int64_t bits = 0;
    for (std::uint32_t i = 0; i < operations; i++) {
      const std::uint32_t kind = draw_kind(random, i == 0), location = random.below(2);
      const std::uint32_t order = draw_order(random, kind, strong);
      bits |= static_cast<std::int64_t>(kind | location << 3 | order << 5) << (8 * i);
      const std::string name = location == 0 ? "a" : "b", reg = "r" + std::to_string(i);
      const std::string mo = std::string("memory_order_") + orders[order] + ");\n";
      const std::string value = std::to_string(8 * t + i + 1);
      if (kind == load) p.text += "int " + reg + " = atomic_load_explicit(" + name + ", " + mo;
      if (kind == store) p.text += "atomic_store_explicit(" + name + ", " + value + ", " + mo;
      if (kind == fence) p.text += "atomic_thread_fence(" + mo;
      if (kind == exchange) {
        p.text += "int " + reg + " = atomic_exchange_explicit(" + name + ", " + value + ", " + mo;
      }
      if (kind == load || kind == exchange) listed += " " + std::to_string(t) + ":" + reg + ";";
    }
    p.text += "}\n";
    p.threads.push_back(bits);
  }
  p.text += listed + "]\n";
  return p;
}

std::set<State> interpreted(const Program& p, const std::string& model) {
  namespace litmus = scenarios::litmus;
  const litmus::ParseResult parsed = litmus::parse_test(p.text);
  REQUIRE_MESSAGE(parsed.test, parsed.error.message);
  const auto compiled = litmus::compiled_for(model, *parsed.test);
  const litmus::Test& test = compiled ? *compiled : *parsed.test;
  const sim::axioms::Axioms* const models[] = {sim::axioms::find_axioms(model)};
  litmus::JudgeOptions options;
  options.program_order = true;
  const litmus::Judgement j = litmus::judge(test, models, options);
  std::set<State> states;
  for (const auto& [values, graphs] : j.outcomes[0].states) {
    State state(1 + threads_max);
    for (std::size_t i = 0; i < values.size(); i++) {
      const litmus::Observed& o = j.outcomes[0].names[i];
      const std::string name = litmus::name_of(test, o);
      const std::uint32_t at = o.thread < 0 ? static_cast<std::uint32_t>(name[0] - 'a')
                                            : static_cast<std::uint32_t>(name.back() - '0');
      state[static_cast<std::size_t>(1 + o.thread)] |= values[i].number << (value_bits * at);
    }
    states.insert(state);
  }
  return states;
}

using MakeMemory = sim::MemoryModel* (*)(sim::Machine& m);

std::set<State> explored(const Program& p, const std::string& model, const char* explorer,
                         MakeMemory make_memory = nullptr) {
  cli::Options o;
  o.command = "explore";
  o.subject = "c11-program";
  o.memory_model = model;
  o.explorer = explorer;
  o.params = {{"threads", static_cast<std::int64_t>(p.threads.size())}};
  for (std::size_t t = 0; t < p.threads.size(); t++) {
    o.params.push_back({"thread" + std::to_string(t), p.threads[t]});
  }
  cli::Session s;
  s.make_memory = make_memory;
  REQUIRE(s.set_up(o, {}) == "");
  std::set<State> states;
  while (const auto depth = s.explorer->next_execution()) {
    s.machine.execute(*depth);
    REQUIRE(s.machine.violations.empty());
    if (s.machine.ended != sim::End::complete) continue;
    State state;
    for (std::uint32_t i = 0; i <= threads_max; i++) state.push_back(s.env.results[i].value);
    states.insert(state);
  }
  return states;
}

// Where what a load returns is a choice. Programs with a state that sc forbids are counted.
std::uint64_t compare_weak(std::uint64_t first, std::uint64_t count, const char* model,
                           bool strong = false) {
  std::uint64_t weak = 0;
  for (std::uint64_t seed = first; seed < first + count; seed++) {
    const Program p = random_program(seed, strong);
    CAPTURE(p.text);
    const std::set<State> states = interpreted(p, model);
    CHECK(explored(p, model, "dfs") == states);
    weak += states != interpreted(p, "sc");
  }
  return weak;
}

void compare(std::uint64_t first, std::uint64_t count, const char* explorer, bool strong = false) {
  std::uint64_t weak = 0;
  for (std::uint64_t seed = first; seed < first + count; seed++) {
    const Program p = random_program(seed, strong);
    CAPTURE(p.text);
    const std::set<State> sc = interpreted(p, "sc"), tso = interpreted(p, "tso");
    CHECK(explored(p, "sc", explorer) == sc);
    CHECK(explored(p, "tso", explorer) == tso);
    weak += sc != tso;
  }
  CHECK(weak > count / 20);  // else tso was not tested
}

TEST_CASE("300 random C11 programs have the same final states interpreted and compiled: dpor") {
  compare(1, 300, "dpor");
}

TEST_CASE("300 random C11 programs have the same final states under rc11") {
  CHECK(compare_weak(1, 300, "rc11") > 30);
}
TEST_CASE("and under armv8") { CHECK(compare_weak(1, 300, "armv8") > 30); }
TEST_CASE("and under power") { CHECK(compare_weak(1, 300, "power") > 30); }

TEST_CASE("and where half of the accesses are sequentially consistent") {
  for (const std::string model : {"rc11", "armv8", "power"}) {
    CAPTURE(model);
    CHECK(compare_weak(2001, 300, model.c_str(), true) > 10);
  }
  compare(2001, 600, "dpor", true);  // fences between a store and a load are rare
}

TEST_CASE("and depth first") { compare(1001, 60, "dfs"); }

// The machines of sc and tso are not what judges litmus tests. What does, drives programs too.
TEST_CASE("and under the axioms of sc and tso, in place of their machines") {
  std::uint64_t weak = 0;
  for (std::uint64_t seed = 1; seed <= 300; seed++) {
    const Program p = random_program(seed);
    CAPTURE(p.text);
    const std::set<State> sc = interpreted(p, "sc"), tso = interpreted(p, "tso");
    const MakeMemory sc_axioms = [](sim::Machine& m) { return sim::make_graph_memory(m, "sc"); };
    const MakeMemory tso_axioms = [](sim::Machine& m) { return sim::make_graph_memory(m, "tso"); };
    CHECK(explored(p, "sc", "dfs", sc_axioms) == sc);
    CHECK(explored(p, "tso", "dfs", tso_axioms) == tso);
    weak += sc != tso;
  }
  CHECK(weak > 15);
}

}  // namespace
