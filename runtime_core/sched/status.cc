// The status word of a G, the only way to change it (original: casgstatus and relatives; facts
// §17.3).
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

bool swap_status(G* gp, u32 old_status, u32 new_status) {
  u32 expected = old_status;
  if (!gp->atomicstatus.compare_exchange_strong(expected, new_status, seq_cst, seq_cst)) {
    return false;
  }
  event(Event::g_status, reinterpret_cast<u64>(gp), old_status, new_status);
  return true;
}

bool may_be_claimed(u32 old_status, u32 new_status) {
  switch (old_status) {
    case g_runnable:
    case g_waiting:
    case g_syscall:
      return new_status == (old_status | g_scan);
    case g_running:
      return new_status == (g_running | g_scan) || new_status == (g_enqueue | g_scan);
    default:
      return false;
  }
}

bool may_be_released(u32 old_status, u32 new_status) {
  switch (old_status) {
    case g_runnable | g_scan:
    case g_waiting | g_scan:
    case g_running | g_scan:
    case g_syscall | g_scan:
      return new_status == (old_status & ~g_scan);
    case g_enqueue | g_scan:
      return new_status == g_waiting;
    default:
      return false;
  }
}

}  // namespace

u32 readgstatus(const G* gp) { return gp->atomicstatus.load(seq_cst); }

// Who scans will not be long; a status that has changed for good is a wait for ever.
void casgstatus(G* gp, u32 old_status, u32 new_status) {
  if (((old_status | new_status) & g_scan) != 0 || old_status == new_status) {
    throw_("casgstatus: bad incoming values");
  }
  const bool runs = new_status == g_running && tuning().skip_clean_stacks != 0;
  if (runs && !rules().scan_valid_after_swap) gp->gcscanvalid.store(false, relaxed);
  while (!swap_status(gp, old_status, new_status)) {
  }
  // Not before: whoever scans it until the swap would say that the scan is still valid.
  if (runs && rules().scan_valid_after_swap) gp->gcscanvalid.store(false, relaxed);
}

// A P-less thread may make it runnable meanwhile, hence no wait for one of the two.
u32 casgcopystack(G* gp) {
  for (;;) {
    const u32 old_status = readgstatus(gp) & ~g_scan;
    if (old_status != g_waiting && old_status != g_runnable) {
      throw_("copystack: bad status, not Gwaiting or Grunnable");
    }
    if (swap_status(gp, old_status, g_copystack)) return old_status;
  }
}

bool castogscanstatus(G* gp, u32 old_status, u32 new_status) {
  if (!may_be_claimed(old_status, new_status)) throw_("castogscanstatus");
  return swap_status(gp, old_status, new_status);
}

void casfrom_gscanstatus(G* gp, u32 old_status, u32 new_status) {
  if (!may_be_released(old_status, new_status) || !swap_status(gp, old_status, new_status)) {
    throw_("casfrom_Gscanstatus: gp->status is not in scan state");
  }
}

}  // namespace runtime_core
