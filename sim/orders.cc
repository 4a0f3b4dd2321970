// Orders as sets of what they give: acquire, release, and a place in the one order of all.
#include "sim/orders.h"

#include <algorithm>

namespace sim {
namespace {

constexpr std::uint32_t acquire_bit = 1, release_bit = 2, all_bits = 7;

constexpr std::uint32_t bits_of(std::uint32_t order) {
  switch (order) {
    case __ATOMIC_RELAXED:
      return 0;
    case __ATOMIC_CONSUME:
    case __ATOMIC_ACQUIRE:
      return acquire_bit;
    case __ATOMIC_RELEASE:
      return release_bit;
    case __ATOMIC_ACQ_REL:
      return acquire_bit | release_bit;
    default:
      return all_bits;
  }
}

constexpr std::uint32_t possible_bits(AtomicKind kind) {
  if (kind == AtomicKind::load) return acquire_bit;
  if (kind == AtomicKind::store) return release_bit;
  return acquire_bit | release_bit;
}

constexpr std::uint32_t order_of(AtomicKind kind, std::uint32_t bits) {
  if (bits == all_bits) return __ATOMIC_SEQ_CST;
  switch (bits & possible_bits(kind)) {
    case acquire_bit:
      return __ATOMIC_ACQUIRE;
    case release_bit:
      return __ATOMIC_RELEASE;
    case acquire_bit | release_bit:
      return __ATOMIC_ACQ_REL;
    default:
      return __ATOMIC_RELAXED;
  }
}

constexpr const char* kind_names[] = {"load", "store", "update", "swap", "fence"};
static_assert(std::size(kind_names) == static_cast<std::size_t>(AtomicKind::count_));

struct Spelling {
  const char* name;
  std::uint32_t order;
};
constexpr Spelling spellings[] = {
    {"relaxed", __ATOMIC_RELAXED}, {"acquire", __ATOMIC_ACQUIRE}, {"release", __ATOMIC_RELEASE},
    {"acq_rel", __ATOMIC_ACQ_REL}, {"seq_cst", __ATOMIC_SEQ_CST}, {"none", __ATOMIC_RELAXED},
};

std::optional<std::uint32_t> read_order(std::string_view text) {
  for (const Spelling& spelling : spellings) {
    if (text == spelling.name) return spelling.order;
  }
  return std::nullopt;
}

const char* spell_order(std::uint32_t order) {
  for (const Spelling& spelling : spellings) {
    if (order_of(AtomicKind::fence, bits_of(order)) == spelling.order) return spelling.name;
  }
  return "?";
}

// Only a swap can fail.
constexpr Orders orders_of(AtomicKind kind, std::uint32_t bits, std::uint32_t failure_bits) {
  const bool may_fail = kind == AtomicKind::swap;
  return {order_of(kind, bits), may_fail ? order_of(AtomicKind::load, failure_bits) : 0};
}
static_assert(__ATOMIC_RELAXED == 0);

// Of a swap that fails, if nothing else is said.
std::uint32_t failure_of(std::uint32_t order) { return order_of(AtomicKind::load, bits_of(order)); }

bool ends_with_path(const std::string& path, const std::string& end) {
  if (path.size() < end.size() || path.compare(path.size() - end.size(), end.size(), end) != 0) {
    return false;
  }
  return path.size() == end.size() || path[path.size() - end.size() - 1] == '/';
}

}  // namespace

const char* name_of(AtomicKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::optional<AtomicKind> find_atomic_kind(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kind_names); i++) {
    if (name == kind_names[i]) return static_cast<AtomicKind>(i);
  }
  return std::nullopt;
}

std::string spell(AtomicKind kind, Orders orders) {
  if (kind == AtomicKind::fence && orders.order == __ATOMIC_RELAXED) return "none";
  const std::string text = spell_order(orders.order);
  if (kind != AtomicKind::swap) return text;
  return text + "/" + spell_order(orders.failure);
}

std::optional<Orders> read_orders(std::string_view text) {
  const auto slash = text.find('/');
  const auto order = read_order(text.substr(0, slash));
  if (!order) return std::nullopt;
  if (slash == std::string_view::npos) return Orders{*order, failure_of(*order)};
  const auto failure = read_order(text.substr(slash + 1));
  if (!failure) return std::nullopt;
  return Orders{*order, failure_of(*failure)};
}

Orders weaker_of(AtomicKind kind, Orders a, Orders b) {
  return orders_of(kind, bits_of(a.order) & bits_of(b.order),
                   bits_of(a.failure) & bits_of(b.failure));
}

Orders stronger_of(AtomicKind kind, Orders a, Orders b) {
  return orders_of(kind, bits_of(a.order) | bits_of(b.order),
                   bits_of(a.failure) | bits_of(b.failure));
}

std::vector<Orders> all_weaker(AtomicKind kind, Orders orders) {
  std::vector<Orders> found;
  orders = weaker_of(kind, orders, strongest_orders);
  // Where a failing swap is no stronger than one that succeeds, it stays so.
  const bool follows = weaker_of(kind, orders, {orders.order, failure_of(orders.order)}) == orders;
  for (const std::uint32_t order :
       {__ATOMIC_SEQ_CST, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE, __ATOMIC_RELEASE, __ATOMIC_RELAXED}) {
    for (const std::uint32_t failure : {__ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED}) {
      const Orders other{order, failure};
      if (weaker_of(kind, orders, other) != other || other == orders) continue;
      const bool stays = weaker_of(kind, other, {order, failure_of(order)}) == other;
      if (stays || !follows) found.push_back(other);
    }
  }
  return found;
}

std::string OrderSite::place() const {
  return file + ":" + std::to_string(line) + ":" + name_of(kind);
}

bool OrderRule::is_about(const OrderSite& site) const {
  if (file.empty()) return true;
  return site.line == line && (!kind || *kind == site.kind) && ends_with_path(site.file, file);
}

}  // namespace sim
