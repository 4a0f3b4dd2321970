// Tests of the text that is put together without the C library.
#include "runtime_core/os/print.h"

#include <doctest/doctest.h>

#include <string>

#include "runtime_core/sync/test_support.h"

namespace runtime_core {

namespace {

std::string text_of(const PrintBuffer& out) { return {out.bytes(), out.size()}; }

}  // namespace

TEST_CASE("print: numbers of every size") {
  PrintBuffer out;
  out.number(0).text(" ").number(~u64{0}).text(" ").signed_number(-1).text(" ");
  out.signed_number(i64{1} << 63).text(" ").signed_number(17);
  CHECK(text_of(out) == "0 18446744073709551615 -1 -9223372036854775808 17");
}

TEST_CASE("print: hexadecimal as Go writes it") {
  PrintBuffer out;
  out.hex(0).text(" ").hex(0xc208000010).text(" ").pointer(nullptr);
  CHECK(text_of(out) == "0x0 0xc208000010 0x0");
}

TEST_CASE("print: a long text is written in pieces, none is lost") {
  const std::string written = abort_message([] {
    PrintBuffer out;
    for (int i = 0; i < 300; i++) out.number(100 + static_cast<u64>(i));
    out.write();
    throw_("end");
  });
  std::string expected;
  for (int i = 0; i < 300; i++) expected += std::to_string(100 + i);
  CHECK(written.find(expected + "fatal error: end") == 0);
}

TEST_CASE("print: who holds the print lock, twice even, has his lines together") {
  constexpr u32 threads = 3, rounds = 200;
  const std::string written = abort_message([] {
    TestMachine machine(threads);
    run_threads(threads, [&](u32 id) {
      M* mp = machine.m(id);
      for (u32 i = 0; i < rounds; i++) {
        printlock(mp);
        for (u32 part = 0; part < 4; part++) {
          printlock(mp);
          PrintBuffer().number(id).write();
          printunlock(mp);
        }
        printunlock(mp);
        if (mp->printlock != 0 || mp->locks != 0) throw_("not balanced");
      }
    });
    throw_("end");
  });
  REQUIRE(written.find("fatal error: end") == threads * rounds * 4);
  for (u32 i = 0; i < threads * rounds * 4; i++) CHECK(written[i] == written[i / 4 * 4]);
}

}  // namespace runtime_core
