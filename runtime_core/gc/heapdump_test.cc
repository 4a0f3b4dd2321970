// Tests of the heap dump and of getgcmask.
#include <doctest/doctest.h>

#include <string>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/gc/heapdump_writer.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::make_pointer_type;
using testing::make_type;
using testing::TestRuntime;

namespace {

void append(void* context, const void* bytes, uintptr n) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), n);
}

void ignore(M*, void*) {}

std::string varint(u64 value) {
  std::string s;
  for (; value >= 0x80; value >>= 7) s += static_cast<char>(value | 0x80);
  return s + static_cast<char>(value);
}

}  // namespace

TEST_CASE("a dump names the objects, their pointers and their finalizers") {
  TestRuntime t;
  Type node = make_type(16, testing::mask_pointer_scalar);
  Type pointer = make_pointer_type(&node);
  FuncVal f{.fn = ignore, .parameter = &pointer, .nret_bytes = 0, .arity = 1, .variadic = false};
  void* a = t.alloc(&node);
  void* b = t.alloc(&node);
  t.set(a, 0, b);
  t.root(0, a);
  setfinalizer(&t.m0, a, &pointer, &f);
  setfinalizer(&t.m0, t.alloc(&node), &pointer, &f);
  setfinalizer(&t.m0, t.alloc(&node), &pointer, &f);
  gogc(&t.m0, 2);
  std::string out;
  const DumpSink sink{&out, append};
  write_heap_dump(&t.m0, &sink);
  CHECK(out.substr(0, 16) == "go1.4 heap dump\n");
  CHECK(out.substr(16, 3) == std::string("\x06\x00\x08", 3));
  CHECK(out.back() == 0);
  const auto address = reinterpret_cast<u64>(a);
  const std::string object = varint(1) + varint(address) + varint(16) +
                             std::string(static_cast<char*>(a), 16) + varint(1) + varint(0) +
                             varint(0);
  CHECK(out.find(object) != std::string::npos);
  CHECK(out.find(varint(7) + varint(address)) != std::string::npos);
  CHECK(out.find(varint(11)) != std::string::npos);
  CHECK(runfinq_step(&t.m0) == 2);
}

TEST_CASE("numbers in a dump are written seven bits a byte, low first") {
  for (const auto& [value, bytes] : {std::pair<u64, std::string>{0, std::string(1, 0)},
                                     {127, "\x7f"},
                                     {128, "\x80\x01"},
                                     {300, "\xac\x02"},
                                     {~u64{0}, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"}}) {
    std::string out;
    const DumpSink sink{&out, append};
    DumpWriter w(&sink);
    w.number(value);
    w.flush();
    CHECK(out == bytes);
  }
}

TEST_CASE("what is larger than the writer's buffer keeps its place") {
  std::string out;
  const DumpSink sink{&out, append};
  DumpWriter w(&sink);
  const std::string large(5000, 'x');
  w.text("ab").range(large.data(), large.size()).text(nullptr).text("c", ".", "d");
  w.flush();
  CHECK(out == varint(2) + "ab" + varint(5000) + large + varint(0) + varint(3) + "c.d");
}

namespace {

struct Program {
  Type named{}, pointer{}, word{};
  alignas(8) uintptr stack[4] = {};
  int tab_a = 0, tab_b = 0, record = 0, goroutine = 0;
  u64 status = g_runnable;
};

bool itab_of(void* context, u32 i, DumpItab* out) {
  auto* p = static_cast<Program*>(context);
  if (i == 0) *out = {&p->tab_a, &p->named};
  if (i == 1) *out = {&p->tab_b, &p->pointer};
  return i < 2;
}

bool goroutine_of(void* context, uintptr area, DumpGoroutine* out) {
  auto* p = static_cast<Program*>(context);
  if (area != reinterpret_cast<uintptr>(p->stack)) return false;
  out->g = &p->goroutine;
  out->goid = 17;
  out->status = p->status;
  out->waitreason = "chan receive";
  return true;
}

bool defer_of(void* context, uintptr, u32 i, DumpDefer* out) {
  auto* p = static_cast<Program*>(context);
  *out = {&p->record, 1, 2, i == 0 ? &p->tab_a : nullptr, 3, nullptr};
  return i < 2;
}

bool panic_of(void* context, uintptr, u32 i, DumpPanic* out) {
  auto* p = static_cast<Program*>(context);
  *out = {&p->record, &p->named, &p->stack[1], nullptr};
  return i < 1;
}

bool describe(void*, uintptr pc, bool is_caller, DumpLine* out) {
  if (pc != 0x1234) return false;
  *out = {"main.f", "f.go", is_caller ? 41u : 42u};
  return true;
}

u32 two_callers(M*, u32, uintptr* pcs, u32) {
  pcs[0] = 0xabc;
  pcs[1] = 0x1234;
  return 2;
}

std::string ptr(const void* p) { return varint(reinterpret_cast<u64>(p)); }
std::string str(const std::string& s) { return varint(s.size()) + s; }

DumpProgram describe_program(Program* p) {
  p->named.size = 24;
  p->named.kind = kind_struct;
  p->named.name = "T";
  p->named.string = "main.T";
  p->named.pkgpath = "x/main";
  p->named.ptrto = &p->pointer;
  p->pointer.size = 8;
  p->pointer.kind = kind_ptr | kind_direct_iface;
  p->pointer.string = "*main.T";
  p->pointer.hash = 7;
  return {p, itab_of, goroutine_of, defer_of, panic_of, describe};
}

std::string dump_of(TestRuntime& t) {
  std::string out;
  const DumpSink sink{&out, append};
  write_heap_dump(&t.m0, &sink);
  return out;
}

bool contains(const std::string& out, const std::string& record) {
  return out.find(record) != std::string::npos;
}

}  // namespace

TEST_CASE("a dump names the itabs, each type before its first use") {
  TestRuntime t;
  Program p;
  const DumpProgram program = describe_program(&p);
  t.rt->hooks.dump_program = &program;
  const std::string out = dump_of(t);
  // The data word of both is a *T: in one it points to the value, in the other it is the value.
  CHECK(contains(out, varint(3) + ptr(&p.pointer) + varint(8) + str("*main.T") + varint(1) +
                          varint(8) + ptr(&p.tab_a) + ptr(&p.pointer) + varint(8) + ptr(&p.tab_b) +
                          ptr(&p.pointer)));
}

TEST_CASE("a type is named with its package, and its bucket forgets the fifth") {
  std::string out;
  const DumpSink sink{&out, append};
  DumpWriter w(&sink);
  DumpTypeCache cache{};
  Program p;
  describe_program(&p);
  Type scalar{};
  scalar.kind = kind_direct_iface | kind_no_pointers;
  scalar.name = "word";
  dump_type(&w, &cache, &p.named);
  dump_type(&w, &cache, &scalar);
  w.flush();
  CHECK(out == varint(3) + ptr(&p.named) + varint(24) + str("x/main.T") + varint(1) + varint(3) +
                   ptr(&scalar) + varint(0) + str("word") + varint(0));
  Type others[3] = {};
  for (const Type& type : others) dump_type(&w, &cache, &type);  // same bucket as the two above
  w.flush();
  out.clear();
  dump_type(&w, &cache, &scalar);
  dump_type(&w, &cache, &others[0]);
  w.flush();
  CHECK(out.empty());
  dump_type(&w, &cache, &p.named);
  w.flush();
  CHECK(contains(out, str("x/main.T")));
}

TEST_CASE("a stack area is the goroutine that the program says, with its defers and panics") {
  TestRuntime t;
  Program p;
  const DumpProgram program = describe_program(&p);
  t.rt->hooks.dump_program = &program;
  const auto at = reinterpret_cast<uintptr>(p.stack);
  add_root_area(&t.m0, {at, sizeof p.stack, nullptr, RootKind::stack});
  std::string out = dump_of(t);
  const std::string g = ptr(&p.goroutine);
  CHECK(contains(out, varint(4) + g + varint(at) + varint(17) + varint(0) + varint(g_runnable) +
                          varint(0) + varint(0) + varint(0) + str("chan receive") + varint(0) +
                          varint(0) + ptr(&p.record) + ptr(&p.record) + varint(5) + varint(at)));
  const std::string defer = varint(14) + ptr(&p.record) + g + varint(1) + varint(2);
  CHECK(contains(out, defer + ptr(&p.tab_a) + varint(3) + varint(0) + defer + varint(0) +
                          varint(0) + varint(0)));  // a deferred nil function has no code
  CHECK(contains(out, varint(15) + ptr(&p.record) + g + ptr(&p.named) + ptr(&p.stack[1]) +
                          varint(0) + varint(0)));
  p.status = g_dead;
  CHECK_FALSE(contains(dump_of(t), str("chan receive")));
  p.status = 2;
  CHECK(contains(abort_message([&] { dump_of(t); }), "dumpgs in STW - bad status"));
}

TEST_CASE("a dump ends with the profile and its samples") {
  TestRuntime t;
  Program p;
  const DumpProgram program = describe_program(&p);
  t.rt->hooks.dump_program = &program;
  t.rt->hooks.callers = two_callers;
  void* object = mallocgc(&t.m0, 1 << 20, nullptr, flag_no_scan);
  t.root(0, object);
  gogc(&t.m0, 2);
  const std::string out = dump_of(t);
  const Bucket* b = t.rt->mprof.mbuckets;
  const std::string profile = varint(16) + ptr(b) + varint(1 << 20) + varint(2) + str("(0xabc)") +
                              str("?") + varint(0) + str("main.f") + str("f.go") + varint(41) +
                              varint(1) + varint(0) + varint(17) + ptr(object) + ptr(b) + varint(0);
  REQUIRE(out.size() > profile.size());
  CHECK(out.substr(out.size() - profile.size()) == profile);
}

TEST_CASE("getgcmask tells the types of an object and of a root") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_scalar);
  void* a = t.alloc(&node);
  u8 codes[8];
  CHECK(getgcmask(&t.m0, reinterpret_cast<uintptr>(a) + 8, codes, 8) == 2);
  CHECK(codes[0] == bits_pointer);
  CHECK(codes[1] == bits_scalar);
  CHECK(getgcmask(&t.m0, reinterpret_cast<uintptr>(&t.roots[14]), codes, 8) == 2);
  CHECK(codes[1] == bits_pointer);
  CHECK(getgcmask(&t.m0, 42, codes, 8) == 0);
}

}  // namespace runtime_core
