// Memory orders of atomic accesses and fences, and places in the source where they are written.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

enum class AtomicKind : std::uint8_t { load, store, update, swap, fence, count_ };
const char* name_of(AtomicKind kind);
std::optional<AtomicKind> find_atomic_kind(std::string_view name);

// C++ orders (__ATOMIC_*): of the operation, and of a compare-and-swap that changes nothing.
struct Orders {
  std::uint32_t order = 0, failure = 0;
  auto operator<=>(const Orders&) const = default;
};
inline constexpr Orders strongest_orders = {__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST};

// "seq_cst", "acq_rel/acquire" of a swap, "none" of a relaxed fence.
std::string spell(AtomicKind kind, Orders orders);
// An order alone means for a swap that fails: what of it a load can have.
std::optional<Orders> read_orders(std::string_view text);

// The strongest orders that are at most as strong as both; the weakest that are at least so.
Orders weaker_of(AtomicKind kind, Orders a, Orders b);
Orders stronger_of(AtomicKind kind, Orders a, Orders b);
// All orders that the operation may have and that are strictly weaker, the strongest first.
std::vector<Orders> all_weaker(AtomicKind kind, Orders orders);

// A line of source with one kind of operation, as it is written there.
struct OrderSite {
  std::string file;
  std::uint32_t line = 0;
  AtomicKind kind = AtomicKind::load;
  Orders written;
  std::string function;
  auto operator<=>(const OrderSite&) const = default;

  std::string place() const;  // FILE:LINE:KIND
};

// Other orders than those written, at the sites that it names.
struct OrderRule {
  std::string file;  // or its end, from a slash on; empty: all
  std::uint32_t line = 0;
  std::optional<AtomicKind> kind;  // nothing: all
  Orders bound;
  bool strengthens = false;  // at least as strong as the bound; else at most

  bool is_about(const OrderSite& site) const;
};

}  // namespace sim
