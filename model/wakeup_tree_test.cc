// Trees that are as deep as an execution is long. What they mean is tested by the explorer that
// keeps them: cli/dpor_test.cc.
#include "model/wakeup_tree.h"

#include <doctest/doctest.h>

namespace model {
namespace {

// `length` steps of two threads in turn, on one object.
std::vector<Wanted> turns(std::uint32_t length, const Access& access) {
  std::vector<Wanted> sequence;
  for (std::uint32_t i = 0; i < length; i++) {
    sequence.push_back({i % 2, ValuePaths::empty, false, {&access, 1}});
  }
  return sequence;
}

TEST_CASE("a tree of 20,000 steps is grown, spelled, read and released") {
  const Access access{64, 8, AccessKind::write};
  constexpr std::uint32_t length = 20000;
  WakeupTrees trees;
  std::uint32_t list = WakeupTrees::none;
  std::vector<Wanted> sequence = turns(length, access);
  trees.insert(&list, {}, sequence);
  // Another end: only below all the others is anything missing.
  sequence = turns(length, access);
  sequence.back().actor = 2;
  trees.insert(&list, {}, sequence);
  Words words;
  trees.save_list(list, words);
  WordReader reader(words);
  const std::uint32_t copy = trees.load_list(reader);
  CHECK(reader.ok());
  CHECK(reader.remaining() == 0);
  Words again;
  trees.save_list(copy, again);
  CHECK(again == words);
  trees.release(list);
  trees.release(copy);
  // The places of both are used again.
  Words twice;
  WordReader from_start(words);
  std::uint32_t loaded = trees.load_list(from_start);
  trees.save_list(loaded, twice);
  CHECK(twice == words);
  std::uint32_t depth = 0;
  while (loaded != WakeupTrees::none) {
    loaded = trees.take_first(&loaded).branches;
    depth++;
  }
  CHECK(depth == length);
}

}  // namespace
}  // namespace model
