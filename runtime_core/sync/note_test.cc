// Tests of notes and of the semaphores under them.
#include "runtime_core/sync/note.h"

#include <doctest/doctest.h>

#include "runtime_core/os/os.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

struct Flavour {
  const char* name;
  void (*clear)(Note* note);
  void (*wakeup)(Note* note);
  void (*sleep)(M* mp, Note* note);
  bool (*tsleep)(M* mp, Note* note, i64 ns);
};

constexpr Flavour flavours[] = {
    {"futex", noteclear_futex, notewakeup_futex, notesleep_futex, notetsleep_futex},
    {"semaphore", noteclear_sema, notewakeup_sema, notesleep_sema, notetsleep_sema},
};

constexpr i64 short_ns = 1000, long_ns = 60'000'000'000;

}  // namespace

TEST_CASE("note: a wake-up before the sleep is not lost") {
  TestMachine machine(1);
  for (const Flavour& flavour : flavours) {
    CAPTURE(flavour.name);
    Note note;
    flavour.wakeup(&note);
    flavour.sleep(machine.m(), &note);
    CHECK(flavour.tsleep(machine.m(), &note, 0));
    CHECK(flavour.tsleep(machine.m(), &note, long_ns));
    CHECK(flavour.tsleep(machine.m(), &note, -1));
    flavour.clear(&note);
    CHECK(note.key.load() == 0);
    CHECK_FALSE(flavour.tsleep(machine.m(), &note, 0));
    CHECK_FALSE(machine.m()->blocked);
  }
}

TEST_CASE("note: what the waker wrote is there after the sleep") {
  constexpr u32 rounds = 2000;
  for (const Flavour& flavour : flavours) {
    for (const i64 ns : {i64{-1}, long_ns}) {
      CAPTURE(flavour.name);
      CAPTURE(ns);
      TestMachine machine(2);
      Note there, back;
      u32 value = 0;  // travels with the notes
      std::thread echo([&] {
        for (u32 i = 0; i < rounds; i++) {
          flavour.tsleep(machine.m(1), &there, ns);
          flavour.clear(&there);
          value++;
          flavour.wakeup(&back);
        }
      });
      for (u32 i = 0; i < rounds; i++) {
        value++;
        flavour.wakeup(&there);
        flavour.sleep(machine.m(0), &back);
        flavour.clear(&back);
      }
      echo.join();
      CHECK(value == 2 * rounds);
    }
  }
}

TEST_CASE("note: a timed sleep ends unwoken, and the note can still be used") {
  TestMachine machine(1);
  for (const Flavour& flavour : flavours) {
    CAPTURE(flavour.name);
    Note note;
    const i64 begin = nanotime();
    CHECK_FALSE(flavour.tsleep(machine.m(), &note, short_ns));
    CHECK(nanotime() - begin >= short_ns);
    CHECK(note.key.load() == 0);
    flavour.wakeup(&note);
    CHECK(flavour.tsleep(machine.m(), &note, short_ns));
    CHECK(machine.m()->waitsemacount.load() == 0);
  }
}

TEST_CASE("note: a wake-up that races with the time-out is seen or stays for the next sleep") {
  constexpr u32 rounds = 500;
  for (const Flavour& flavour : flavours) {
    CAPTURE(flavour.name);
    TestMachine machine(1);
    for (u32 i = 0; i < rounds; i++) {
      Note note;
      std::thread waker([&] { flavour.wakeup(&note); });
      bool woken = flavour.tsleep(machine.m(), &note, short_ns * (i % 64));
      if (!woken) woken = flavour.tsleep(machine.m(), &note, long_ns);
      waker.join();
      REQUIRE(woken);
      REQUIRE(machine.m()->waitsemacount.load() == 0);
    }
  }
}

TEST_CASE("note: misuse throws") {
  TestMachine machine(1);
  M* mp = machine.m();
  Note note;
  for (const Flavour& flavour : flavours) {
    CHECK(abort_message([&] {
            flavour.wakeup(&note);
            flavour.wakeup(&note);
          }) == "fatal error: notewakeup - double wakeup [runtime.throw]\n");
  }
  CHECK(abort_message([&] {
          note.key.store(0x1000);
          notesleep_sema(mp, &note);
        }) == "fatal error: notesleep - waitm out of sync [runtime.throw]\n");
  notewakeup(mp, &note);
  mp->g = &mp->program;
  CHECK(abort_message([&] { notesleep(mp, &note); }) ==
        "fatal error: notesleep not on g0 [runtime.throw]\n");
  CHECK(abort_message([&] { notetsleep(mp, &note, 0); }) ==
        "fatal error: notetsleep not on g0 [runtime.throw]\n");
  mp->gcing = 1;
  CHECK(notetsleep(mp, &note, 0));
  mp->gcing = 0;
  CHECK(notetsleep_internal(mp, &note, 0));
}

TEST_CASE("semaphore: counts units, and times out without one") {
  TestMachine machine(1);
  M* mp = machine.m();
  CHECK(semacreate(mp) != 0);
  CHECK(semasleep(mp, 0) == -1);
  CHECK(semasleep(mp, short_ns) == -1);
  semawakeup(mp);
  semawakeup(mp);
  CHECK(mp->waitsemacount.load() == 2);
  CHECK(semasleep(mp, 0) == 0);
  CHECK(semasleep(mp, -1) == 0);
  CHECK(semasleep(mp, 0) == -1);
}

}  // namespace runtime_core
