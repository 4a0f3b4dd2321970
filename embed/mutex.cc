// Mutexes and spin locks. Their state is in the program's own objects, as glibc lays them out.
#include <pthread.h>

#include <cerrno>

#include "embed/objects.h"

namespace {

using namespace embed;

int self_id() { return static_cast<int>(the_process().self()) + 1; }

void take(pthread_mutex_t* mutex, AccessKind kind) {
  auto& d = writable(mutex).__data;
  d.__lock = 1;
  d.__owner = self_id();
  d.__count = 1;
  acquire(address_of(mutex));
  refresh(address_of(mutex), kind);
}

// 0, EDEADLK, or EBUSY when it is somebody else's.
int state_of(const pthread_mutex_t* mutex) {
  const auto& d = mutex->__data;
  if (d.__lock == 0) return 0;
  return d.__owner == self_id() ? EDEADLK : EBUSY;
}

int lock(pthread_mutex_t* mutex, std::int64_t deadline, std::uint64_t pc) {
  if (state_of(mutex) == EDEADLK) {
    if (mutex->__data.__kind == PTHREAD_MUTEX_RECURSIVE) {
      writable(mutex).__data.__count++;
      return 0;
    }
    if (mutex->__data.__kind == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
  }
  if (!wait_for(Wants::mutex, address_of(mutex), deadline, pc, AccessKind::acquire)) {
    return ETIMEDOUT;
  }
  take(mutex, AccessKind::acquire);
  return 0;
}

int unlock(pthread_mutex_t* mutex, std::uint64_t pc) {
  if (state_of(mutex) != EDEADLK) {
    if (mutex->__data.__kind == PTHREAD_MUTEX_ERRORCHECK) return EPERM;
    sim::the_machine->violate("program.lock_misuse", "thread " + std::to_string(self_id() - 1) +
                                                         " unlocks a mutex that it does not hold");
  }
  auto& d = writable(mutex).__data;
  if (--d.__count != 0) return 0;
  sim::the_machine->settle();
  if (locks_are_observed) operate(address_of(mutex), pc, AccessKind::release);
  release(address_of(mutex));
  d.__lock = 0;
  d.__owner = 0;
  refresh(address_of(mutex), AccessKind::release);
  return 0;
}

}  // namespace

SIMULATED(int, pthread_mutex_init, pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
  int kind = PTHREAD_MUTEX_NORMAL;
  if (attributes != nullptr) pthread_mutexattr_gettype(attributes, &kind);
  writable(mutex) = pthread_mutex_t{};
  mutex->__data.__kind = kind;
  return 0;
}
SIMULATED(int, pthread_mutex_destroy, pthread_mutex_t* mutex) {
  return mutex->__data.__lock == 0 ? 0 : EBUSY;
}
SIMULATED(int, pthread_mutex_lock, pthread_mutex_t* mutex) { return lock(mutex, -1, CALLER_PC); }
SIMULATED(int, pthread_mutex_timedlock, pthread_mutex_t* mutex, const timespec* until) {
  return lock(mutex, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_mutex_clocklock, pthread_mutex_t* mutex, clockid_t, const timespec* until) {
  return lock(mutex, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_mutex_trylock, pthread_mutex_t* mutex) {
  const bool recursive = mutex->__data.__kind == PTHREAD_MUTEX_RECURSIVE;
  if (recursive && state_of(mutex) == EDEADLK) return lock(mutex, -1, CALLER_PC);
  operate(address_of(mutex), CALLER_PC, AccessKind::read);
  if (state_of(mutex) != 0) return EBUSY;
  take(mutex, AccessKind::write);
  return 0;
}
SIMULATED(int, pthread_mutex_unlock, pthread_mutex_t* mutex) { return unlock(mutex, CALLER_PC); }

SIMULATED(int, pthread_mutexattr_init, pthread_mutexattr_t* a) {
  return pthread_mutexattr_init(&writable(a));
}
SIMULATED(int, pthread_mutexattr_destroy, pthread_mutexattr_t*) { return 0; }
SIMULATED(int, pthread_mutexattr_settype, pthread_mutexattr_t* a, int kind) {
  return pthread_mutexattr_settype(&writable(a), kind);
}
SIMULATED(int, pthread_mutexattr_gettype, const pthread_mutexattr_t* a, int* kind) {
  return pthread_mutexattr_gettype(a, &writable(kind));
}

SIMULATED(int, pthread_spin_init, pthread_spinlock_t* spin, int) {
  writable(const_cast<int*>(spin)) = 0;
  return 0;
}
SIMULATED(int, pthread_spin_destroy, pthread_spinlock_t*) { return 0; }
SIMULATED(int, pthread_spin_lock, pthread_spinlock_t* spin) {
  wait_for(Wants::spin, address_of(spin), -1, CALLER_PC, AccessKind::acquire);
  writable(const_cast<int*>(spin)) = 1;
  acquire(address_of(spin));
  refresh(address_of(spin), AccessKind::acquire);
  return 0;
}
SIMULATED(int, pthread_spin_trylock, pthread_spinlock_t* spin) {
  operate(address_of(spin), CALLER_PC, AccessKind::read);
  if (*spin != 0) return EBUSY;
  writable(const_cast<int*>(spin)) = 1;
  acquire(address_of(spin));
  refresh(address_of(spin), AccessKind::write);
  return 0;
}
SIMULATED(int, pthread_spin_unlock, pthread_spinlock_t* spin) {
  sim::the_machine->settle();
  if (locks_are_observed) operate(address_of(spin), CALLER_PC, AccessKind::release);
  release(address_of(spin));
  writable(const_cast<int*>(spin)) = 0;
  refresh(address_of(spin), AccessKind::release);
  return 0;
}

namespace embed {

// For conditions, which give up a mutex and take it again.
void give_up(pthread_mutex_t* mutex, std::uint64_t pc) { unlock(mutex, pc); }
void take_again(pthread_mutex_t* mutex) { take(mutex, AccessKind::acquire); }

}  // namespace embed
