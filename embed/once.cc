// Things done once: pthread_once, std::call_once, and initialisation of function-local statics.
#include <pthread.h>

#include "embed/objects.h"

namespace {

using namespace embed;

constexpr std::uint32_t untouched = 0, running = 1, finished = 2;

// Left by an exception, the next caller tries again.
struct Turn {
  std::uint32_t* state;
  std::uint32_t outcome = untouched;
  ~Turn() {
    operate(address_of(state), 0);
    release(address_of(state));
    writable(state) = outcome;
    refresh(address_of(state));
  }
};

int once(std::uint32_t* state, void (*routine)(), std::uint64_t pc) {
  wait_for(Wants::once, address_of(state), -1, pc);
  acquire(address_of(state));
  if (*state == finished) return 0;
  writable(state) = running;
  refresh(address_of(state));
  Turn turn{state};
  routine();
  turn.outcome = finished;
  return 0;
}

// The first byte is read by the program itself, with acquire.
void end_guard(unsigned char* guard, bool done, std::uint64_t pc) {
  sim::Machine& m = *sim::the_machine;
  operate(address_of(guard), pc);
  release(address_of(guard));
  m.space.touch(address_of(guard), 2);
  if (m.keeps_values() && !m.is_alone()) {
    m.memory->store(m, {address_of(guard), 1, __ATOMIC_RELEASE}, done);
  } else {
    guard[0] = done;
    m.changed(address_of(guard), 1);
  }
  guard[1] = 0;
  refresh(address_of(guard));
}

}  // namespace

SIMULATED(int, pthread_once, std::uint32_t* state, void (*routine)()) {
  return once(state, routine, CALLER_PC);
}

// std::call_once leaves what to call in two thread-local words.
SIMULATED(void, __once_proxy) {
  const std::uint64_t words =
      the_process().tls_of(the_process().self()) + the_process().image().once_offset();
  (*reinterpret_cast<void (**)()>(words + 8))();
}

SIMULATED(int, __cxa_guard_acquire, unsigned char* guard) {
  wait_for(Wants::guard, address_of(guard), -1, CALLER_PC);
  acquire(address_of(guard));
  if (guard[0] != 0) return 0;
  sim::the_machine->space.touch(address_of(guard), 2);
  guard[1] = 1;
  refresh(address_of(guard));
  return 1;
}
SIMULATED(void, __cxa_guard_release, unsigned char* guard) { end_guard(guard, true, CALLER_PC); }
SIMULATED(void, __cxa_guard_abort, unsigned char* guard) { end_guard(guard, false, CALLER_PC); }
