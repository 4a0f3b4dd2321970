// Locks and notes on futexes (original: lock_futex.go; facts §16.1).
//
// A lock word is unlocked, locked, or sleeping: locked, and somebody may sleep on it. Whoever took
// the lock after sleeping cannot know whether others still sleep and leaves `sleeping` behind,
// which costs one wake-up too many at the end.
#include <bit>

#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/note.h"

namespace runtime_core {

namespace {

constexpr u32 unlocked = 0, locked = 1, sleeping = 2;

// The kernel compares 32 bits: the low half of the word on a little-endian machine. The other
// half is never touched.
std::atomic<u32>* key32(std::atomic<uintptr>* key) {
  static_assert(std::endian::native == std::endian::little);
  static_assert(sizeof(std::atomic<u32>) == sizeof(u32));
  return reinterpret_cast<std::atomic<u32>*>(key);
}

// Takes the lock if it is free, writing `value`. The first load is a hint and meant to race.
bool try_lock(std::atomic<u32>* key, u32 value) {
  while (key->load(relaxed) == unlocked) {
    u32 expected = unlocked;
    // Acquires what the exchange in unlock released.
    if (key->compare_exchange_strong(expected, value, seq_cst, seq_cst)) return true;
  }
  return false;
}

// Spins for as long as a short critical section may take.
bool spin_for_lock(M* mp, std::atomic<u32>* key, u32 value) {
  // On one processor the holder cannot run while we spin.
  const u32 active = mp->rt->ncpu > 1 ? tuning().mutex_active_spin : 0;
  for (u32 i = 0; i < active; i++) {
    if (try_lock(key, value)) return true;
    procyield(tuning().mutex_active_spin_count);
  }
  for (u32 i = 0; i < tuning().mutex_passive_spin; i++) {
    if (try_lock(key, value)) return true;
    osyield();
  }
  return false;
}

// Of the wake-up and of the loads that find it: what the waker wrote is there for the sleeper.
std::memory_order note_order() { return rules().note_orders ? seq_cst : relaxed; }

// Sleeps at most ns unless the note is set; may return for no reason.
void sleep_on_note(M* mp, std::atomic<u32>* key, i64 ns) {
  mp->blocked = true;
  futexsleep(key, 0, ns);
  mp->blocked = false;
}

}  // namespace

void lock_futex(M* mp, Mutex* mutex) {
  std::atomic<u32>* key = key32(&mutex->key);
  // Every exchange that finds `unlocked` acquires what the exchange in unlock released.
  u32 v = key->exchange(locked, seq_cst);
  if (v == unlocked) return;
  // The exchange may have overwritten `sleeping`; then that is what we must leave behind.
  u32 wait = v;
  for (;;) {
    if (spin_for_lock(mp, key, wait)) return;
    v = key->exchange(sleeping, seq_cst);
    if (v == unlocked) return;
    wait = sleeping;
    futexsleep(key, sleeping, -1);
  }
}

void unlock_futex(Mutex* mutex) {
  std::atomic<u32>* key = key32(&mutex->key);
  const u32 v = key->exchange(unlocked, seq_cst);  // releases to the next lock
  if (v == unlocked) throw_("unlock of unlocked lock");
  if (v == sleeping) futexwakeup(key, 1);
}

// Nobody else looks at the note: the sleeper is the caller, and the waker has not been told.
void noteclear_futex(Note* note) { key32(&note->key)->store(0, relaxed); }

void notewakeup_futex(Note* note) {
  std::atomic<u32>* key = key32(&note->key);
  const u32 old = key->exchange(1, note_order());  // releases to the loads of the sleeper
  if (old != 0) throw_("notewakeup - double wakeup");
  futexwakeup(key, 1);
}

void notesleep_futex(M* mp, Note* note) {
  std::atomic<u32>* key = key32(&note->key);
  while (key->load(note_order()) == 0) {
    sleep_on_note(mp, key, -1);
    if (rules().note_rechecks_key) continue;
    key->load(note_order());  // note-sleep-once: whatever it says
    return;
  }
}

bool notetsleep_futex(M* mp, Note* note, i64 ns) {
  if (ns < 0) {
    notesleep_futex(mp, note);
    return true;
  }
  std::atomic<u32>* key = key32(&note->key);
  if (key->load(note_order()) != 0) return true;
  const i64 deadline = deadline_after(ns);
  for (;;) {
    sleep_on_note(mp, key, ns);
    if (key->load(note_order()) != 0) return true;
    const i64 now = nanotime();
    if (now >= deadline) break;
    ns = deadline - now;
  }
  return key->load(note_order()) != 0;
}

}  // namespace runtime_core
