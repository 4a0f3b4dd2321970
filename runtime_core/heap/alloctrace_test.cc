// Tests of the allocation trace's lines.
#include "runtime_core/heap/alloctrace.h"

#include <doctest/doctest.h>

#include <string>

#include "runtime_core/heap/test_support.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

namespace {

u32 one_known_of_two(M*, u32, uintptr* pcs, u32) {
  pcs[0] = 0x10;
  pcs[1] = 0x20;
  return 2;
}

bool describe(void*, uintptr pc, bool, DumpLine* out) {
  *out = {"main.main", "/tmp/x.go", 12};
  return pc == 0x20;
}

// What f writes to standard error.
template <class F>
std::string written_by(F f) {
  const std::string text = abort_message([&] {
    f();
    throw_("end");
  });
  return text.substr(0, text.find("fatal error: end"));
}

}  // namespace

TEST_CASE("alloctrace: an allocation with and without type, and a free") {
  HeapMachine h;
  auto* p = reinterpret_cast<void*>(uintptr{0xc208000010});
  TestType t("P");
  t.type.string = "*main.T";
  CHECK(written_by([&] { tracealloc(&h.m0, p, 16, &t.type); }) ==
        "tracealloc(0xc208000010, 0x10, *main.T)\ngoroutine 1 [running]:\n\n");
  CHECK(written_by([&] { tracealloc(&h.m0, p, 0, nullptr); }) ==
        "tracealloc(0xc208000010, 0x0)\ngoroutine 1 [running]:\n\n");
  CHECK(written_by([&] { tracefree(&h.m0, p, 16); }) ==
        "tracefree(0xc208000010, 0x10)\ngoroutine 1 [running]:\n\n");
  CHECK(h.m0.locks == 0);
}

TEST_CASE("alloctrace: the stack that the program gives") {
  HeapMachine h;
  h.rt->hooks.callers = one_known_of_two;
  const DumpProgram program{.context = nullptr,
                            .itab = nullptr,
                            .goroutine = nullptr,
                            .defer = nullptr,
                            .panic = nullptr,
                            .describe_pc = describe};
  h.rt->hooks.dump_program = &program;
  CHECK(written_by([&] { tracefree(&h.m0, nullptr, 8); }) ==
        "tracefree(0x0, 0x8)\ngoroutine 1 [running]:\n?(...)\n\t?:0 pc=0x10\n"
        "main.main(...)\n\t/tmp/x.go:12 pc=0x20\n\n");
}

TEST_CASE("alloctrace: a collection names the threads") {
  HeapMachine h;
  M other{};
  m_init(h.rt, &other, 1);
  CHECK(written_by([&] { tracegc(&h.m0); }) ==
        "tracegc()\ngoroutine 2 [stopped]:\ngoroutine 1 [garbage collection]:\n"
        "end tracegc\n\n");
}

}  // namespace runtime_core
