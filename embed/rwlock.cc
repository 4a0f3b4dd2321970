// Read-write locks, semaphores and barriers of POSIX, with a layout of their own in the objects.
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>

#include "embed/objects.h"

namespace {

using namespace embed;

struct RwLock {
  std::uint32_t readers;
  std::uint32_t writer;               // 1 + the thread
  std::uint64_t releases_of_readers;  // an address for their clocks
};
static_assert(sizeof(RwLock) <= sizeof(pthread_rwlock_t));

int take_read(RwLock* l) {
  writable(l).readers++;
  acquire(address_of(l));
  refresh(address_of(l));
  return 0;
}
int take_write(RwLock* l) {
  writable(l).writer = the_process().self() + 1;
  acquire(address_of(l));
  acquire(address_of(&l->releases_of_readers));
  refresh(address_of(l));
  return 0;
}
int read_lock(RwLock* l, std::int64_t deadline, std::uint64_t pc) {
  if (!wait_for(Wants::read, address_of(l), deadline, pc)) return ETIMEDOUT;
  return take_read(l);
}
int write_lock(RwLock* l, std::int64_t deadline, std::uint64_t pc) {
  if (!wait_for(Wants::write, address_of(l), deadline, pc)) return ETIMEDOUT;
  return take_write(l);
}

struct Semaphore {
  std::uint32_t value;
};

void take(Semaphore* s) {
  acquire(address_of(s));
  writable(s).value--;
  refresh(address_of(s));
}

struct Barrier {
  std::uint32_t arrived;
  std::uint32_t needed;
  std::uint64_t releases_of_last;  // an address for the clocks of those who came last
};
static_assert(sizeof(Barrier) <= sizeof(pthread_barrier_t));

}  // namespace

SIMULATED(int, pthread_rwlock_init, RwLock* l, const void*) {
  writable(l) = {};
  return 0;
}
SIMULATED(int, pthread_rwlock_destroy, RwLock*) { return 0; }
SIMULATED(int, pthread_rwlock_rdlock, RwLock* l) { return read_lock(l, -1, CALLER_PC); }
SIMULATED(int, pthread_rwlock_wrlock, RwLock* l) { return write_lock(l, -1, CALLER_PC); }
SIMULATED(int, pthread_rwlock_clockrdlock, RwLock* l, clockid_t, const timespec* until) {
  return read_lock(l, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_rwlock_clockwrlock, RwLock* l, clockid_t, const timespec* until) {
  return write_lock(l, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_rwlock_timedrdlock, RwLock* l, const timespec* until) {
  return read_lock(l, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_rwlock_timedwrlock, RwLock* l, const timespec* until) {
  return write_lock(l, nanoseconds(until), CALLER_PC);
}
SIMULATED(int, pthread_rwlock_tryrdlock, RwLock* l) {
  operate(address_of(l), CALLER_PC);
  return l->writer != 0 ? EBUSY : take_read(l);
}
SIMULATED(int, pthread_rwlock_trywrlock, RwLock* l) {
  operate(address_of(l), CALLER_PC);
  return l->writer != 0 || l->readers != 0 ? EBUSY : take_write(l);
}
SIMULATED(int, pthread_rwlock_unlock, RwLock* l) {
  sim::the_machine->settle();
  if (locks_are_observed) operate(address_of(l), CALLER_PC);
  RwLock& lock = writable(l);
  if (lock.writer != 0) {
    lock.writer = 0;
    release(address_of(l));
  } else if (lock.readers != 0) {
    lock.readers--;
    release_too(address_of(&l->releases_of_readers));
  } else {
    sim::the_machine->violate("program.lock_misuse", "a read-write lock is released that is free");
  }
  refresh(address_of(l));
  return 0;
}

SIMULATED(int, sem_init, Semaphore* s, int, unsigned value) {
  writable(s).value = value;
  return 0;
}
SIMULATED(int, sem_destroy, Semaphore*) { return 0; }
SIMULATED(int, sem_wait, Semaphore* s) {
  wait_for(Wants::permit, address_of(s), -1, CALLER_PC);
  take(s);
  return 0;
}
SIMULATED(int, sem_trywait, Semaphore* s) {
  operate(address_of(s), CALLER_PC);
  if (s->value == 0) {
    errno = EAGAIN;
    return -1;
  }
  take(s);
  return 0;
}
SIMULATED(int, sem_timedwait, Semaphore* s, const timespec* until) {
  if (!wait_for(Wants::permit, address_of(s), nanoseconds(until), CALLER_PC)) {
    errno = ETIMEDOUT;
    return -1;
  }
  take(s);
  return 0;
}
SIMULATED(int, sem_post, Semaphore* s) {
  operate(address_of(s), CALLER_PC);
  release_too(address_of(s));
  writable(s).value++;
  refresh(address_of(s));
  return 0;
}
SIMULATED(int, sem_getvalue, Semaphore* s, int* value) {
  operate(address_of(s), CALLER_PC);
  writable(value) = static_cast<int>(s->value);
  return 0;
}

SIMULATED(int, pthread_barrier_init, Barrier* b, const void*, unsigned count) {
  writable(b) = {0, count, 0};
  return 0;
}
SIMULATED(int, pthread_barrier_destroy, Barrier*) { return 0; }
SIMULATED(int, pthread_barrier_wait, Barrier* b) {
  operate(address_of(b), CALLER_PC);
  release_too(address_of(b));
  if (++writable(b).arrived < b->needed) {
    wait_for(Wants::barrier, address_of(b), -1, CALLER_PC);
    acquire(address_of(&b->releases_of_last));
    return 0;
  }
  acquire(address_of(b));
  release(address_of(&b->releases_of_last));
  b->arrived = 0;
  signal_all(address_of(b));
  return PTHREAD_BARRIER_SERIAL_THREAD;
}
