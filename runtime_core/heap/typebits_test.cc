// Tests of the heap bitmap and of GC programs against facts §31.4 and §31.5.
#include <doctest/doctest.h>

#include <cstring>

#include "runtime_core/heap/test_support.h"

namespace runtime_core {

namespace {

std::string bits_of(HeapMachine& h, const char* words, uintptr n, uintptr bytes) {
  TestType t(words);
  return h.bits(newarray(&h.m0, &t.type, n), bytes);
}

// struct{ []byte; [20]struct{int; *byte} }
const u8 golden_program[] = {1, 3, 0x16, 2, 20, 0, 0, 0, 0, 0, 0, 0, 1, 2, 9, 3, 4};

}  // namespace

TEST_CASE("typebits: golden bitmap bytes") {
  HeapMachine h;
  CHECK(bits_of(h, "SPS", 1, 2) == "85 04");
  CHECK(bits_of(h, "PS", 1, 1) == "49");
  CHECK(bits_of(h, "PSS", 1, 2) == "49 04");
  CHECK(bits_of(h, "PSS", 2, 3) == "49 84 44");
  CHECK(bits_of(h, "PPPP", 1, 2) == "89 88");
  CHECK(bits_of(h, "PSPSP", 1, 3) == "49 48 08");
  CHECK(bits_of(h, "P", 3, 2) == "89 08");
  CHECK(bits_of(h, "P", 9, 5) == "89 88 88 88 08");
  CHECK(bits_of(h, "SP", 7, 7) == "85 84 84 84 84 84 84");
}

TEST_CASE("typebits: an object smaller than its block ends with dead") {
  HeapMachine h;
  TestType t("P");
  void* x = newarray(&h.m0, &t.type, 6);  // the block's bits are stale afterwards
  write_type_bits(&h.m0, reinterpret_cast<uintptr>(x), 48, 32, &t.type);
  CHECK(h.bits(x, 3) == "89 88 00");
}

TEST_CASE("typebits: one-word objects share bytes") {
  HeapMachine h;
  TestType t("P");
  auto* x = static_cast<u8*>(newobject(&h.m0, &t.type));
  CHECK(h.bits(x, 1) == "19");
  CHECK(h.bits(x + 16, 3) == "11 11 11");
  auto* y = static_cast<u8*>(newobject(&h.m0, &t.type));
  REQUIRE(y == x + 8);
  CHECK(h.bits(x, 1) == "99");
}

TEST_CASE("gcprog: the golden program, sparse") {
  HeapMachine h;
  std::vector<u8> blob(1 + 43);
  Type t{};
  t.size = 43 * ptr_size;
  t.kind = kind_struct | kind_gc_prog;
  t.gc[0] = reinterpret_cast<uintptr>(blob.data());
  t.gc[1] = reinterpret_cast<uintptr>(golden_program);
  const u8* mask = load_ptr_mask(&h.m0, &t);
  CHECK(blob[0] == 1);
  std::string words = "PSS";
  for (int i = 0; i < 20; i++) words += "SP";
  const TestType expected(words);
  REQUIRE(expected.mask.size() == 43);
  CHECK(std::memcmp(mask, expected.mask.data(), 43) == 0);
  // In place gives the bits that the copied mask gives.
  void* a = newobject(&h.m0, &t);
  void* b = mallocgc(&h.m0, t.size, nullptr, flag_no_scan);
  unrollgcproginplace(&h.m0, reinterpret_cast<uintptr>(b), 352, t.size, &t);
  CHECK(h.bits(a, 22) == h.bits(b, 22));
}

TEST_CASE("gcprog: the golden program, dense") {
  HeapMachine h;
  const u8* mask = unrollglobgcprog(&h.m0, golden_program, 43 * ptr_size);
  for (uintptr i = 0; i < 43; i++) {
    const u8 code = mask[i / 4] >> (i % 4 * 2) & bits_mask;
    const bool pointer = i == 0 || (i >= 3 && i % 2 == 0);
    CHECK(code == (pointer ? bits_pointer : bits_scalar));
  }
}

TEST_CASE("bitmap: markspan and unmarkspan") {
  HeapMachine h;
  MSpan* s = nullptr;
  systemstack(&h.m0, [&] { s = mheap_alloc_stack(&h.m0, 1); });
  const uintptr v = s->base();
  auto* p = reinterpret_cast<u8*>(v);
  markspan(h.rt, v, 48, 170, true);
  CHECK(h.bits(p, 4) == "01 00 00 01");
  CHECK(h.bits(p + 170 * 48, 2) == "01 00");
  unmarkspan(h.rt, v, page_size);
  for (uintptr i = 0; i < page_size; i += 16) REQUIRE(h.bits(p + i, 1) == "00");
  markspan(h.rt, v, 8, 1024, false);
  for (uintptr i = 0; i < page_size; i += 16) REQUIRE(h.bits(p + i, 1) == "11");
}

}  // namespace runtime_core
