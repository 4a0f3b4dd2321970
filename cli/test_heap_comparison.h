// Test helper: whether two dumped heaps are the same graph, object by object.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "traces/heap_dump.h"
#include "traces/heap_graph.h"

namespace cli {

inline traces::HeapGraph graph_of(const std::string& file) {
  const auto dump = traces::read_heap_dump_file(file);
  REQUIRE(dump);
  auto graph = traces::make_heap_graph(*dump);
  REQUIRE(graph);
  return *graph;
}

// Compares `after` with the kept objects of `before`, object by object in their order.
struct HeapComparison {
  const traces::HeapGraph& before;
  const traces::HeapGraph& after;
  const std::vector<bool>& kept;
  std::vector<std::uint32_t> index{};  // in `after`
  std::uint64_t differences = 0;

  void expect(bool same) { differences += same ? 0 : 1; }

  void expect_word(const traces::HeapWord& a, const traces::HeapWord& b) {
    const bool kept_target = a.points() && kept[a.target];
    expect(kept_target == b.points());
    if (!kept_target || !b.points()) return;
    expect(index[a.target] == b.target);
    expect(a.interior == b.interior);
  }

  void objects() {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < before.objects(); i++) {
      index.push_back(kept[i] ? next++ : traces::HeapWord::none);
    }
    REQUIRE(after.objects() == next);
    for (std::size_t i = 0; i < before.objects(); i++) {
      if (kept[i]) object(i, index[i]);
    }
  }

  void object(std::size_t i, std::size_t j) {
    expect(before.size[i] == after.size[j]);
    const auto fields = before.first_field[i + 1] - before.first_field[i];
    REQUIRE(fields == after.first_field[j + 1] - after.first_field[j]);
    for (std::uint64_t f = 0; f < fields; f++) {
      const auto& a = before.fields[before.first_field[i] + f];
      const auto& b = after.fields[after.first_field[j] + f];
      expect(a.offset == b.offset);
      expect_word(a.word, b.word);
    }
  }

  void roots() {
    REQUIRE(before.roots.size() <= after.roots.size());
    for (std::size_t r = 0; r < before.roots.size(); r++) {
      expect_word(before.roots[r], after.roots[r]);
    }
  }
};

inline std::uint64_t differences(const traces::HeapGraph& before, const traces::HeapGraph& after,
                                 const std::vector<bool>& kept) {
  HeapComparison c{before, after, kept};
  c.objects();
  c.roots();
  return c.differences;
}

}  // namespace cli
