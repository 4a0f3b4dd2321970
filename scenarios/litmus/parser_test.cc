// Tests of the reader of litmus tests: what it takes, and where it says what is wrong.
#include "scenarios/litmus/parser.h"

#include <doctest/doctest.h>

namespace {

using namespace scenarios::litmus;

std::string problem(std::string_view text) {
  const ParseResult r = parse_test(text);
  if (r.test) return "";
  return std::to_string(r.error.place.line) + ":" + std::to_string(r.error.place.column) + " " +
         r.error.message;
}

std::string x86(const std::string& rows, const std::string& tail = "exists (0:EAX=0)\n") {
  return "X86 t\n{ x=1; }\n P0 ;\n" + rows + tail;
}

TEST_CASE("a whole test") {
  const ParseResult r = parse_test(
      "PPC name with spaces\n\"doc\"\nHash=abc\n(* two\nlines *)\n"
      "{ x=2; 0:r2=x; int y; }\n"
      " P0           | P1 ;\n"
      " L: lwz r1,0(r2) |  ;\n"
      " bne L        | sync ;\n"
      "locations [y; 0:r1;]\nfilter (x=2)\n~exists (0:r1=2 /\\ ~(x=0 \\/ 1:r3=y) => true)\n");
  REQUIRE(r.test);
  CHECK(r.test->name == "name with spaces");
  CHECK(r.test->architecture == Architecture::ppc);
  REQUIRE(r.test->threads.size() == 2);
  REQUIRE(r.test->threads[0].code.size() == 2);
  CHECK(r.test->threads[0].code[0].op == Op::load);
  CHECK(r.test->threads[0].code[1].next == 0);
  CHECK(r.test->threads[1].code[0].marks == mark(Mark::sync));
  CHECK(r.test->locations[0].initial == Value{-1, 2});
  CHECK(r.test->listed.size() == 2);
  CHECK(r.test->filter.has_value());
  CHECK(r.test->quantifier == Quantifier::not_exists);
}

TEST_CASE("without a condition it is forall (true)") {
  const ParseResult r = parse_test("X86 t\n{}\n P0 ;\n MFENCE ;\n");
  REQUIRE(r.test);
  CHECK(r.test->quantifier == Quantifier::forall);
}

TEST_CASE("locations may hold the addresses of others, and threads are limited") {
  const ParseResult r =
      parse_test("AArch64 t\n{ x=y; y=z; 0:X1=x; }\n P0 ;\n LDR X2,[X1] ;\n LDR X3,[X2] ;\n");
  REQUIRE(r.test);
  CHECK(r.test->locations[0].initial == Value{1, 0});
  CHECK(r.test->locations[1].initial == Value{2, 0});
  std::string c = "C t\n{}\n";
  for (std::uint32_t t = 0; t <= threads_max; t++) {
    c += "P" + std::to_string(t) + " (atomic_int* x) { }\n";
  }
  CHECK(problem(c) == "19:1 more than 16 threads");
}

TEST_CASE("locations have 32 or 64 bits, in C 32") {
  const ParseResult r = parse_test(
      "AArch64 t\n{ uint64_t x=0x7fffffffffffffff; int y; 0:X1=x; }\n P0 ;\n"
      " LDR X2,[X1] ;\n");
  REQUIRE(r.test);
  CHECK(r.test->locations[0].bits == 64);
  CHECK(r.test->locations[0].initial == Value{-1, 0x7fff'ffff'ffff'ffff});
  CHECK(r.test->locations[1].bits == 0);
  CHECK(problem("X86_64 t\n{ int16_t x; }\n P0 ;\n MFENCE ;\n").substr(0, 4) == "2:3 ");
  CHECK(problem("C t\n{ int64_t x; }\nP0 (atomic_int* x) { }\n").substr(0, 4) == "2:3 ");
}

TEST_CASE("errors have a place") {
  CHECK(problem("").substr(0, 4) == "1:1 ");
  CHECK(problem("MIPS t\n{}\n").substr(0, 4) == "1:1 ");
  CHECK(problem("X86\n{}\n") == "1:1 the test has no name");
  CHECK(problem("X86 t\nnonsense\n{}\n").substr(0, 4) == "2:1 ");
  CHECK(problem(x86(" MOV EAX,[x] ;\n")) == "");
  CHECK(problem(x86(" FENCE ;\n")) == "4:2 unknown x86 instruction FENCE");
  CHECK(problem(x86(" MOV EAX ;\n")) == "4:10 expected ,, found ';'");
  CHECK(problem(x86(" MOV EAX,[x] | MFENCE ;\n")) == "4:14 expected ;, found '|'");
  CHECK(problem(x86(" MOV EAX,[x] MFENCE ;\n")) == "4:14 expected ;, found 'MFENCE'");
  CHECK(problem(x86(" MOV [x],[y] ;\n")).substr(0, 4) == "4:2 ");
  CHECK(problem(x86(" ADD [x],EAX ;\n")).substr(0, 4) == "4:2 ");
  CHECK(problem(x86(" MOV EAX,$99999999999999999999 ;\n")) == "4:11 the number is too large");
  CHECK(problem(x86(" L: JE L ;\n JZ L ;\n JMP L ;\n")) == "");
  CHECK(problem(x86(" JA L ;\n")) == "4:2 unknown x86 instruction JA");
  CHECK(problem(x86(" LOCK BTS [x],EAX ;\n")).substr(0, 39) ==
        "4:7 unknown instruction BTS behind LOCK");
  CHECK(problem(x86(" LOCK XADD [x],$1 ;\n")) == "4:7 operands that XADD does not take");
  CHECK(problem(x86(" LOCK ADD EAX,EBX ;\n")) == "4:7 operands that ADD does not take");
  CHECK(problem(x86(" JNE L ;\n")) == "4:2 this thread has no label L");
  CHECK(problem(x86(" L: MFENCE ;\n L: MFENCE ;\n")) == "5:2 label L is already in this thread");
  CHECK(problem(x86(" MFENCE ;\n", "exists (1:EAX=0)\n")) == "5:11 there is no thread 1");
  CHECK(problem(x86(" MFENCE ;\n", "exists (0:RAX=0)\n")) == "5:11 thread 0 has no register 'RAX'");
  CHECK(problem(x86(" MFENCE ;\n", "exists (z=0)\n")).substr(0, 4) == "5:9 ");
  CHECK(problem(x86(" MFENCE ;\n", "exists (x=0\n")).substr(0, 4) == "6:1 ");
  CHECK(problem(x86(" MFENCE ;\n", "exists (x=0) x\n")).substr(0, 5) == "5:14 ");
  CHECK(problem(x86(" MFENCE ;\n", "exists (x=0) (* end\n")) ==
        "5:14 the comment has no end; close it with *)");
  CHECK(problem("X86 t\n{ int16_t x; }\n P0 ;\n").substr(0, 4) == "2:3 ");
  CHECK(problem("X86 t\n{ 3:EAX=1; }\n P0 ;\n MFENCE ;\n") == "2:5 there is no thread 3");
}

TEST_CASE("what an architecture does not know is refused") {
  const auto arm = [](const std::string& i) {
    return problem("AArch64 t\n{ 0:X1=x; }\n P0 ;\n " + i + " ;\n");
  };
  CHECK(arm("LDR W0,[X1]") == "");
  CHECK(arm("LDR W0,[X1,W2,SXTW]") == "");
  CHECK(arm("LDR W0,[W1]") == "4:10 an address is an X register");
  CHECK(arm("LDR W0,[X1],#4").substr(0, 5) == "4:13 ");
  CHECK(arm("LDP W0,W2,[X1]") == "4:2 unknown AArch64 instruction LDP");
  CHECK(arm("ADD W0,W1,X2") == "4:12 registers of different sizes");
  CHECK(arm("DMB OSH").substr(0, 4) == "4:6 ");
  CHECK(arm("MOV W31,#1").substr(0, 4) == "4:6 ");
  CHECK(arm("SWP W0,WZR,[X1]").find("zero register") != std::string::npos);
  const auto power = [](const std::string& i) {
    return problem("PPC t\n{ 0:r1=x; }\n P0 ;\n " + i + " ;\n");
  };
  CHECK(power("stwcx. r2,r0,r1") == "");
  CHECK(power("stwcx r2,r0,r1") == "4:2 unknown Power instruction stwcx");
  CHECK(power("lwz r32,0(r1)").substr(0, 4) == "4:6 ");
}

TEST_CASE("C11") {
  const auto c = [](const std::string& body) {
    return problem("C t\n{}\nP0 (atomic_int* x) {\n" + body + "\n}\n");
  };
  CHECK(c("int r = 1 + (atomic_load_explicit(x, memory_order_acquire) & 3);") == "");
  CHECK(c("if (atomic_load(x) == 1) { atomic_store(x, 2); } else { }") == "");
  CHECK(c("int r = *x;").substr(0, 4) == "4:9 ");
  CHECK(c("x = 1;") == "4:1 x is a location; use atomic_store");
  CHECK(c("r = 1;") == "4:1 r is not declared");
  CHECK(c("int r; int r;") == "4:12 r is declared twice");
  CHECK(c("int r = atomic_store(x, 1);") == "4:9 atomic_store has no value");
  CHECK(c("atomic_store_explicit(x, 1, memory_order_acquire);") ==
        "4:29 C11 does not allow this order here");
  CHECK(c("atomic_store_explicit(x, 1, memory_order_consume);").substr(0, 5) == "4:29 ");
  CHECK(c("while (1) { }").substr(0, 4) == "4:1 ");
  CHECK(c("atomic_store(y, 1);").substr(0, 5) == "4:14 ");
}

}  // namespace
