// The tables of mappings.
#include "sim/axioms/mapping.h"

namespace sim::axioms {
namespace {

constexpr bool acquires(Mark order) {
  return order == Mark::acquire || order == Mark::acq_rel || order == Mark::seq_cst;
}
constexpr bool releases(Mark order) {
  return order == Mark::release || order == Mark::acq_rel || order == Mark::seq_cst;
}

// MOV; XCHG for a sequentially consistent store; LOCK; MFENCE for the strongest fence alone.
Mapped for_x86(Operation operation, Mark order) {
  const Marks locked = mark(Mark::atomic);
  switch (operation) {
    case Operation::load:
      return {};
    case Operation::store:
      if (order != Mark::seq_cst) return {};
      return {.read = locked, .write = locked, .exchanges = true};
    case Operation::read_modify_write:
      return {.read = locked, .write = locked};
    case Operation::fence:
      return {.before = order == Mark::seq_cst ? mark(Mark::mfence) : 0};
  }
  return {};
}

// LDR, LDAPR, LDAR; STR, STLR; LSE atomics; DMB ISHLD for an acquire fence, DMB ISH for others.
Mapped for_aarch64(Operation operation, Mark order) {
  const Marks acquire = acquires(order) ? mark(Mark::acquire) : 0;
  const Marks release = releases(order) ? mark(Mark::release) : 0;
  switch (operation) {
    case Operation::load:
      return {.read = order == Mark::acquire ? mark(Mark::acquire_pc) : acquire};
    case Operation::store:
      return {.write = release};
    case Operation::read_modify_write:
      return {.read = acquire | mark(Mark::atomic), .write = release | mark(Mark::atomic)};
    case Operation::fence:
      return {.before = mark(order == Mark::acquire ? Mark::dmb_ld : Mark::dmb_full)};
  }
  return {};
}

// Fences before for release, a branch and isync behind for acquire; lwarx and stwcx. for updates.
Mapped for_power(Operation operation, Mark order) {
  Mapped m;
  if (order == Mark::seq_cst) m.before = mark(Mark::sync);
  if (operation == Operation::fence) {
    if (order != Mark::seq_cst) m.before = mark(Mark::lwsync);
    return m;
  }
  if (operation != Operation::load && releases(order) && order != Mark::seq_cst) {
    m.before = mark(Mark::lwsync);
  }
  if (operation != Operation::store && acquires(order)) {
    m.behind = mark(Mark::isync);
    m.branches = true;
  }
  if (operation == Operation::read_modify_write) m.read = m.write = mark(Mark::exclusive);
  return m;
}

}  // namespace

std::optional<Mapped> mapped(std::string_view model, Operation operation, Mark order) {
  if (model == "tso") return for_x86(operation, order);
  if (model == "armv8") return for_aarch64(operation, order);
  if (model == "power") return for_power(operation, order);
  return std::nullopt;
}

}  // namespace sim::axioms
