// Tests of the size classes against the table of facts §2 and §31.1.
#include "runtime_core/heap/msize.h"

#include <doctest/doctest.h>

#include <iterator>

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

TEST_CASE("msize: every row of the table: size, pages, objects, waste of a run") {
  const rc::u32 rows[][4] = {
      {8, 1, 1024, 0},     {16, 1, 512, 0},     {32, 1, 256, 0},     {48, 1, 170, 32},
      {64, 1, 128, 0},     {80, 1, 102, 32},    {96, 1, 85, 32},     {112, 1, 73, 16},
      {128, 1, 64, 0},     {144, 1, 56, 128},   {160, 1, 51, 32},    {176, 1, 46, 96},
      {192, 1, 42, 128},   {208, 1, 39, 80},    {224, 1, 36, 128},   {240, 1, 34, 32},
      {256, 1, 32, 0},     {288, 1, 28, 128},   {320, 1, 25, 192},   {352, 1, 23, 96},
      {384, 1, 21, 128},   {416, 1, 19, 288},   {448, 1, 18, 128},   {480, 1, 17, 32},
      {512, 1, 16, 0},     {576, 1, 14, 128},   {640, 1, 12, 512},   {704, 1, 11, 448},
      {768, 1, 10, 512},   {896, 1, 9, 128},    {1024, 1, 8, 0},     {1152, 1, 7, 128},
      {1280, 1, 6, 512},   {1408, 2, 11, 896},  {1536, 1, 5, 512},   {1664, 2, 9, 1408},
      {2048, 1, 4, 0},     {2304, 2, 7, 256},   {2560, 1, 3, 512},   {2816, 3, 8, 2048},
      {3072, 2, 5, 1024},  {3328, 3, 7, 1280},  {4096, 1, 2, 0},     {4608, 3, 5, 1536},
      {5376, 2, 3, 256},   {6144, 3, 4, 0},     {6400, 4, 5, 768},   {6656, 5, 6, 1024},
      {6912, 6, 7, 768},   {8192, 1, 1, 0},     {8448, 7, 6, 6656},  {8704, 6, 5, 5632},
      {9472, 5, 4, 3072},  {10496, 4, 3, 1280}, {12288, 3, 2, 0},    {13568, 5, 3, 256},
      {14080, 7, 4, 1024}, {16384, 2, 1, 0},    {16640, 9, 4, 7168}, {17664, 7, 3, 4352},
      {20480, 5, 2, 0},    {21248, 8, 3, 1792}, {24576, 3, 1, 0},    {24832, 10, 3, 7424},
      {28416, 7, 2, 512},  {32768, 4, 1, 0}};
  REQUIRE(std::size(rows) == rc::num_size_classes - 1);
  for (int c = 1; c < rc::num_size_classes; c++) {
    CAPTURE(c);
    const rc::u32* row = rows[c - 1];
    const rc::u32 bytes = rc::class_to_allocnpages(c) << rc::page_shift;
    CHECK(rc::class_to_size(c) == row[0]);
    CHECK(rc::class_to_allocnpages(c) == row[1]);
    CHECK(bytes / row[0] == row[2]);
    CHECK(bytes % row[0] == row[3]);
    CHECK(bytes % row[0] <= bytes / 8);
  }
}
