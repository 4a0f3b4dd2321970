// Tests of finalizers: queueing, running, and SetFinalizer's rules.
#include <doctest/doctest.h>

#include "runtime_core/gc/gc_test_support.h"

namespace runtime_core {

using testing::make_pointer_type;
using testing::make_type;
using testing::TestRuntime;

namespace {

// The finalizer leaves what it saw in a root of the runtime that calls it.
void remember(M* mp, void* arg) {
  auto* slots = reinterpret_cast<uintptr*>(mp->rt->work.roots[0].start);
  slots[15] = reinterpret_cast<uintptr>(arg);
  slots[14]++;
}

FuncVal make_function(Type* parameter) {
  return FuncVal{
      .fn = remember, .parameter = parameter, .nret_bytes = 0, .arity = 1, .variadic = false};
}

}  // namespace

TEST_CASE("an object with a finalizer lives until it ran, with what it refers to") {
  TestRuntime t;
  Type node = make_type(16, testing::mask_pointer_pointer);
  Type pointer = make_pointer_type(&node);
  FuncVal f = make_function(&pointer);
  void* object = t.alloc(&node);
  void* referent = t.alloc(&node);
  t.set(object, 0, referent);
  setfinalizer(&t.m0, object, &pointer, &f);
  t.root(0, object);
  gogc(&t.m0, 2);
  CHECK(runfinq_step(&t.m0) == 0);
  t.root(0, nullptr);
  gogc(&t.m0, 2);
  CHECK(t.is_allocated(object));
  CHECK(t.is_allocated(referent));
  gogc(&t.m0, 2);  // queued: the queue is a root
  CHECK(t.is_allocated(object));
  CHECK(runfinq_step(&t.m0) == 1);
  CHECK(t.roots[15] == reinterpret_cast<uintptr>(object));
  t.root(15, nullptr);
  gogc(&t.m0, 2);
  CHECK_FALSE(t.is_allocated(object));
  CHECK_FALSE(t.is_allocated(referent));
}

TEST_CASE("a removed finalizer does not run") {
  TestRuntime t;
  Type node = make_type(16, testing::mask_pointer_pointer);
  Type pointer = make_pointer_type(&node);
  FuncVal f = make_function(&pointer);
  void* object = t.alloc(&node);
  setfinalizer(&t.m0, object, &pointer, &f);
  setfinalizer(&t.m0, object, &pointer, nullptr);
  gogc(&t.m0, 2);
  CHECK(runfinq_step(&t.m0) == 0);
  CHECK_FALSE(t.is_allocated(object));
}

TEST_CASE("every finalizer of a tiny block is queued in one cycle") {
  TestRuntime t;
  Type four = make_type(4, nullptr);
  Type pointer = make_pointer_type(&four);
  FuncVal f = make_function(&pointer);
  for (int i = 0; i < 3; i++) {
    setfinalizer(&t.m0, mallocgc(&t.m0, 4, &four, flag_no_scan), &pointer, &f);
  }
  gogc(&t.m0, 2);
  CHECK(runfinq_step(&t.m0) == 3);
  t.root(15, nullptr);
  gogc(&t.m0, 2);
  CHECK(runfinq_step(&t.m0) == 0);
}

TEST_CASE("more finalizers than a block holds") {
  TestRuntime t;
  Type node = make_type(16, testing::mask_pointer_pointer);
  Type pointer = make_pointer_type(&node);
  FuncVal f = make_function(&pointer);
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 300; i++) setfinalizer(&t.m0, t.alloc(&node), &pointer, &f);
    gogc(&t.m0, 2);
    CHECK(runfinq_step(&t.m0) == 300);
  }
  CHECK(t.roots[14] == 600);
}

TEST_CASE("interface parameters, and statics are ignored") {
  TestRuntime t;
  Type node = make_type(16, testing::mask_pointer_pointer);
  Type pointer = make_pointer_type(&node);
  Type any{};
  any.kind = kind_interface;
  FuncVal f = make_function(&any);
  setfinalizer(&t.m0, &t.roots[3], &pointer, &f);
  void* object = t.alloc(&node);
  setfinalizer(&t.m0, object, &pointer, &f);
  gogc(&t.m0, 2);
  CHECK(runfinq_step(&t.m0) == 1);
}

}  // namespace runtime_core
