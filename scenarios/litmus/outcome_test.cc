// Tests of verdicts: reports as herd prints them, and ways in which an enumeration could go wrong.
#include "scenarios/litmus/outcome.h"

#include <doctest/doctest.h>

#include "scenarios/litmus/conformance.h"
#include "scenarios/litmus/parser.h"

namespace {

using namespace scenarios::litmus;

struct Judged {
  Test test;
  Judgement judgement;
  const Outcome& of(std::string_view model) const {
    for (const Outcome& o : judgement.outcomes) {
      if (o.model->name == model) return o;
    }
    throw std::string("no such model");
  }
};

Judged judged(std::string_view text, const JudgeOptions& options = {}) {
  ParseResult parsed = parse_test(text);
  REQUIRE_MESSAGE(parsed.test, parsed.error.message);
  const auto models = models_of(parsed.test->architecture);
  Judgement judgement = judge(*parsed.test, models, options);
  return {std::move(*parsed.test), std::move(judgement)};
}

constexpr const char* store_buffering =
    "X86 SB\n{}\n P0 | P1 ;\n MOV [x],$1 | MOV [y],$1 ;\n MOV EAX,[y] | MOV EAX,[x] ;\n"
    "exists (0:EAX=0 /\\ 1:EAX=0)\n";

TEST_CASE("the report is herd's") {
  const Judged j = judged(store_buffering);
  CHECK(report(j.test, j.judgement, j.of("tso")) ==
        "Test SB Allowed\nStates 4\n0:EAX=0; 1:EAX=0;\n0:EAX=0; 1:EAX=1;\n0:EAX=1; 1:EAX=0;\n"
        "0:EAX=1; 1:EAX=1;\nOk\nWitnesses\nPositive: 1 Negative: 3\n"
        "Condition exists (0:EAX=0 /\\ 1:EAX=0)\nObservation SB Sometimes 1 3\n");
  CHECK(report(j.test, j.judgement, j.of("sc")).find("\nNo\n") != std::string::npos);
}

TEST_CASE("conditions are written with the parentheses that they need") {
  const Judged j = judged(
      "X86 t\n{}\n P0 ;\n MOV [x],$1 ;\n"
      "~exists (x=1 /\\ (x=2 \\/ ~x=3) \\/ (x=1 /\\ x=2) => false)\n");
  CHECK(to_string(j.test, Value{0, 0}) == "x");
  const std::string text = report(j.test, j.judgement, j.of("sc"));
  CHECK(text.find("~exists ((([x]=1 /\\ ([x]=2 \\/ not ([x]=3))) \\/ ([x]=1 /\\ [x]=2)) => "
                  "false)") != std::string::npos);
}

// The value goes round through a data dependency: only a graph out of thin air would have it.
constexpr const char* thin_air =
    "AArch64 t\n{ 0:X1=x; 0:X2=y; 1:X1=x; 1:X2=y; }\n P0 | P1 ;\n"
    " LDR W3,[X1] | LDR W3,[X2] ;\n STR W3,[X2] | STR W3,[X1] ;\nexists (0:X3=1)\n";

TEST_CASE("nothing comes out of thin air") {
  CHECK(judged(thin_air).of("armv8").states.size() == 1);
}

TEST_CASE("each order of answers leads to the same states") {
  for (const char* text :
       {store_buffering, thin_air,
        "AArch64 LB\n{ 0:X1=x; 0:X2=y; 1:X1=x; 1:X2=y; }\n P0 | P1 ;\n"
        " LDR W3,[X1] | LDR W3,[X2] ;\n MOV W0,#1 | MOV W0,#1 ;\n STR W0,[X2] | STR W0,[X1] ;\n"
        "exists (0:X3=1 /\\ 1:X3=1)\n",
        "PPC SWAP\n{ 0:r1=x; 1:r1=x; }\n P0 | P1 ;\n L: | L: ;\n lwarx r2,r0,r1 | lwarx r2,r0,r1 "
        ";\n"
        " addi r3,r2,1 | addi r3,r2,1 ;\n stwcx. r3,r0,r1 | stwcx. r3,r0,r1 ;\n bne L | bne L ;\n"
        "locations [x; 0:r2; 1:r2;]\n"}) {
    JudgeOptions every;
    every.enumeration.every_order = true;
    const Judged once = judged(text), often = judged(text, every);
    CHECK(often.judgement.enumeration.graphs >= once.judgement.enumeration.graphs);
    for (std::size_t m = 0; m < once.judgement.outcomes.size(); m++) {
      const auto &a = once.judgement.outcomes[m].states, &b = often.judgement.outcomes[m].states;
      REQUIRE(a.size() == b.size());
      for (const auto& [state, graphs] : a) CHECK(b.count(state) == 1);
    }
  }
}

TEST_CASE("a loop that is cut, a limit that is hit, and what cannot be modelled are said") {
  const Judged loop = judged(
      "AArch64 t\n{ 0:X1=x; }\n P0 ;\n L: LDXR W2,[X1] ;\n STXR W3,W2,[X1] ;\n CBNZ W3,L ;\n");
  CHECK(loop.judgement.enumeration.cut);
  CHECK(report(loop.test, loop.judgement, loop.of("sc")).find("\nLoop Ok\n") != std::string::npos);
  JudgeOptions few;
  few.enumeration.graphs_max = 4;
  CHECK_FALSE(judged(store_buffering).judgement.enumeration.limit_hit);
  few.enumeration.graphs_max = 2;
  CHECK(judged(store_buffering, few).judgement.enumeration.limit_hit);
  const Judged wide = judged("AArch64 t\n{ 0:X1=x; }\n P0 ;\n STR W2,[X1] ;\n LDR X3,[X1] ;\n");
  REQUIRE(wide.judgement.enumeration.error);
  CHECK(wide.judgement.enumeration.error->place.line == 5);
  const Judged half = judged("AArch64 t\n{ uint64_t x; 0:X1=x; }\n P0 ;\n STR W2,[X1] ;\n");
  REQUIRE(half.judgement.enumeration.error);
  CHECK(half.judgement.enumeration.error->place.line == 4);
  const Judged nowhere = judged("AArch64 t\n{ 0:X1=1; }\n P0 ;\n LDR W2,[X1] ;\n");
  CHECK(nowhere.judgement.enumeration.error);
}

TEST_CASE("dependencies through the thread's own memory, and through a comparison") {
  const auto load_buffering = [](const std::string& first, const std::string& reload) {
    const std::string text =
        "AArch64 t\n{ 0:X1=x; 0:X2=y; 0:X5=z; 0:X9=x; 1:X1=x; 1:X2=y; }\n P0 | P1 ;\n " + first +
        " | LDR W3,[X2] ;\n " + reload +
        " | EOR W4,W3,W3 ;\n EOR W6,W4,W4 | ADD W4,W4,#1 ;\n ADD W6,W6,#1 | STR W4,[X1] ;\n"
        " STR W6,[X2] | ;\nexists (0:X3=1 /\\ 1:X3=1)\n";
    const Judged j = judged(text);
    return j.of("armv8").positive != 0;
  };
  // What is loaded again has nothing to do with the first load.
  CHECK(load_buffering("LDR W3,[X1]", "LDR W4,[X5]"));
  // The thread stored there what it loaded first, or added to it, or swapped it in when it matched.
  CHECK_FALSE(load_buffering("LDR W3,[X1] | ;\n STR W3,[X5]", "LDR W4,[X5]"));
  CHECK_FALSE(load_buffering("LDADD W7,W3,[X1]", "LDR W4,[X9]"));
  CHECK_FALSE(load_buffering("MOV W3,#1 | ;\n CAS W3,W7,[X1]", "LDR W4,[X9]"));
  CHECK(load_buffering("SWP W7,W3,[X1]", "LDR W4,[X9]"));
}

TEST_CASE("in program order loads never see later stores") {
  const char* load_buffering =
      "AArch64 LB\n{ 0:X1=x; 0:X2=y; 1:X1=x; 1:X2=y; }\n P0 | P1 ;\n"
      " LDR W3,[X1] | LDR W3,[X2] ;\n MOV W0,#1 | MOV W0,#1 ;\n STR W0,[X2] | STR W0,[X1] ;\n"
      "exists (0:X3=1 /\\ 1:X3=1)\n";
  JudgeOptions in_order;
  in_order.program_order = true;
  CHECK(judged(load_buffering).of("armv8").positive == 1);
  CHECK(judged(load_buffering, in_order).of("armv8").positive == 0);
  CHECK(judged(store_buffering, in_order).of("tso").positive == 1);
}

TEST_CASE("a witness shows threads, coherence and the cycle") {
  JudgeOptions options;
  options.witness = true;
  CHECK(judged(store_buffering, options).of("tso").witness ==
        "  thread 0      thread 1\n"
        "  W x=1         W y=1\n"
        "  R y=0         R x=0\n"
        "  cycle: W x=1 -program order-> R y=0 -from-read-> W y=1 -program order-> R x=0 "
        "-from-read-> W x=1\n");
  CHECK(judged(store_buffering, options).of("sc").witness.empty());
  const char* writes =
      "X86 2+2W\n{}\n P0 | P1 ;\n MOV [x],$1 | MOV [x],$2 ;\n MFENCE | ;\nexists (x=1)\n";
  CHECK(judged(writes, options).of("sc").witness ==
        "  thread 0      thread 1\n"
        "  W x=1         W x=2\n"
        "  MFENCE\n"
        "  coherence: W x=2 -> W x=1\n");
}

TEST_CASE("a filter leaves states out") {
  const Judged j = judged(
      "X86 t\n{}\n P0 | P1 ;\n MOV [x],$1 | MOV EAX,[x] ;\nfilter (1:EAX=1)\nforall (1:EAX=1)\n");
  CHECK(j.of("tso").states.size() == 1);
  CHECK(j.of("tso").ok(j.test.quantifier));
}

TEST_CASE("a recorded verdict that is not ours is a difference") {
  const Judged j = judged(store_buffering);
  std::optional<Error> error;
  const std::string head =
      "test\tarch\tmodel\tverdict\therd\tobservation\tnstates\tstates\tf\tt\tfile\n";
  const auto row = [&](const std::string& middle) {
    const VerdictTable t = parse_verdicts(
        head + "SB\tX86\tx86tso\tAllowed\tOk\t" + middle + "\t\t\tSB.litmus\n", &error);
    REQUIRE_FALSE(error);
    return compare(t.rows[0], j.test, j.of("tso"));
  };
  const std::string three = "0:EAX=0; 1:EAX=1; | 0:EAX=1; 1:EAX=0; | 0:EAX=1; 1:EAX=1;";
  CHECK(row("Sometimes\t4\t0:EAX=0; 1:EAX=0; | " + three).agrees());
  CHECK(row("Sometimes\t3\t" + three).more.size() == 1);
  CHECK(row("Sometimes\t5\t0:EAX=0; 1:EAX=0; | 0:EAX=2; 1:EAX=0; | " + three).less.size() == 1);
  CHECK_FALSE(row("Never\t4\t0:EAX=0; 1:EAX=0; | " + three).agrees());
  parse_verdicts(head + "SB\tX86\tx86tso\tAllowed\tOk\tNever\t2\ta\t\t\tf\n", &error);
  REQUIRE(error);
  CHECK(error->place.line == 2);
}

}  // namespace
