// Keeps what every thread waits for, and the machine's set of runnable threads in step with it.
#include "embed/waits.h"

#include <pthread.h>

#include "sim/schedule.h"

namespace embed {

bool locks_are_observed = false;

namespace {

struct alignas(64) Wait {
  std::uint64_t address;
  std::uint64_t mutex;  // to be taken after a signal
  Wants wants;
  std::uint32_t signalled;
};

Wait* waits = nullptr;
std::uint32_t thread_count = 0;

template <class T>
const T& at(std::uint64_t address) {
  return *reinterpret_cast<const T*>(address);
}

// A read-write lock as embed/rwlock.cc keeps it: readers, and 1 + the writer.
bool is_there(const Wait& w, std::uint32_t t) {
  switch (w.wants) {
    case Wants::nothing:
      return true;
    case Wants::mutex: {
      const auto& m = at<pthread_mutex_t>(w.address).__data;
      return m.__lock == 0 || (m.__kind == PTHREAD_MUTEX_RECURSIVE && m.__owner == int(t) + 1);
    }
    case Wants::spin:
      return at<std::uint32_t>(w.address) == 0;
    case Wants::read:
      return at<std::uint32_t>(w.address + 4) == 0;
    case Wants::write:
      return at<std::uint32_t>(w.address) == 0 && at<std::uint32_t>(w.address + 4) == 0;
    case Wants::permit:
      return at<std::uint32_t>(w.address) != 0;
    case Wants::once:
      return at<std::uint32_t>(w.address) != 1;
    case Wants::guard:
      return at<std::uint8_t>(w.address + 1) == 0;
    case Wants::signal:
    case Wants::end:
    case Wants::barrier:
      return w.signalled != 0;
  }
  return true;
}

void set_runnable(std::uint32_t t, bool runnable) {
  std::uint64_t& mask = sim::the_machine->hot->runnable;
  const std::uint64_t bit = std::uint64_t{1} << t;
  mask = runnable ? mask | bit : mask & ~bit;
}

// Runs others until the running thread, whose wait is set, is chosen. False: the deadline passed.
bool suspend(std::int64_t deadline) {
  sim::Machine& m = *sim::the_machine;
  const std::uint32_t self = m.current();
  const bool ready = is_there(waits[self], self);
  if (m.is_alone()) {
    if (!ready) {
      m.violate("sched.no_deadlock",
                "a constructor of a global waits and there is no other thread");
    }
    return true;
  }
  sim::Thread& thread = m.space.mut(m.threads[self]);
  thread.timed_out = 0;
  thread.deadline = ready ? -1 : deadline;
  if (!ready) set_runnable(self, false);
  m.scheduling_point();
  m.awaits.progress(self);
  m.space.mut(m.threads[self]).deadline = -1;
  if (m.threads[self].timed_out == 0) return true;
  // Time moves when nobody else can.
  m.touches(0, 1, model::AccessKind::after_all);
  return false;
}

void note(std::uint64_t address, std::uint64_t pc) {
  sim::Machine& m = *sim::the_machine;
  m.mix(m.name_of(address) << 8 | m.current() << 1);
  m.record(sim::Operation::rmw, address, 4, at<std::uint32_t>(address), pc);
}

void deliver(std::uint32_t t) {
  sim::Machine& m = *sim::the_machine;
  Wait& w = m.space.mut(waits[t]);
  m.lets_go_on(t);
  m.space.mut(m.threads[t]).deadline = -1;
  if (w.wants == Wants::signal) {
    w.wants = Wants::mutex;
    w.address = w.mutex;
  } else {
    w.signalled = 1;
  }
  set_runnable(t, is_there(w, t));
}

// Whether a thread has ended, as those see it who join it.
std::uint64_t end_of(std::uint32_t thread) {
  return model::machine_object(model::MachineObject::thread,
                               std::uint64_t{sim::threads_max + thread} << 3);
}

}  // namespace

void touches(std::uint64_t address, AccessKind kind) {
  sim::the_machine->touches(address, 1, kind);
}

void prepare_waits(sim::Space& space, std::uint32_t threads) {
  thread_count = threads;
  waits = static_cast<Wait*>(space.allocate_tool(sizeof(Wait) * (threads + 1)));
}

void operate(std::uint64_t address, std::uint64_t pc, AccessKind kind) {
  sim::Machine& m = *sim::the_machine;
  if (m.is_alone()) return;
  m.settle();  // as natively, a read-modify-write of the object
  m.scheduling_point();
  m.awaits.progress(m.current());
  touches(address, kind);
  note(address, pc);
}

bool wait_for(Wants wants, std::uint64_t address, std::int64_t deadline, std::uint64_t pc,
              AccessKind kind) {
  sim::Machine& m = *sim::the_machine;
  m.settle();
  const std::uint32_t self = m.current();
  m.space.mut(waits[self]) = Wait{address, 0, wants, 0};
  const bool got = suspend(deadline);
  m.space.mut(waits[self]).wants = Wants::nothing;
  touches(address, got ? kind : AccessKind::read);
  note(address, pc);
  return got;
}

bool wait_for_signal(std::uint64_t address, std::uint64_t mutex, std::int64_t deadline,
                     std::uint64_t pc) {
  sim::Machine& m = *sim::the_machine;
  const std::uint32_t self = m.current();
  touches(address, AccessKind::write);
  m.space.mut(waits[self]) = Wait{address, mutex, Wants::signal, 0};
  const bool got = suspend(deadline);
  m.space.mut(waits[self]).wants = Wants::nothing;
  if (!got) {
    touches(address, AccessKind::write);
    return wait_for(Wants::mutex, mutex, -1, pc, AccessKind::acquire), false;
  }
  m.goes_on();
  touches(mutex, AccessKind::acquire);
  note(mutex, pc);
  return true;
}

void refresh(std::uint64_t address, AccessKind kind) {
  touches(address, kind);
  for (std::uint32_t t = 0; t < thread_count; t++) {
    if (waits[t].address != address || waits[t].wants == Wants::nothing) continue;
    if (t != sim::the_machine->current()) set_runnable(t, is_there(waits[t], t));
  }
}

void signal_one(std::uint64_t address) {
  std::uint32_t waiting[sim::threads_max];
  std::uint32_t n = 0;
  for (std::uint32_t t = 0; t < thread_count; t++) {
    const bool there = waits[t].wants == Wants::signal || waits[t].wants == Wants::barrier;
    if (there && waits[t].signalled == 0 && waits[t].address == address) waiting[n++] = t;
  }
  if (n != 0) deliver(waiting[sim::the_machine->choose(model::ChoiceKind::decide, n)]);
}

void signal_all(std::uint64_t address) {
  for (std::uint32_t t = 0; t < thread_count; t++) {
    const bool there = waits[t].wants == Wants::signal || waits[t].wants == Wants::barrier;
    if (there && waits[t].address == address) deliver(t);
  }
}

std::uint32_t joiner_of(std::uint32_t thread) {
  touches(end_of(thread), AccessKind::write);
  for (std::uint32_t t = 0; t < thread_count; t++) {
    if (waits[t].wants != Wants::end || waits[t].address != thread) continue;
    sim::the_machine->space.mut(waits[t]).signalled = 1;
    set_runnable(t, true);
    return t;
  }
  return sim::no_thread;
}

void wait_for_end(std::uint32_t thread) {
  sim::Machine& m = *sim::the_machine;
  m.settle();
  touches(end_of(thread), AccessKind::read);
  if (m.threads[thread].done != 0) {
    m.memory->order(m, thread, m.current());
    return;
  }
  const std::uint32_t self = m.current();
  m.space.mut(waits[self]) = Wait{thread, 0, Wants::end, 0};
  suspend(-1);
  m.space.mut(waits[self]).wants = Wants::nothing;
}

}  // namespace embed
