// Lock-free stack of type-stable nodes (original: lfstack.go, lfstack_amd64.go; facts §14).
//
// Threads: push and pop may be called by any thread; a node has one owner while off the stack.
// Invariants: lfstack.multiset — what is pushed is popped exactly once; nodes are never unmapped.
// Ordering: push's CAS publishes next and the element's fields to the pop that loads the head.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct LfNode {
  std::atomic<u64> next;  // packed value of the head below this node; a racy access
  uintptr pushcnt;        // owner only
};

// Packings by word layout; `lfstack_unpack(lfstack_pack(n, c)) == n` for every legal address.
u64 lfstack_pack_amd64(uintptr node, uintptr count, u32 count_bits = 19);
uintptr lfstack_unpack_amd64(u64 value);
u64 lfstack_pack_32(uintptr node, uintptr count);
uintptr lfstack_unpack_32(u64 value);
u64 lfstack_pack_power64(uintptr node, uintptr count);
uintptr lfstack_unpack_power64(u64 value);

void lfstack_push(std::atomic<u64>* head, LfNode* node);
LfNode* lfstack_pop(std::atomic<u64>* head);

}  // namespace runtime_core
