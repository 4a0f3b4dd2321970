// The path of SIGPROF, from the timer to the profile (original: sigprof, setcpuprofilerate_m,
// resetcpuprofiler; facts §23).
//
// A signal may come between any two instructions. So the handler takes no lock that its thread may
// hold, asks for no memory, and looks at frames only while nobody changes them.
#include "runtime_core/os/os.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/prof/cpuprof.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/stack/frame.h"

namespace runtime_core {

namespace {

// A goroutine is being left or entered while the M's word and the stack do not fit each other. The
// original also asks whether it is in the middle of a switch, by the program counter: its frames
// are what the registers say. Here they are data, which say themselves when they change.
bool may_walk(const M* mp, const G* gp, uintptr sp) {
  if (gp == nullptr || gp != mp->curg.load(relaxed)) return false;
  if (gp->control_stack - sp >= control_stack_bytes) return false;
  return !static_cast<const Goroutine*>(gp)->frames_change || !rules().sigprof_looks_at_frames;
}

u32 walk(const Goroutine* gp, uintptr* stack) {
  u32 n = 0;
  for_each_frame(gp, [&](const Frame& frame) {
    if (n < profile_depth_max) stack[n++] = reinterpret_cast<uintptr>(frame.function);
  });
  return n;
}

// Of what is no goroutine's: where it is, and the function that it counts for. The original asks
// helpgc, too, which the collector writes while the M is about to sleep: a data race.
u32 pseudo_stack(const M* mp, uintptr pc, uintptr* stack) {
  const bool collects = mp->gcing != 0;
  stack[0] = pc;
  stack[1] = static_cast<uintptr>(collects ? PseudoPlace::gc : PseudoPlace::system);
  return 2;
}

void take(CpuProfile* prof) {
  u32 free = 0;
  while (!prof->lock.compare_exchange_strong(free, 1, seq_cst, seq_cst)) {
    free = 0;
    osyield();
  }
}

}  // namespace

void sigprof(M* mp, G* gp, uintptr pc, uintptr sp) {
  CpuProfile* prof = mp->rt->cpuprof;
  if (prof == nullptr || prof->hz.load(relaxed) == 0) return;
  mp->mallocing++;  // who asks for memory from here on is told so
  if (!rules().sigprof_needs_no_memory) mallocgc(mp, ptr_size, nullptr, flag_no_scan);
  uintptr stack[profile_depth_max];
  u32 n = 0;
  if (may_walk(mp, gp, sp)) n = walk(static_cast<const Goroutine*>(gp), stack);
  if (n == 0) n = pseudo_stack(mp, pc, stack);
  if (rules().sigprof_locks) take(prof);
  if (prof->hz.load(relaxed) != 0) cpuproftick(mp, stack, n);
  if (rules().sigprof_locks) prof->lock.store(0, seq_cst);
  mp->mallocing--;
}

// The timer is the process's: stopped by this M, it may be started again by another that has not
// heard yet. As committed a signal may so come to who holds the lock, and wait for it for ever.
void setcpuprofilerate_m(M* mp, i32 hz) {
  CpuProfile* prof = mp->rt->cpuprof;
  mp->locks++;
  resetcpuprofiler(mp, 0);
  const bool masks = rules().profile_lock_masks_signals;
  const SigSet old = masks ? rtsigprocmask(sigset_all) : 0;
  take(prof);
  prof->hz.store(hz, relaxed);
  prof->lock.store(0, seq_cst);
  if (masks) rtsigprocmask(old);
  lock(mp, &mp->rt->sched.lock);
  mp->rt->sched.profilehz.store(hz, relaxed);
  unlock(mp, &mp->rt->sched.lock);
  if (hz != 0) resetcpuprofiler(mp, hz);
  mp->locks--;
}

void resetcpuprofiler(M* mp, i32 hz) {
  if (hz != 0) setsig(sigprof_number, sigtramp_address(), true);
  setitimer_prof(hz == 0 ? 0 : static_cast<u32>(1'000'000 / hz));
  mp->profilehz = hz;
}

// A hint: who changes the rate starts the timer himself.
void adopt_profile_rate(M* mp) {
  if (mp->rt->cpuprof == nullptr) return;
  const i32 hz = mp->rt->sched.profilehz.load(relaxed);
  if (mp->profilehz != hz) resetcpuprofiler(mp, hz);
}

}  // namespace runtime_core
