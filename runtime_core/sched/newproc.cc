// Goroutines come and go: creation, the end, and the free ones between (original: newproc1,
// goexit0, gfput, gfget, gfpurge, malg, allgadd; facts §17.10, §17.11).
//
// One that runs a Go function has a managed stack for its frames. One that runs a function of the
// runtime's own, in C++, has a control stack alone.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/panic/panic.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/stack/frame.h"

namespace runtime_core {

namespace {

constexpr u64 goid_batch = 16;  // original: GoidCacheBatch
constexpr i64 main_goid = 1;

// Original: goexit0.
G* goexit0(M* mp, G* gp) {
  casgstatus(gp, g_running, g_dead);
  gp->fn = nullptr;
  gp->arg = nullptr;
  gp->param = nullptr;
  gp->waitreason = nullptr;
  gp->paniconfault = false;
  goroutine(gp)->function = goexit_function;
  goroutine(gp)->panics = nullptr;
  if (goroutine(gp)->stack.lo != 0) {
    goroutine(gp)->sp = goroutine(gp)->stack.hi;
    note_stack(goroutine(gp));
  }
  forget_locks(mp, gp);
  dropg(mp);
  gfput(mp, mp->p, gp);
  return nullptr;
}

// The program is over, wherever the other goroutines are.
void end_program(M* mp) {
  Sched& sched = mp->rt->sched;
  mp->rt->exiting.store(1, seq_cst);
  if (sched.has_sysmon) {
    lock(mp, &sched.lock);
    wake_sysmon(mp);
    unlock(mp, &sched.lock);
  }
  if (mp->rt->hooks.main_returned == nullptr) exit(0);
  mp->rt->hooks.main_returned(mp);
}

// What a control stack runs, one program after the other: a free G is left in the mcall, and goes
// on from there with what newproc gives it next.
void run_goroutines(void* value) {
  G* gp = static_cast<M*>(value)->g;
  for (;;) {
    gp->fn(gp, gp->arg);
    if (gp->goid == main_goid && gp->fn != nullptr) end_program(gp->m);
    mcall(gp, goexit0);
  }
}

// Twice the array. The collector may be walking the old one without the lock, so it stays; all of
// them together are no larger than the newest.
void grow_allgs(M* mp) {
  Runtime* rt = mp->rt;
  constexpr u32 first = 64;
  const u32 capacity = rt->allgs_capacity == 0 ? first : 2 * rt->allgs_capacity;
  auto** grown = static_cast<G**>(sys_alloc(capacity * sizeof(G*), &rt->stats.other_sys));
  if (grown == nullptr) out_of_memory("runtime: cannot allocate memory");
  for (u32 i = 0; i < rt->allglen; i++) grown[i] = rt->allgs[i];
  rt->allgs = grown;
  rt->allgs_capacity = capacity;
}

}  // namespace

// With a control stack in place of the managed one.
G* malg(M* mp, void (*entry)(void* m)) {
  auto* gp = static_cast<Goroutine*>(
      persistentalloc(mp, sizeof(Goroutine), cache_line_size, &mp->rt->stats.other_sys));
  g_init(gp, StackKind::user, nullptr);
  gp->control_stack = new_control_stack();
  if (gp->control_stack == 0) out_of_memory("newproc: no control stack for a new goroutine");
  const Context fresh = make_context(gp->control_stack, entry);
  gp->sched = fresh;  // not at once: see set_up_stack
  return gp;
}

// The G is dead: nobody looks at what it does not have yet.
void allgadd(M* mp, G* gp) {
  Runtime* rt = mp->rt;
  lock(mp, &rt->allglock);
  if (rt->allglen == rt->allgs_capacity) grow_allgs(mp);
  rt->allgs[rt->allglen++] = gp;
  unlock(mp, &rt->allglock);
}

namespace {

i64 next_goid(M* mp, P* pp) {
  if (pp->goidcache == pp->goidcacheend) {
    pp->goidcache = mp->rt->sched.goidgen.fetch_add(goid_batch, seq_cst) + 1;
    pp->goidcacheend = pp->goidcache + goid_batch;
  }
  return static_cast<i64>(pp->goidcache++);
}

G* pop_free(G** list) {
  G* gp = *list;
  *list = gp->schedlink;
  return gp;
}

// From pp's list to the global one, until fewer than `n` are left. REQUIRES: gflock.
void give_back_free(M* mp, P* pp, u32 n) {
  Sched& sched = mp->rt->sched;
  while (pp->gfreecnt >= n && pp->gfreecnt != 0) {
    pp->gfreecnt--;
    push_g(&sched.gfree, pop_free(&pp->gfree));
    sched.ngfree.store(sched.ngfree.load(relaxed) + 1, relaxed);
  }
}

// One that is dead, out of a list of free ones or new. REQUIRES: pinned.
G* dead_g(M* mp) {
  G* gp = gfget(mp, mp->p);
  if (gp == nullptr) {
    gp = malg(mp, run_goroutines);
    casgstatus(gp, g_idle, g_dead);
    allgadd(mp, gp);
  }
  if (readgstatus(gp) != g_dead) throw_("newproc1: new g is not Gdead");
  if (!rules().newproc_leaves_scan) gp->gcworkdone.store(false, relaxed);
  return gp;
}

// REQUIRES: pinned, and so since dead_g.
void start(M* mp, G* gp, GoroutineFn fn, void* arg) {
  P* pp = mp->p;
  gp->fn = fn;
  gp->arg = arg;
  casgstatus(gp, g_dead, g_runnable);
  note_discovery(mp);  // its arguments may have left the stack of who starts it, unseen
  const i64 goid = next_goid(mp, pp);
  gp->goid = goid;
  runqput(mp, pp, gp);  // from here on it may run, end and be made another one
  const i64 started = rules().newproc_leaves_started ? goid : gp->goid;
  if (started != main_goid) wake_if_idle(mp);
}

// Room above the first arguments, as the original leaves it: register words.
constexpr uintptr stack_top_words = 4;

// The frame of a call by nobody, in its prologue. The goroutine is dead, so nobody else looks.
void set_up_stack(M* mp, Goroutine* gp, const Function& f, const uintptr* args, u32 nargs) {
  if (f.args * ptr_size >= fixed_stack - 5 * ptr_size) {
    throw_("newproc: function arguments too large for new goroutine");
  }
  if (nargs > f.args) throw_("newproc: more arguments than the function has");
  if (gp->stack.lo == 0) {
    // By way of a variable: g++ announces no store of a structure that a call returns.
    Stack fresh{};
    systemstack(mp, [&] { fresh = stackalloc(mp, fixed_stack); });
    gp->stack = fresh;
  }
  gp->sp = gp->stack.hi - (stack_top_words + f.args) * ptr_size;
  auto* words = reinterpret_cast<uintptr*>(gp->sp);
  for (u32 i = 0; i < f.args; i++) {
    words[i] = i < nargs ? args[i] : 0;
    event(Event::slot_store, reinterpret_cast<u64>(&words[i]), 0, words[i]);
  }
  gp->sp -= ptr_size;
  *reinterpret_cast<const Function**>(gp->sp) = goexit_function;
  gp->function = &f;
  gp->entered = false;
  note_stack(gp);
}

void run_go_function(G* gp, void*) { run_until_goexit(goroutine(gp)); }

}  // namespace

G* newproc(M* mp, GoroutineFn fn, void* arg) {
  if (fn == nullptr) throw_("go of nil func value");
  mp->locks++;
  G* gp = dead_g(mp);
  start(mp, gp, fn, arg);
  mp->locks--;
  return gp;
}

G* newproc(M* mp, const Function& f, const uintptr* args, u32 nargs) {
  mp->locks++;
  G* gp = dead_g(mp);
  set_up_stack(mp, goroutine(gp), f, args, nargs);
  start(mp, gp, run_go_function, nullptr);
  mp->locks--;
  return gp;
}

// On g0. A stack of another size than the usual one is given back.
void gfput(M* mp, P* pp, G* gp) {
  if (readgstatus(gp) != g_dead) throw_("gfput: bad status (not Gdead)");
  Stack& stack = goroutine(gp)->stack;
  if (stack.hi - stack.lo != 0 && stack.hi - stack.lo != fixed_stack) {
    stackfree(mp, stack);
    stack = {};
  }
  push_g(&pp->gfree, gp);
  pp->gfreecnt++;
  if (pp->gfreecnt < tuning().gfree_local) return;
  lock(mp, &mp->rt->sched.gflock);
  give_back_free(mp, pp, tuning().gfree_local / 2);
  unlock(mp, &mp->rt->sched.gflock);
}

G* gfget(M* mp, P* pp) {
  Sched& sched = mp->rt->sched;
  // The count is a hint; the list is looked at under the lock.
  if (pp->gfree == nullptr && sched.ngfree.load(relaxed) != 0) {
    lock(mp, &sched.gflock);
    while (pp->gfreecnt < tuning().gfree_local / 2 && sched.gfree != nullptr) {
      pp->gfreecnt++;
      push_g(&pp->gfree, pop_free(&sched.gfree));
      sched.ngfree.store(sched.ngfree.load(relaxed) - 1, relaxed);
    }
    unlock(mp, &sched.gflock);
  }
  if (pp->gfree == nullptr) return nullptr;
  pp->gfreecnt--;
  return pop_free(&pp->gfree);
}

void gfpurge(M* mp, P* pp) {
  lock(mp, &mp->rt->sched.gflock);
  give_back_free(mp, pp, 0);
  unlock(mp, &mp->rt->sched.gflock);
}

}  // namespace runtime_core
