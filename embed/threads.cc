// Threads: pthread_*, std::thread, and what is run when they end.
#include <pthread.h>

#include <cerrno>
#include <string>

#include "embed/objects.h"

namespace {

using namespace embed;

pthread_t create(Routine routine, void* argument, bool detached) {
  sim::Machine& m = *sim::the_machine;
  if (m.is_alone()) {
    m.violate("sim.refused_call", "a constructor of a global starts a thread before main");
  }
  // Which number the new one gets depends on all that were started before.
  m.touches(model::machine_object(model::MachineObject::thread, 2 * sim::threads_max << 3), 1,
            AccessKind::write);
  const std::uint32_t child = m.kernel->started;
  if (child == m.options.threads) {
    m.violate("tool.limit", "the program starts more than " + std::to_string(m.options.threads) +
                                " threads; --param threads=N allows N");
  }
  the_process().mut(child) = ThreadRecord{routine, argument, nullptr, 0, detached, {}, 0, {}, {}};
  the_process().initialise_tls(child);
  m.spawn();
  return child + 1;
}

bool is_thread(pthread_t id) { return id != 0 && id <= sim::the_machine->kernel->started; }

int join(pthread_t id, void** result) {
  if (!is_thread(id)) return ESRCH;
  const auto t = static_cast<std::uint32_t>(id - 1);
  if (t == the_process().self()) return EDEADLK;
  if (the_process().record(t).joined != 0 || the_process().record(t).detached != 0) return EINVAL;
  the_process().mut(t).joined = 1;
  wait_for_end(t);
  if (result != nullptr) writable(result) = the_process().record(t).result;
  return 0;
}

int detach(pthread_t id) {
  if (!is_thread(id)) return ESRCH;
  the_process().mut(static_cast<std::uint32_t>(id - 1)).detached = 1;
  return 0;
}

// What std::thread hands over is an object of the program's with three virtual functions: two
// destructors, the second of which frees it, and the one that runs. A declared class would have no
// implementation that the compiler sees here.
void* run_state(void* state) {
  using Virtual = void (*)(void*);
  const Virtual* functions = *static_cast<const Virtual**>(state);
  functions[2](state);
  functions[1](state);
  return nullptr;
}

}  // namespace

SIMULATED(int, pthread_create, pthread_t* id, const pthread_attr_t* attributes, Routine routine,
          void* argument) {
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &state);
  sim::the_machine->settle();
  writable(id) = sim::the_machine->kernel->started + 1;  // the new thread may look at it at once
  create(routine, argument, state == PTHREAD_CREATE_DETACHED);
  return 0;
}
SIMULATED(int, pthread_join, pthread_t id, void** result) { return join(id, result); }
SIMULATED(int, pthread_detach, pthread_t id) { return detach(id); }
SIMULATED(pthread_t, pthread_self) { return the_process().self() + 1; }
SIMULATED(int, pthread_equal, pthread_t a, pthread_t b) { return a == b; }
SIMULATED(void, pthread_exit, void* result) { end_thread(result); }
SIMULATED(int, pthread_attr_init, pthread_attr_t* a) { return pthread_attr_init(&writable(a)); }
SIMULATED(int, pthread_attr_destroy, pthread_attr_t*) { return 0; }
SIMULATED(int, pthread_attr_setdetachstate, pthread_attr_t* a, int state) {
  return pthread_attr_setdetachstate(&writable(a), state);
}
SIMULATED(int, pthread_attr_setstacksize, pthread_attr_t*, size_t) { return 0; }
SIMULATED(int, pthread_setname_np, pthread_t, const char*) { return 0; }

SIMULATED(void,
          _ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE,
          std::uint64_t* self, void** state, void (*)()) {
  sim::the_machine->settle();
  void* argument = *state;
  writable(state) = nullptr;
  writable(self) = sim::the_machine->kernel->started + 1;
  create(run_state, argument, false);
}
SIMULATED(void, _ZNSt6thread4joinEv, std::uint64_t* self) {
  const int error = *self == 0 ? EINVAL : join(*self, nullptr);
  if (error != 0) {
    sim::the_machine->violate("program.terminated",
                              "std::thread::join fails with error " + std::to_string(error));
  }
  writable(self) = 0;
}
SIMULATED(void, _ZNSt6thread6detachEv, std::uint64_t* self) {
  if (*self == 0) {
    sim::the_machine->violate("program.terminated", "std::thread::detach of no thread");
  }
  detach(*self);
  writable(self) = 0;
}
SIMULATED(unsigned, _ZNSt6thread20hardware_concurrencyEv) { return sim::the_machine->env->procs; }

SIMULATED(int, __cxa_thread_atexit, void (*function)(void*), void* argument, void*) {
  ThreadRecord& r = the_process().mut(the_process().self());
  if (r.end_calls == thread_end_calls_max) {
    sim::the_machine->violate("tool.limit", "too many thread-local objects with destructors");
  }
  r.at_end[r.end_calls++] = {function, argument};
  return 0;
}
SIMULATED(int, pthread_key_create, pthread_key_t* key, void (*destructor)(void*)) {
  sim::the_machine->touches_all();
  ProcessRecord& own = the_process().mut_own();
  if (own.keys == keys_max) return EAGAIN;
  own.key_destructors[own.keys] = destructor;
  writable(key) = own.keys++;
  return 0;
}
SIMULATED(int, pthread_key_delete, pthread_key_t key) {
  the_process().mut_own().key_destructors[key] = nullptr;
  return 0;
}
SIMULATED(int, pthread_setspecific, pthread_key_t key, const void* value) {
  if (key >= the_process().own().keys) return EINVAL;
  the_process().mut(the_process().self()).keys[key] = const_cast<void*>(value);
  return 0;
}
SIMULATED(void*, pthread_getspecific, pthread_key_t key) {
  return key < keys_max ? the_process().record(the_process().self()).keys[key] : nullptr;
}

// What the compiler calls for a thread-local variable: module and offset.
SIMULATED(void*, __tls_get_addr, const std::uint64_t* index) {
  return reinterpret_cast<void*>(the_process().tls_of(the_process().self()) + index[1]);
}
SIMULATED(void, _ZNSt6thread6_StateD2Ev, void*) {}
