// Tests of the runtime locks in both flavours.
#include "runtime_core/sync/mutex.h"

#include <doctest/doctest.h>

#include "runtime_core/os/os.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

struct Flavour {
  const char* name;
  void (*lock)(M* mp, Mutex* mutex);
  void (*unlock)(Mutex* mutex);
};

constexpr Flavour flavours[] = {
    {"futex", lock_futex, unlock_futex},
    {"semaphore", lock_sema, unlock_sema},
};

}  // namespace

TEST_CASE("mutex: alone, it leaves a zero word") {
  TestMachine machine(1);
  for (const Flavour& flavour : flavours) {
    CAPTURE(flavour.name);
    Mutex mutex;
    flavour.lock(machine.m(), &mutex);
    CHECK(mutex.key.load() == 1);
    flavour.unlock(&mutex);
    CHECK(mutex.key.load() == 0);
  }
}

TEST_CASE("mutex: plain increments under contention are not lost") {
  constexpr u32 threads = 4, rounds = 5000;
  for (const Flavour& flavour : flavours) {
    for (const i32 ncpu : {1, 2}) {  // without and with active spinning
      CAPTURE(flavour.name);
      CAPTURE(ncpu);
      TestMachine machine(threads, ncpu);
      Mutex mutex;
      u64 total = 0;
      run_threads(threads, [&](u32 i) {
        for (u32 round = 0; round < rounds; round++) {
          flavour.lock(machine.m(i), &mutex);
          total++;
          // Handing the processor over while holding makes the others sleep.
          if (round % 16 == 0) osyield();
          flavour.unlock(&mutex);
        }
      });
      CHECK(total == u64{threads} * rounds);
      CHECK(mutex.key.load() == 0);
      for (u32 i = 0; i < threads; i++) CHECK(machine.m(i)->waitsemacount.load() == 0);
    }
  }
}

TEST_CASE("mutex: a waiter sleeps, and unlock wakes it") {
  for (const Flavour& flavour : flavours) {
    CAPTURE(flavour.name);
    TestMachine machine(2);
    Mutex mutex;
    flavour.lock(machine.m(0), &mutex);
    std::thread waiter([&] {
      flavour.lock(machine.m(1), &mutex);
      flavour.unlock(&mutex);
    });
    // The futex flavour announces a sleeper by 2, the semaphore flavour by a list.
    while ((mutex.key.load() | 1) == 1) osyield();
    flavour.unlock(&mutex);
    waiter.join();
    CHECK(mutex.key.load() == 0);
  }
}

TEST_CASE("mutex: waiters of the semaphore flavour form a last-in-first-out list") {
  TestMachine machine(3);
  Mutex mutex;
  std::vector<i32> order;  // guarded by mutex
  lock_sema(machine.m(0), &mutex);
  std::vector<std::thread> waiters;
  for (u32 i = 1; i <= 2; i++) {
    waiters.emplace_back([&, i] {
      lock_sema(machine.m(i), &mutex);
      order.push_back(static_cast<i32>(i));
      unlock_sema(&mutex);
    });
    while (mutex.key.load() != (reinterpret_cast<uintptr>(machine.m(i)) | 1)) osyield();
  }
  CHECK(machine.m(2)->nextwaitm == machine.m(1));
  CHECK(machine.m(1)->nextwaitm == nullptr);
  unlock_sema(&mutex);
  for (std::thread& t : waiters) t.join();
  CHECK(order == std::vector<i32>{2, 1});
}

TEST_CASE("mutex: m.locks counts held locks") {
  TestMachine machine(1);
  M* mp = machine.m();
  Mutex a, b;
  lock(mp, &a);
  lock(mp, &b);
  CHECK(mp->locks == 2);
  unlock(mp, &a);
  CHECK(mp->locks == 1);
  unlock(mp, &b);
  CHECK(mp->locks == 0);
}

TEST_CASE("mutex: misuse throws") {
  TestMachine machine(1);
  M* mp = machine.m();
  Mutex mutex;
  CHECK(abort_message([&] { unlock_futex(&mutex); }) ==
        "fatal error: unlock of unlocked lock [runtime.throw]\n");
  CHECK(abort_message([&] { unlock_sema(&mutex); }) ==
        "fatal error: unlock of unlocked lock [runtime.throw]\n");
  mp->locks = -1;
  CHECK(abort_message([&] { lock(mp, &mutex); }) ==
        "fatal error: runtime·lock: lock count [runtime.throw]\n");
  mp->locks = 0;
  CHECK(abort_message([&] {
          lock_futex(mp, &mutex);
          unlock(mp, &mutex);
        }) == "fatal error: runtime·unlock: lock count [runtime.throw]\n");
}

}  // namespace runtime_core
