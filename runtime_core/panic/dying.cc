// The states of an M that is dying (original: startpanic_m, dopanic_m). There are no symbols of Go
// code here, so no stacks are printed, and nothing on the way needs memory.
#include "runtime_core/panic/dying.h"

#include "runtime_core/os/os.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

bool is_traced(const Runtime* rt) { return rt->debug.schedtrace > 0 || rt->debug.scheddetail > 0; }

}  // namespace

void startpanic_m(M* mp) {
  Runtime* rt = mp->rt;
  constexpr i32 second = 1, third = 2;
  switch (mp->dying) {
    case 0:
      mp->dying = 1;
      rt->panicking.fetch_add(1, seq_cst);
      lock(mp, &rt->paniclk);
      // With another lock held the original hangs here, as when all goroutines are asleep.
      if (is_traced(rt) && mp->locks == 1) schedtrace(mp, true);
      freezetheworld(mp);
      return;
    case second:
      mp->dying = 2;
      write_error("panic during panic\n");
      dopanic_m(mp);
      exit(3);
    case third:
      mp->dying = 3;
      write_error("stack trace unavailable\n");
      exit(4);
    default:
      exit(5);
  }
}

void dopanic_m(M* mp) {
  Runtime* rt = mp->rt;
  if (const G* gp = mp->g; gp != nullptr && gp->sig != 0) {
    print_signal({gp->sig, static_cast<i32>(gp->sigcode0), gp->sigcode1, gp->sigpc, 0});
  }
  unlock(mp, &rt->paniclk);
  const u32 before = rt->panicking.fetch_sub(1, seq_cst);
  if (before == 1) return;
  // Some other M will end the process: let it say why. The original takes a lock twice.
  Note never{};
  notetsleep_internal(mp, &never, -1);
}

void die(M* mp) {
  startpanic_m(mp);
  dopanic_m(mp);
}

}  // namespace runtime_core
