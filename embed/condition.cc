// Condition variables: pthread_cond_* and those of libstdc++.
#include <pthread.h>

#include <algorithm>
#include <cerrno>

#include "embed/objects.h"

namespace embed {
void give_up(pthread_mutex_t* mutex, std::uint64_t pc);
void take_again(pthread_mutex_t* mutex);
}  // namespace embed

namespace {

using namespace embed;

int wait(pthread_cond_t* condition, pthread_mutex_t* mutex, std::int64_t deadline,
         std::uint64_t pc) {
  sim::Machine& m = *sim::the_machine;
  operate(address_of(condition), pc, AccessKind::write);
  using Causeless = sim::Machine::Causeless;
  const std::int64_t left = std::max(deadline - m.hot->now, std::int64_t{0});
  const Causeless end = m.ends_without_cause(deadline < 0 ? -1 : left);
  give_up(mutex, pc);
  bool signalled = end != Causeless::time_out;
  if (end != Causeless::no) {
    wait_for(Wants::mutex, address_of(mutex), -1, pc, AccessKind::acquire);
  } else {
    signalled = wait_for_signal(address_of(condition), address_of(mutex), deadline, pc);
  }
  take_again(mutex);
  return signalled ? 0 : ETIMEDOUT;
}

// What std::unique_lock holds.
struct UniqueLock {
  pthread_mutex_t* mutex;
  bool owns;
};

}  // namespace

SIMULATED(int, pthread_cond_init, pthread_cond_t* condition, const pthread_condattr_t*) {
  writable(condition) = pthread_cond_t{};
  return 0;
}
SIMULATED(int, pthread_cond_destroy, pthread_cond_t*) { return 0; }
SIMULATED(int, pthread_condattr_init, pthread_condattr_t*) { return 0; }
SIMULATED(int, pthread_condattr_destroy, pthread_condattr_t*) { return 0; }
SIMULATED(int, pthread_condattr_setclock, pthread_condattr_t*, clockid_t) { return 0; }
SIMULATED(int, pthread_cond_wait, pthread_cond_t* condition, pthread_mutex_t* mutex) {
  return wait(condition, mutex, -1, CALLER_PC);
}
SIMULATED(int, pthread_cond_timedwait, pthread_cond_t* condition, pthread_mutex_t* mutex,
          const timespec* until) {
  return wait(condition, mutex, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_cond_clockwait, pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t,
          const timespec* until) {
  return wait(condition, mutex, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_cond_signal, pthread_cond_t* condition) {
  operate(address_of(condition), CALLER_PC, AccessKind::write);
  signal_one(address_of(condition));
  return 0;
}
SIMULATED(int, pthread_cond_broadcast, pthread_cond_t* condition) {
  operate(address_of(condition), CALLER_PC, AccessKind::write);
  signal_all(address_of(condition));
  return 0;
}

// std::condition_variable holds a pthread_cond_t and nothing else.
SIMULATED(void, _ZNSt18condition_variableC1Ev, pthread_cond_t* self) {
  writable(self) = pthread_cond_t{};
}
SIMULATED(void, _ZNSt18condition_variableD1Ev, pthread_cond_t*) {}
SIMULATED(void, _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE, pthread_cond_t* self,
          UniqueLock* lock) {
  wait(self, lock->mutex, -1, CALLER_PC);
}
SIMULATED(void, _ZNSt18condition_variable10notify_oneEv, pthread_cond_t* self) {
  operate(address_of(self), CALLER_PC, AccessKind::write);
  signal_one(address_of(self));
}
SIMULATED(void, _ZNSt18condition_variable10notify_allEv, pthread_cond_t* self) {
  operate(address_of(self), CALLER_PC, AccessKind::write);
  signal_all(address_of(self));
}
