// Lock-free stack: push, pop and the three packings (original: lfstack.go).
#include "runtime_core/sync/lfstack.h"

namespace runtime_core {

u64 lfstack_pack_amd64(uintptr node, uintptr count, u32 count_bits) {
  return (u64{node} << 16) | (count & ((u64{1} << count_bits) - 1));
}

// 48-bit sign-extended addresses with the low three bits zero leave 19 bits for the counter.
uintptr lfstack_unpack_amd64(u64 value) {
  return static_cast<uintptr>(static_cast<i64>(value) >> 19 << 3);
}

u64 lfstack_pack_32(uintptr node, uintptr count) {
  return (u64{static_cast<u32>(node)} << 32) | static_cast<u32>(count);
}

uintptr lfstack_unpack_32(u64 value) { return static_cast<uintptr>(value >> 32); }

u64 lfstack_pack_power64(uintptr node, uintptr count) {
  return (u64{node} << 21) | (count & ((u64{1} << 24) - 1));
}

uintptr lfstack_unpack_power64(u64 value) { return static_cast<uintptr>(value >> 24 << 3); }

namespace {

// The simulated 32-bit and power64 machines keep the low address bits of one region.
constexpr uintptr low_address_mask_32 = 0xffffffffu;
constexpr uintptr low_address_mask_power64 = (uintptr{1} << 43) - 1;

u64 pack(LfNode* node, uintptr count) {
  const uintptr address = reinterpret_cast<uintptr>(node);
  if (!rules().lfstack_count) count = 0;
  const u32 bits = tuning().lfstack_count_bits;
  if (bits < 19) count &= (uintptr{1} << bits) - 1;
  switch (tuning().lfstack_packing) {
    case 1:
      return lfstack_pack_32(address, count);
    case 2:
      return lfstack_pack_power64(address & low_address_mask_power64, count);
    default:
      return lfstack_pack_amd64(address, count);
  }
}

LfNode* unpack(u64 value, const void* near) {
  const uintptr base = reinterpret_cast<uintptr>(near);
  switch (tuning().lfstack_packing) {
    case 1:
      return reinterpret_cast<LfNode*>((base & ~low_address_mask_32) | lfstack_unpack_32(value));
    case 2:
      return reinterpret_cast<LfNode*>((base & ~low_address_mask_power64) |
                                       lfstack_unpack_power64(value));
    default:
      return reinterpret_cast<LfNode*>(lfstack_unpack_amd64(value));
  }
}

// On 32-bit machines a racy 64-bit access is two word accesses (control N6).
u64 load_next(LfNode* node) {
  if (rules().lfstack_whole_next) return node->next.load(relaxed);
  auto* halves = reinterpret_cast<u32*>(&node->next);
  const u64 low = std::atomic_ref<u32>(halves[0]).load(relaxed);
  const u64 high = std::atomic_ref<u32>(halves[1]).load(relaxed);
  return high << 32 | low;
}

void store_next(LfNode* node, u64 value) {
  if (rules().lfstack_whole_next) {
    node->next.store(value, relaxed);
    return;
  }
  auto* halves = reinterpret_cast<u32*>(&node->next);
  std::atomic_ref<u32>(halves[0]).store(static_cast<u32>(value), relaxed);
  std::atomic_ref<u32>(halves[1]).store(static_cast<u32>(value >> 32), relaxed);
}

bool swap_head(std::atomic<u64>* head, u64 old, u64 value) {
  if (!rules().lfstack_cas_orders) {
    return head->compare_exchange_strong(old, value, relaxed, relaxed);
  }
  // Release publishes next and the element to the acquire load of the head in pop.
  return head->compare_exchange_strong(old, value, seq_cst, seq_cst);
}

}  // namespace

void lfstack_push(std::atomic<u64>* head, LfNode* node) {
  node->pushcnt++;
  const u64 packed = pack(node, node->pushcnt);
  if (rules().lfstack_validates_address && unpack(packed, node) != node) {
    throw_("lfstack_push: invalid pointer");
  }
  for (;;) {
    const u64 old = head->load(seq_cst);
    // The algorithm before 62a4359e kept the bare pointer of the node below.
    store_next(node, rules().lfstack_reread_pushcnt && old != 0
                         ? reinterpret_cast<u64>(unpack(old, node))
                         : old);
    if (swap_head(head, old, packed)) break;
  }
  event(Event::lfstack_push, reinterpret_cast<u64>(head), reinterpret_cast<u64>(node));
}

LfNode* lfstack_pop(std::atomic<u64>* head) {
  for (;;) {
    const u64 old = head->load(seq_cst);
    if (old == 0) {
      event(Event::lfstack_pop, reinterpret_cast<u64>(head), 0);
      return nullptr;
    }
    LfNode* node = unpack(old, head);
    u64 next = load_next(node);
    if (rules().lfstack_reread_pushcnt && next != 0) {
      auto* below = reinterpret_cast<LfNode*>(next);
      // Meant to race: the owner of `below` may be pushing it.
      next = pack(below, std::atomic_ref<uintptr>(below->pushcnt).load(relaxed));
    }
    if (swap_head(head, old, next)) {
      event(Event::lfstack_pop, reinterpret_cast<u64>(head), reinterpret_cast<u64>(node));
      return node;
    }
  }
}

}  // namespace runtime_core
