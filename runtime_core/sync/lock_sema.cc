// Locks and notes on one semaphore a thread (original: lock_sema.go; facts §16.2).
//
// A lock word holds `locked` in bit 0 and above it the head of a last-in-first-out list of waiting
// Ms, linked by nextwaitm. Anybody pushes, only the holder pops: so the head's nextwaitm stays as
// the holder read it until its compare-and-swap, and the list needs no counter against reuse.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/note.h"

namespace runtime_core {

namespace {

constexpr uintptr locked = 1;

uintptr as_word(M* mp) { return reinterpret_cast<uintptr>(mp); }

M* waiters(uintptr v) { return reinterpret_cast<M*>(v & ~locked); }

bool swap(std::atomic<uintptr>* key, uintptr old, uintptr value) {
  return key->compare_exchange_strong(old, value, seq_cst, seq_cst);
}

void need_semaphore(M* mp) {
  if (mp->waitsema == 0) mp->waitsema = semacreate(mp);
}

// What the barrier does that follows the store of a pointer to an object of the heap, as Ms are in
// the original: to queue it, it takes a work buffer, and makes one if there is none.
void shade_as_object(M* mp) {
  if (rules().lock_links_plainly || mp->inwb) return;
  mp->inwb = true;
  putpartial(mp, getpartialorempty(mp));
  mp->inwb = false;
}

// Pushes mp onto the waiters of a lock that was seen locked with word v; false if it was freed
// meanwhile. The swap publishes nextwaitm to the holder's load of the key.
bool enqueue(M* mp, std::atomic<uintptr>* key, uintptr v) {
  while ((v & locked) != 0) {
    mp->nextwaitm = waiters(v);
    runtime_stored(mp, &mp->nextwaitm);  // L15: may lock, which changes nextwaitm
    shade_as_object(mp);
    if (swap(key, v, as_word(mp) | locked)) return true;
    v = key->load(seq_cst);
  }
  return false;
}

// Registers mp as the sleeper; false if the wake-up came first.
bool register_sleeper(M* mp, std::atomic<uintptr>* key, const char* out_of_sync) {
  need_semaphore(mp);
  if (swap(key, 0, as_word(mp))) return true;
  if (key->load(seq_cst) != locked) throw_(out_of_sync);
  return false;
}

i32 blocked_semasleep(M* mp, i64 ns) {
  mp->blocked = true;
  const i32 result = semasleep(mp, ns);
  mp->blocked = false;
  return result;
}

// After a time-out: true if a wake-up came after all. Its unit is taken, as the waker grants it
// to this M and nobody else will.
bool unregister_sleeper(M* mp, std::atomic<uintptr>* key) {
  for (;;) {
    const uintptr v = key->load(seq_cst);
    if (v == as_word(mp)) {
      if (swap(key, v, 0)) return false;
    } else if (v == locked) {
      if (!rules().note_timeout_takes_unit) return false;
      if (blocked_semasleep(mp, -1) < 0) {
        throw_("runtime: unable to acquire - semaphore out of sync");
      }
      return true;
    } else {
      throw_("runtime: unexpected waitm - semaphore out of sync");
    }
  }
}

}  // namespace

void lock_sema(M* mp, Mutex* mutex) {
  std::atomic<uintptr>* key = &mutex->key;
  if (swap(key, 0, locked)) return;
  need_semaphore(mp);
  // On one processor the holder cannot run while we spin.
  const u32 active = mp->rt->ncpu > 1 ? tuning().mutex_active_spin : 0;
  const u32 passive = active + tuning().mutex_passive_spin;
  for (u32 i = 0;;) {
    const uintptr v = key->load(seq_cst);
    if ((v & locked) == 0) {
      if (swap(key, v, v | locked)) return;
      i = 0;
    }
    if (i < active) {
      i++;
      procyield(tuning().mutex_active_spin_count);
    } else if (i < passive) {
      i++;
      osyield();
    } else {
      if (enqueue(mp, key, v)) semasleep(mp, -1);
      i = 0;  // woken, not owner: compete again
    }
  }
}

void unlock_sema(Mutex* mutex) {
  std::atomic<uintptr>* key = &mutex->key;
  for (;;) {
    const uintptr v = key->load(seq_cst);
    // The original has no such check and would follow a null list.
    if ((v & locked) == 0) throw_("unlock of unlocked lock");
    if (v == locked) {
      if (swap(key, v, 0)) return;
      continue;
    }
    M* head = waiters(v);
    // Clears the lock bit too: nextwaitm holds a bare pointer.
    if (swap(key, v, as_word(head->nextwaitm))) {
      semawakeup(head);
      return;
    }
  }
}

// Nobody else looks at the note: the sleeper is the caller, and the waker has not been told.
void noteclear_sema(Note* note) { note->key.store(0, relaxed); }

void notewakeup_sema(Note* note) {
  uintptr v;
  do {
    v = note->key.load(seq_cst);
  } while (!swap(&note->key, v, locked));
  if (v == locked) throw_("notewakeup - double wakeup");
  if (v != 0) semawakeup(reinterpret_cast<M*>(v));
}

void notesleep_sema(M* mp, Note* note) {
  if (!register_sleeper(mp, &note->key, "notesleep - waitm out of sync")) return;
  blocked_semasleep(mp, -1);
}

bool notetsleep_sema(M* mp, Note* note, i64 ns) {
  if (!register_sleeper(mp, &note->key, "notetsleep - waitm out of sync")) return true;
  if (ns < 0) {
    blocked_semasleep(mp, -1);
    return true;
  }
  const i64 deadline = deadline_after(ns);
  while (ns > 0) {
    if (blocked_semasleep(mp, ns) >= 0) return true;
    // Timed out or interrupted, and still registered.
    ns = deadline - nanotime();
  }
  return unregister_sleeper(mp, &note->key);
}

}  // namespace runtime_core
