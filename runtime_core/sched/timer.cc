// The heap of timers, the goroutine that runs them, and sleep (original: time.go; facts §19.6).
#include "runtime_core/sched/timer.h"

#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr u32 children = 4;
constexpr i64 latest = i64{1} << 62;

Timers& timers_of(M* mp) { return mp->rt->timers; }

void place(Timers& timers, u32 i, Timer* t) {
  timers.t[i] = t;
  t->i = static_cast<i32>(i);
}

// Original: siftupTimer.
void sift_up(Timers& timers, u32 i) {
  Timer* moving = timers.t[i];
  while (i > 0) {
    const u32 parent = (i - 1) / children;
    if (moving->when >= timers.t[parent]->when) break;
    place(timers, i, timers.t[parent]);
    i = parent;
  }
  place(timers, i, moving);
}

// Of the children from `first` on, the one that is due first.
u32 first_due(const Timers& timers, u32 first) {
  u32 best = first;
  for (u32 c = first + 1; c < first + children && c < timers.len; c++) {
    if (timers.t[c]->when < timers.t[best]->when) best = c;
  }
  return best;
}

// Original: siftdownTimer.
void sift_down(Timers& timers, u32 i) {
  Timer* moving = timers.t[i];
  for (u32 child = i * children + 1; child < timers.len; child = i * children + 1) {
    const u32 best = first_due(timers, child);
    if (timers.t[best]->when >= moving->when) break;
    place(timers, i, timers.t[best]);
    i = best;
  }
  place(timers, i, moving);
}

void remove(Timers& timers, u32 i) {
  Timer* gone = timers.t[i];
  Timer* last = timers.t[--timers.len];
  if (i != timers.len) {
    place(timers, i, last);
    if (rules().deltimer_sifts) sift_up(timers, i);
    sift_down(timers, static_cast<u32>(last->i));
  }
  gone->i = -1;
}

// The outgrown array stays: it is smaller than the new one.
void grow(M* mp, Timers& timers) {
  constexpr u32 least = 16;
  const u32 capacity = timers.capacity == 0 ? least : 2 * timers.capacity;
  auto** t = static_cast<Timer**>(
      persistentalloc(mp, capacity * sizeof(Timer*), 0, &mp->rt->stats.other_sys));
  for (u32 i = 0; i < timers.len; i++) t[i] = timers.t[i];
  timers.t = t;
  timers.capacity = capacity;
}

// Takes down that the first timer, which is due, has had its turn.
void reschedule(Timers& timers, Timer* t, i64 late) {
  if (t->period <= 0) return remove(timers, 0);
  t->when += t->period * (1 + late / t->period);
  sift_down(timers, 0);
}

// Runs what is due. Nanoseconds until the next one is; negative: there is none.
// REQUIRES: lock; released while a timer's function runs.
i64 run_due(G* gp, Timers& timers) {
  const i64 now = nanotime();
  while (timers.len > 0) {
    Timer* t = timers.t[0];
    if (t->when > now) return t->when - now;
    reschedule(timers, t, now - t->when);
    // Read here: once the lock is released, the timer is its owner's.
    const auto f = t->f;
    void* arg = t->arg;
    const uintptr seq = t->seq;
    unlock(gp->m, &timers.lock);
    f(gp, arg, seq);
    lock(gp->m, &timers.lock);
  }
  return -1;
}

void timerproc(G* gp, void*) {
  Timers& timers = timers_of(gp->m);
  gp->issystem = true;
  for (;;) {
    lock(gp->m, &timers.lock);
    timers.sleeping = false;
    const i64 delay = run_due(gp, timers);
    if (delay < 0) {
      timers.rescheduling = true;
      goparkunlock(gp, &timers.lock, "timer goroutine (idle)");
      continue;
    }
    timers.sleeping = true;
    noteclear(&timers.waitnote);
    unlock(gp->m, &timers.lock);
    notetsleepg(gp, &timers.waitnote, delay);
  }
}

// The goroutine waits for a later time, or for any timer at all.
void wake_timerproc(M* mp, Timers& timers) {
  if (timers.sleeping) {
    timers.sleeping = false;
    notewakeup(mp, &timers.waitnote);
  }
  if (timers.rescheduling) {
    timers.rescheduling = false;
    ready(mp, timers.gp);
  }
}

// Original: addtimerLocked. REQUIRES: lock.
void add_locked(M* mp, Timers& timers, Timer* t) {
  if (t->when < 0) t->when = latest;  // an overflow
  if (timers.len == timers.capacity) grow(mp, timers);
  timers.t[timers.len] = t;
  sift_up(timers, timers.len++);
  if (t->i == 0 && rules().addtimer_wakes) wake_timerproc(mp, timers);
  if (timers.created) return;
  timers.created = true;
  timers.gp = newproc(mp, timerproc, nullptr);
}

// Original: goroutineReady.
void make_ready(G* self, void* sleeper, uintptr) { ready(self->m, static_cast<G*>(sleeper)); }

}  // namespace

void addtimer(G* gp, Timer* t) {
  Timers& timers = timers_of(gp->m);
  lock(gp->m, &timers.lock);
  add_locked(gp->m, timers, t);
  unlock(gp->m, &timers.lock);
}

bool deltimer(G* gp, Timer* t) {
  Timers& timers = timers_of(gp->m);
  lock(gp->m, &timers.lock);
  const i32 i = t->i;
  const bool found = i >= 0 && static_cast<u32>(i) < timers.len && timers.t[i] == t;
  if (found) remove(timers, static_cast<u32>(i));
  unlock(gp->m, &timers.lock);
  return found;
}

void time_sleep(G* gp, i64 ns) {
  if (ns <= 0) return;
  Timers& timers = timers_of(gp->m);
  Timer t{-1, nanotime() + ns, 0, make_ready, gp, 0};
  lock(gp->m, &timers.lock);
  add_locked(gp->m, timers, &t);
  goparkunlock(gp, &timers.lock, "sleep");
}

}  // namespace runtime_core
