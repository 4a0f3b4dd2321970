// Tests of the size classes against the table of facts §2 and §31.1.
#include "runtime_core/heap/msize.h"

#include <doctest/doctest.h>

namespace rc = runtime_core;

TEST_CASE("msize: golden requests") {
  const rc::uintptr golden[][2] = {{1, 8},       {8, 8},         {9, 16},        {17, 32},
                                   {33, 48},     {1000, 1024},   {1016, 1024},   {1017, 1024},
                                   {1024, 1024}, {1025, 1152},   {1152, 1152},   {1153, 1280},
                                   {2049, 2304}, {28416, 28416}, {28417, 32768}, {32768, 32768}};
  for (const auto& g : golden) CHECK(rc::class_to_size(rc::size_to_class(g[0])) == g[1]);
  CHECK(rc::roundupsize(32769) == 40960);
  CHECK(rc::roundupsize(32768) == 32768);
  CHECK(rc::roundupsize(~rc::uintptr{0}) == ~rc::uintptr{0});
}

TEST_CASE("msize: every request maps to the smallest class that fits") {
  for (rc::uintptr n = 1; n <= rc::max_small_size; n++) {
    const int c = rc::size_to_class(n);
    REQUIRE(c >= 1);
    REQUIRE(rc::class_to_size(c) >= n);
    REQUIRE((c == 1 || rc::class_to_size(c - 1) < n));
  }
}

TEST_CASE("msize: runs waste an eighth at most, and the table's rows") {
  for (int c = 1; c < rc::num_size_classes; c++) {
    const rc::u32 bytes = rc::class_to_allocnpages(c) << rc::page_shift;
    CHECK(bytes % rc::class_to_size(c) <= bytes / 8);
  }
  const rc::u32 rows[][3] = {{3, 32, 1},      {17, 256, 1},   {31, 1024, 1}, {63, 24576, 3},
                             {64, 24832, 10}, {65, 28416, 7}, {66, 32768, 4}};
  for (const auto& r : rows) {
    CHECK(rc::class_to_size(static_cast<int>(r[0])) == r[1]);
    CHECK(rc::class_to_allocnpages(static_cast<int>(r[0])) == r[2]);
  }
}
