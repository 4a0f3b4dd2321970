// Deadlines of descriptors, by timers (original: netpoll.go).
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

// REQUIRES: pd->lock. The goroutine that has waited, if there is one.
G* expire(PollDesc* pd, PollMode mode) {
  PollSide& side = side_of(pd, mode);
  if (side.deadline.load(relaxed) <= 0) throw_("netpolldeadlineimpl: inconsistent deadline");
  side.deadline.store(-1, seq_cst);
  return netpoll_end_wait(pd, mode, false);
}

// Original: netpolldeadlineimpl. By the goroutine of the timers, which may come too late: the
// deadline has been set anew.
void expire_if_meant(G* self, PollDesc* pd, uintptr seq, bool reading, bool writing) {
  G* reader = nullptr;
  G* writer = nullptr;
  lock(self->m, &pd->lock);
  const bool meant = seq == pd->seq || !rules().netpoll_deadlines_have_seq;
  if (meant && reading) {
    reader = expire(pd, PollMode::read);
    side_of(pd, PollMode::read).timer.f = nullptr;
  }
  if (meant && writing) {
    writer = expire(pd, PollMode::write);
    side_of(pd, PollMode::write).timer.f = nullptr;
  }
  unlock(self->m, &pd->lock);
  if (reader != nullptr) ready(self->m, reader);
  if (writer != nullptr) ready(self->m, writer);
}

void read_deadline(G* self, void* pd, uintptr seq) {
  expire_if_meant(self, static_cast<PollDesc*>(pd), seq, true, false);
}
void write_deadline(G* self, void* pd, uintptr seq) {
  expire_if_meant(self, static_cast<PollDesc*>(pd), seq, false, true);
}
void both_deadlines(G* self, void* pd, uintptr seq) {
  expire_if_meant(self, static_cast<PollDesc*>(pd), seq, true, true);
}

void start(G* gp, PollDesc* pd, PollMode mode, void (*f)(G*, void*, uintptr)) {
  PollSide& side = side_of(pd, mode);
  side.timer = {-1, side.deadline.load(relaxed), 0, f, pd, pd->seq};
  addtimer(gp, &side.timer);
}

}  // namespace

void netpolldeltimers(G* gp, PollDesc* pd) {
  for (PollSide& side : pd->side) {
    if (side.timer.f == nullptr) continue;
    deltimer(gp, &side.timer);
    side.timer.f = nullptr;
  }
}

// Original: netpollSetDeadline.
void netpollsetdeadline(G* gp, PollDesc* pd, i64 when, bool reading, bool writing) {
  G* reader = nullptr;
  G* writer = nullptr;
  lock(gp->m, &pd->lock);
  if (pd->closing.load(relaxed)) return unlock(gp->m, &pd->lock);
  pd->seq++;  // timers that run already are not meant any more
  netpolldeltimers(gp, pd);
  if (when != 0 && when <= nanotime()) when = -1;
  std::atomic<i64>& rd = side_of(pd, PollMode::read).deadline;
  std::atomic<i64>& wd = side_of(pd, PollMode::write).deadline;
  if (reading) rd.store(when, seq_cst);
  if (writing) wd.store(when, seq_cst);
  const i64 read_at = rd.load(relaxed), write_at = wd.load(relaxed);
  if (read_at > 0 && read_at == write_at) {
    start(gp, pd, PollMode::read, both_deadlines);
  } else {
    if (read_at > 0) start(gp, pd, PollMode::read, read_deadline);
    if (write_at > 0) start(gp, pd, PollMode::write, write_deadline);
  }
  if (read_at < 0) reader = netpoll_end_wait(pd, PollMode::read, false);
  if (write_at < 0) writer = netpoll_end_wait(pd, PollMode::write, false);
  unlock(gp->m, &pd->lock);
  if (reader != nullptr) ready(gp->m, reader);
  if (writer != nullptr) ready(gp->m, writer);
}

}  // namespace runtime_core
