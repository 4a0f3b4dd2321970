// Fiber creation and switching on Boost.Context.
#include "sim/fiber.h"

#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>

namespace sim {
namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

// Every switch hands over the place where the receiver stores the sender's context.
void store_sender(transfer_t t) {
  if (t.data != nullptr) *static_cast<void**>(t.data) = t.fctx;
}

struct Start {
  void (*entry)();
};

void enter(transfer_t t) {
  // The first transfer carries the entry; it comes from start(), to which we return at once.
  auto* start = static_cast<Start*>(t.data);
  void (*entry)() = start->entry;
  const transfer_t resumed = jump_fcontext(t.fctx, nullptr);
  store_sender(resumed);
  entry();
  __builtin_trap();
}

}  // namespace

void Fiber::create(Space& space) {
  char* p = static_cast<char*>(space.allocate_region(fiber_stack_bytes + guard_bytes, guard_bytes));
  mprotect(p, guard_bytes, PROT_NONE);
  low = reinterpret_cast<std::uint64_t>(p) + guard_bytes;
  top = low + fiber_stack_bytes;
}

void Fiber::start(void (*entry)()) {
  Start start{entry};
  const fcontext_t fresh = make_fcontext(reinterpret_cast<void*>(top), fiber_stack_bytes, enter);
  context = jump_fcontext(fresh, &start).fctx;
  saved_epoch = 0;
}

std::uint64_t Fiber::high_water() const {
  for (std::uint64_t at = low; at < top; at += 8) {
    if (*reinterpret_cast<const std::uint64_t*>(at) != 0) return top - at;
  }
  return 0;
}

void switch_context(void** from, void* to) {
  store_sender(jump_fcontext(static_cast<fcontext_t>(to), from));
}

}  // namespace sim
