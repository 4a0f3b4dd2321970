// The fault that becomes a panic (original: sighandler, canpanic, sigpanic, panicmem, panicdivide,
// setPanicOnFault).
#include "runtime_core/panic/sigpanic.h"

#include "runtime_core/mutator/mutator.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr i32 segv_maperr = 1, segv_accerr = 2, bus_adrerr = 2;

bool is_nil_access(const SignalInfo& info) {
  const bool segv = info.sig == sigsegv_number;
  const i32 code = info.code;
  if (segv ? code != segv_maperr && code != segv_accerr : code != bus_adrerr) return false;
  return info.address < nil_address_max;
}

const u64* as_words(uintptr at) { return reinterpret_cast<const u64*>(at); }

// The guard page of a control stack, on which sigpanic could not run.
bool is_control_stack(const G* gp, uintptr address) {
  return gp->control_stack - address <= control_stack_bytes;
}

}  // namespace

// A goroutine without Go functions is the runtime's own code, and no call begins while frames
// change. The original's compiler has neither.
bool canpanic(const M* mp, const G* gp) {
  if (gp == nullptr || gp != mp->curg.load(relaxed)) return false;
  if (mp->locks != 0 || mp->mallocing != 0 || mp->gcing != 0 || mp->dying != 0) return false;
  if ((readgstatus(gp) & ~g_scan) != g_running) return false;
  const auto* go = static_cast<const Goroutine*>(gp);
  return go->syscallsp == 0 && go->function != goexit_function && !go->frames_change;
}

// What sigpanic asks in the original is asked here, where the stack is good whatever has happened.
const char* prepare_panic(SignalInfo* info, const M* mp, G* gp) {
  if (!canpanic(mp, gp)) return "unexpected signal during runtime execution";
  const bool may = info->sig == sigfpe_number || is_nil_access(*info) || gp->paniconfault;
  if (!may || is_control_stack(gp, info->address)) return "unexpected fault address";
  gp->sig = info->sig;
  gp->sigcode0 = static_cast<uintptr>(info->code);
  gp->sigcode1 = info->address;
  gp->sigpc = info->pc;
  info->pc = reinterpret_cast<uintptr>(&sigpanic);
  return nullptr;
}

constexpr Function sigpanic_function = {"sigpanic", 0, 0, 0, nullptr, nullptr, nullptr};

void note_dead_frames(const Goroutine* gp) {
  if constexpr (!simulated) return;
  for_each_frame(gp, [](const Frame& frame) {
    if (!frame.dead) return;
    const Function* f = frame.function;
    for (u32 i = 0; i < f->locals; i++) announce_store(as_words(frame.locals) + i, 0);
    for (u32 i = 0; i < f->args; i++) announce_store(as_words(frame.args) + i, 0);
  });
}

void sigpanic() {
  Goroutine* gp = goroutine(getm()->g);
  push_call(gp, sigpanic_function);
  note_dead_frames(gp);
  enter_frame(gp, sigpanic_function);
  if (gp->sig != sigfpe_number) {
    panicstring(gp, "invalid memory address or nil pointer dereference");
  }
  on_system([gp](auto s) {
    const auto code = static_cast<i32>(gp->sigcode0);
    if (code == s.fpe_intdiv) panicstring(gp, "integer divide by zero");
    if (code == s.fpe_intovf) panicstring(gp, "integer overflow");
  });
  panicstring(gp, "floating point error");
}

bool set_panic_on_fault(Goroutine* gp, bool on) {
  const bool old = gp->paniconfault;
  gp->paniconfault = on;
  return old;
}

}  // namespace runtime_core
