// Heap dumps and their graphs: recordings of real programs, small made-up heaps, damaged input.
#include "traces/heap_dump.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "traces/heap_graph.h"
#include "traces/test_data.h"

namespace traces {
namespace {

std::string words(std::initializer_list<std::uint64_t> values) {
  std::string bytes;
  for (std::uint64_t value : values) {
    for (int i = 0; i < 8; ++i, value >>= 8) bytes += static_cast<char>(value);
  }
  return bytes;
}

// 0x1000 -> inside 0x2000 -> itself; 0x3000 and 0x4000 hang on finalizers; 0x5000 is garbage.
HeapDump small_dump() {
  HeapDump dump;
  dump.objects = {dump.make_memory(0x3000, words({0x4008, 0}), {0, 8}),
                  dump.make_memory(0x1000, words({0x2008, 0x5000}), {0}),
                  dump.make_memory(0x2000, words({0x2000, 7}), {0}),
                  dump.make_memory(0x4000, words({1, 2}), {}),
                  dump.make_memory(0x5000, words({0x1000}), {0})};
  dump.data = {dump.make_memory(0x900000, words({0, 0x1000, 0x5000}), {0, 8})};
  dump.bss = {dump.make_memory(0xa00000, words({0x2010}), {0})};  // just past an object
  dump.goroutines.emplace_back().wait_reason = "select";
  dump.frames.emplace_back().memory = dump.make_memory(0xb00000, words({0x1008}), {0});
  dump.other_roots = {{"runtime.root", 3}};
  dump.finalizers = {{false, 0x3000, 0x99, 1, 2, 3}};
  return dump;
}

TEST_CASE("graph of a small heap") {
  const HeapDump dump = small_dump();
  const Result<HeapGraph> graph = make_heap_graph(dump);
  REQUIRE(graph);
  CHECK(graph->address == std::vector<std::uint64_t>{0x1000, 0x2000, 0x3000, 0x4000, 0x5000});
  CHECK(graph->first_field == std::vector<std::uint64_t>{0, 1, 2, 4, 4, 5});
  CHECK(graph->object_bytes() == 72);
  CHECK(graph->edges() == 4);
  CHECK(graph->fields[0].word.target == 1);
  CHECK(graph->fields[0].word.interior == 8);
  CHECK_FALSE(graph->fields[3].word.points());
  // other root, context, frame, data twice, bss
  CHECK(graph->roots.size() == 6);
  CHECK(graph->root_edges() == 2);
  const Reachable found = reachable(*graph);
  CHECK(found.marked == std::vector<bool>{true, true, false, true, false});
  CHECK(found.objects == 3);
  CHECK(found.bytes == 48);
}

TEST_CASE("a queued finalizer retains its object and any finalizer its function") {
  HeapDump dump = small_dump();
  dump.finalizers[0].queued = true;
  dump.finalizers[0].function = 0x5000;
  CHECK(reachable(*make_heap_graph(dump)).objects == 5);
}

TEST_CASE("overlapping objects are refused") {
  HeapDump dump = small_dump();
  dump.objects.push_back(dump.make_memory(0x1008, words({0}), {}));
  const Result<HeapGraph> graph = make_heap_graph(dump);
  REQUIRE_FALSE(graph);
  CHECK(graph.error.message.find("overlaps") != std::string::npos);
}

TEST_CASE("words are read in the dump's size and order") {
  HeapDump dump;
  const DumpMemory memory = dump.make_memory(0x1000, "\1\2\3\4\5\6\7\x08", {});
  CHECK(dump.word(memory, 0) == 0x0807060504030201);
  dump.params.big_endian = true;
  CHECK(dump.word(memory, 0) == 0x0102030405060708);
  dump.params.pointer_bytes = 4;
  CHECK(dump.word(memory, 4) == 0x05060708);
}

TEST_CASE("a dump is read as it was written, and cut anywhere refused") {
  const std::string bytes = encode_heap_dump(small_dump());
  const Result<HeapDump> back = read_heap_dump(bytes);
  REQUIRE(back);
  CHECK(back->params == small_dump().params);
  CHECK(back->goroutines[0].wait_reason == "select");
  CHECK(encode_heap_dump(*back) == bytes);
  CHECK(reachable(*make_heap_graph(*back)).objects == 3);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<HeapDump> cut = read_heap_dump(bytes.substr(0, size));
    REQUIRE_FALSE(cut);
    CHECK(cut.error.offset <= size);
    CHECK_FALSE(cut.error.remedy.empty());
  }
  CHECK(read_heap_dump(bytes + "x").error.message == "data after the end record");
}

TEST_CASE("any heap survives writing and reading") {
  const bool ok = rc::check([](const std::vector<std::vector<std::uint64_t>>& contents) {
    HeapDump dump;
    std::uint64_t address = 1 << 20;
    for (const std::vector<std::uint64_t>& object : contents) {
      std::string bytes = words({address});  // an object is never empty
      std::vector<std::uint64_t> offsets;
      for (const std::uint64_t word : object) {
        if (word % 2 == 0) offsets.push_back(bytes.size());
        bytes += words({(1 << 20) + word % 4096});
      }
      dump.objects.push_back(dump.make_memory(address, bytes, offsets));
      address += bytes.size();
    }
    dump.other_roots = {{"", *rc::gen::arbitrary<std::uint64_t>()}};
    const Result<HeapDump> back = read_heap_dump(encode_heap_dump(dump));
    RC_ASSERT(static_cast<bool>(back));
    RC_ASSERT(encode_heap_dump(*back) == encode_heap_dump(dump));
    RC_ASSERT(reachable(*make_heap_graph(*back)).marked ==
              reachable(*make_heap_graph(dump)).marked);
  });
  CHECK(ok);
}

TEST_CASE("malformed records are named") {
  const std::string head = encode_heap_dump(HeapDump());
  const std::string params = head.substr(0, head.size() - 1);  // without the end record
  struct Case {
    std::string bytes, message;
  };
  const Case cases[] = {
      {"go1.4 heap dump\n", "not a heap dump"},
      {std::string("go1.7 heap dump\n\0", 17), "first record"},
      {params + params.substr(16), "second record of parameters"},
      {params + "\x12", "record tag is 18"},
      {params + std::string("\1\x10\0\0\0", 5), "object without contents"},
      {params + std::string("\1\x10\1x\1\0\0\0", 8), "outside its 1 bytes"},
      {params + std::string("\1\x10\1x\2\0\0\0", 8), "kind of a field"},
      {params + "\1\x10\xff\xff\xff\xff\xff\x7f", "length of contents"},
      {params + "\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\1x", "beyond the address space"},
      {params + "\x10\1\1\xff\xff\xff\xff\xff\x7f", "number of frames"},
  };
  for (const Case& c : cases) {
    const Result<HeapDump> dump = read_heap_dump(c.bytes);
    REQUIRE_FALSE(dump);
    INFO(dump.error.describe());
    CHECK(dump.error.message.find(c.message) != std::string::npos);
  }
}

struct Figures {
  const char* name;
  std::uint64_t objects, bytes, edges, roots, root_edges, finalizers, goroutines;
  std::uint64_t reachable, reachable_bytes;
};

TEST_CASE("recorded dumps have the figures that their documentation states") {
  const Figures table[] = {
      {"ast-fmt", 46287, 1919752, 63234, 12724, 182, 4, 7, 46287, 1919752},
      {"jsonsrv", 5114, 2149584, 5687, 13482, 506, 264, 22, 4533, 483768},
  };
  for (const Figures& row : table) {
    TRICOLOR_SHARED_DATA(path, std::string("heapdumps/") + row.name + ".dump.zst");
    const Result<HeapDump> dump = read_heap_dump_file(path);
    REQUIRE(dump);
    const Result<HeapGraph> graph = make_heap_graph(*dump);
    REQUIRE(graph);
    CHECK(graph->objects() == row.objects);
    CHECK(graph->object_bytes() == row.bytes);
    CHECK(graph->edges() == row.edges);
    CHECK(graph->roots.size() == row.roots);
    CHECK(graph->root_edges() == row.root_edges);
    CHECK(graph->finalizers.size() == row.finalizers);
    CHECK(dump->goroutines.size() == row.goroutines);
    const Reachable found = reachable(*graph);
    CHECK(found.objects == row.reachable);
    CHECK(found.bytes == row.reachable_bytes);
    // Written without what is not kept, it is the same heap.
    const Result<HeapDump> back = read_heap_dump(encode_heap_dump(*dump));
    REQUIRE(back);
    CHECK(reachable(*make_heap_graph(*back)).marked == found.marked);
    CHECK_FALSE(read_heap_dump_file(path, {1 << 20}));
  }
}

}  // namespace
}  // namespace traces
