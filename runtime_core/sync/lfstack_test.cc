// Tests of the lock-free stack: packings, order, and losing nothing between threads.
#include "runtime_core/sync/lfstack.h"

#include <doctest/doctest.h>

#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

// next and pushcnt come first, as in every element of a stack.
struct Element {
  LfNode node;
  u32 id;
};

Element* pop(std::atomic<u64>* head) { return reinterpret_cast<Element*>(lfstack_pop(head)); }

}  // namespace

TEST_CASE("lfstack: golden values of the amd64 packing") {
  struct Row {
    uintptr node, count;
    u64 packed;
  };
  const Row rows[] = {
      {0xc208000000, 5, 0x00c2080000000005},
      {0xffff800000000008, 1, 0x8000000000080001},
      {0x7ffffffffff8, 0x7ffff, 0x7fffffffffffffff},
      {0xc208000000, 0x80000, 0x00c2080000000000},  // the counter wraps
  };
  for (const Row& row : rows) {
    CAPTURE(row.node);
    CHECK(lfstack_pack_amd64(row.node, row.count) == row.packed);
    CHECK(lfstack_unpack_amd64(row.packed) == row.node);
  }
}

TEST_CASE("lfstack: golden values of the other packings") {
  CHECK(lfstack_pack_power64(0x7fffffffff8, 3) == 0xffffffffff000003);
  CHECK(lfstack_unpack_power64(0xffffffffff000003) == 0x7fffffffff8);
  // 2^44 is beyond the 43 bits that the port assumes: the pointer is lost.
  CHECK(lfstack_pack_power64(0x100000000000, 3) == 3);
  CHECK(lfstack_pack_32(0x12345678, 0x9) == 0x1234567800000009);
  CHECK(lfstack_unpack_32(0x1234567800000009) == 0x12345678);
}

TEST_CASE("lfstack: last in, first out, and an empty head is zero") {
  std::atomic<u64> head{0};
  CHECK(lfstack_pop(&head) == nullptr);
  auto a = std::make_unique<Element>(), b = std::make_unique<Element>();
  lfstack_push(&head, &a->node);
  CHECK(head.load() == lfstack_pack_amd64(reinterpret_cast<uintptr>(a.get()), 1));
  lfstack_push(&head, &b->node);
  CHECK(pop(&head) == b.get());
  CHECK(pop(&head) == a.get());
  CHECK(head.load() == 0);
  lfstack_push(&head, &a->node);
  CHECK(a->node.pushcnt == 2);
  CHECK(pop(&head) == a.get());
  CHECK(lfstack_pop(&head) == nullptr);
}

TEST_CASE("lfstack: four threads moving 100 nodes between two stacks lose none") {
  constexpr u32 nodes = 100, threads = 4, moves = 20000;
  std::atomic<u64> heads[2] = {{0}, {0}};
  std::vector<Element> elements(nodes);
  for (u32 i = 0; i < nodes; i++) {
    elements[i].id = i;
    lfstack_push(&heads[i % 2], &elements[i].node);
  }
  run_threads(threads, [&](u32 thread) {
    u32 random = fastrand_seed + thread;
    for (u32 i = 0; i < moves; i++) {
      random = fastrand_step(random);
      const u32 from = random >> 16 & 1;
      Element* element = pop(&heads[from]);
      if (element != nullptr) lfstack_push(&heads[1 - from], &element->node);
    }
  });
  std::vector<u32> seen(nodes);
  u32 count = 0;
  for (std::atomic<u64>& head : heads) {
    while (Element* element = pop(&head)) {
      seen[element->id]++;
      if (++count > nodes) break;  // a cycle
    }
  }
  CHECK(count == nodes);
  CHECK(seen == std::vector<u32>(nodes, 1));
}

TEST_CASE("fastrand: golden sequence") {
  TestMachine machine(1);
  CHECK(machine.m()->fastrand == fastrand_seed);
  for (const u32 want :
       {0x1b640bfbu, 0x36c817f6u, 0x6d902fecu, 0x53a8d137u, 0x2fd92c81u, 0x5fb25902u}) {
    CHECK(fastrand1(machine.m()) == want);
  }
}

}  // namespace runtime_core
