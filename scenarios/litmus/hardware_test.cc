// Litmus tests on this machine: what they compute, and that they stay within what tso allows.
#include "scenarios/litmus/hardware.h"

#include <doctest/doctest.h>

#include "scenarios/litmus/compile.h"
#include "scenarios/litmus/outcome.h"
#include "scenarios/litmus/parser.h"

namespace scenarios::litmus {
namespace {

Test parsed(const char* text) {
  const ParseResult result = parse_test(text);
  REQUIRE_MESSAGE(result.test, result.error.message);
  return *result.test;
}

// The only state of a test of one thread, as herd writes it.
std::string state_of(const char* text) {
  const Test test = parsed(text);
  const sim::axioms::Axioms* const models[] = {sim::axioms::find_axioms("tso")};
  const Judgement j = judge(test, models);
  REQUIRE(!j.enumeration.error);
  const Histogram h = run_on_hardware(test, j.outcomes[0].names, 1);
  REQUIRE(!h.error);
  REQUIRE(h.states.size() == 1);
  CHECK(h.states.begin()->second == h.instances);
  CHECK(j.outcomes[0].states.count(h.states.begin()->first) == 1);
  return state_text(test, j.outcomes[0], h.states.begin()->first);
}

TEST_CASE("one thread computes what the interpreter computes") {
  if (model_of_hardware() == nullptr) return;
  CHECK(state_of("X86 one\n{ x=-3; }\n P0 ;\n MOV EAX,[x] ;\n XCHG [y],EAX ;\n MOV [x],$1 ;\n"
                 "exists (0:EAX=0 /\\ x=1 /\\ y=-3)\n") == "0:EAX=0; [x]=1; [y]=-3;");
}

TEST_CASE("what threads see of each other is allowed") {
  if (model_of_hardware() == nullptr) return;
  const Test written = parsed(
      "C store-buffering\n{ }\n"
      "P0 (atomic_int* x, atomic_int* y) { atomic_store_explicit(x, 1, memory_order_relaxed);\n"
      "int r0 = atomic_load_explicit(y, memory_order_relaxed); }\n"
      "P1 (atomic_int* x, atomic_int* y) { atomic_store_explicit(y, 1, memory_order_relaxed);\n"
      "int r0 = atomic_load_explicit(x, memory_order_relaxed); }\n"
      "exists (0:r0=0 /\\ 1:r0=0)\n");
  const auto test = compiled_for(model_of_hardware(), written);
  REQUIRE(test);
  const sim::axioms::Axioms* const models[] = {sim::axioms::find_axioms(model_of_hardware())};
  const Judgement j = judge(*test, models);
  const Histogram h = run_on_hardware(*test, j.outcomes[0].names, 20'000);
  std::uint64_t sum = 0;
  for (const auto& [state, count] : h.states) {
    CHECK(j.outcomes[0].states.count(state) == 1);
    sum += count;
  }
  CHECK(sum == h.instances);
  CHECK(h.instances >= 20'000);
}

TEST_CASE("addresses may come from registers and memory") {
  if (model_of_hardware() == nullptr) return;
  CHECK(state_of("X86_64 two\n{ x=y; y=5; 0:rax=x; }\n P0 ;\n MOV rbx,[rax] ;\n MOV rcx,[rbx] ;\n"
                 " MOV [rax],rax ;\nexists (0:rbx=y /\\ 0:rcx=5 /\\ x=x)\n") ==
        "0:rbx=y; 0:rcx=5; [x]=x;");
}

TEST_CASE("locked instructions compute, and set the flag that jumps look at") {
  if (model_of_hardware() == nullptr) return;
  CHECK(state_of("X86 all\n{ x=5; y=1; 0:EAX=5; 0:EBX=9; 0:ECX=3; }\n P0 ;\n"
                 " LOCK CMPXCHG [x],EBX ;\n JNE fail ;\n LOCK XADD [x],ECX ;\n LOCK DEC [y] ;\n"
                 " JNE fail ;\n LOCK SUB [y],$7 ;\n LOCK INC [y] ;\n MOV EDX,$1 ;\n"
                 " MOV EAX,$5 ;\n LOCK CMPXCHG [x],EDX ;\n JE fail ;\n MOV ESI,$1 ;\n fail: ;\n"
                 "exists (0:EAX=12 /\\ 0:ECX=9 /\\ 0:ESI=1 /\\ x=12 /\\ y=-6)\n") ==
        "0:EAX=12; 0:ECX=9; 0:ESI=1; [x]=12; [y]=-6;");
}

TEST_CASE("what cannot be run has its place") {
  const auto problem = [](const char* text) {
    const Histogram h = run_on_hardware(parsed(text), {}, 1);
    REQUIRE(h.error);
    return h.error->message;
  };
  CHECK(problem("X86 number\n{ }\n P0 ;\n MOV [y],$1509949440 ;\nexists (y=0)\n") ==
        "this number is an address here");
  CHECK(problem("X86_64 sizes\n{ 0:rax=x; }\n P0 ;\n MOV rbx,[rax] ;\n MOV ecx,[y] ;\n"
                "exists (y=0)\n") ==
        "addresses in registers and accesses of different sizes are not run natively");
  CHECK(problem("AArch64 other\n{ 0:X1=x; }\n P0 ;\n LDXR W0,[X1] ;\nexists (x=0)\n") ==
        "exclusives are not run natively");
}

}  // namespace
}  // namespace scenarios::litmus
