// Tests of the heap dump and of getgcmask.
#include <doctest/doctest.h>

#include <string>

#include "runtime_core/gc/gc_test_support.h"

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
