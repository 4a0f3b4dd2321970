// Notes: who may sleep, and the choice of a flavour (original: noteclear, notewakeup, notesleep,
// notetsleep).
#include "runtime_core/sync/note.h"

#include "runtime_core/runtime.h"

namespace runtime_core {

void noteclear(Note* note) {
  if (tuning().lock_flavour == 0) {
    noteclear_futex(note);
  } else {
    noteclear_sema(note);
  }
}

void notewakeup(M*, Note* note) {
  event(Event::note_wakeup, reinterpret_cast<u64>(note));
  if (tuning().lock_flavour == 0) {
    notewakeup_futex(note);
  } else {
    notewakeup_sema(note);
  }
}

void notesleep(M* mp, Note* note) {
  if (!on_g0(mp)) throw_("notesleep not on g0");
  if (tuning().lock_flavour == 0) {
    notesleep_futex(mp, note);
  } else {
    notesleep_sema(mp, note);
  }
  event(Event::note_sleep_done, reinterpret_cast<u64>(note));
}

bool notetsleep(M* mp, Note* note, i64 ns) {
  // stoptheworld sleeps on the goroutine that collects.
  if (!on_g0(mp) && mp->gcing == 0) throw_("notetsleep not on g0");
  return notetsleep_internal(mp, note, ns);
}

bool notetsleep_internal(M* mp, Note* note, i64 ns) {
  const bool woken =
      tuning().lock_flavour == 0 ? notetsleep_futex(mp, note, ns) : notetsleep_sema(mp, note, ns);
  // A time-out leaves the note as it was: the sleep is not over for whoever waits for the event.
  if (woken) event(Event::note_sleep_done, reinterpret_cast<u64>(note));
  return woken;
}

}  // namespace runtime_core
