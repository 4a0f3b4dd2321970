// Goroutines come and go: creation, the end, and the free ones between (original: newproc1,
// goexit0, gfput, gfget, gfpurge, malg, allgadd; facts §17.10, §17.11).
#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

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
    if (gp->goid == main_goid) end_program(gp->m);
    mcall(gp, goexit0);
  }
}

// Original: malg, with a control stack in place of the managed one.
G* malg(M* mp) {
  auto* gp =
      static_cast<G*>(persistentalloc(mp, sizeof(G), cache_line_size, &mp->rt->stats.other_sys));
  g_init(gp, StackKind::user, nullptr);
  gp->control_stack = new_control_stack();
  if (gp->control_stack == 0) out_of_memory("newproc: no control stack for a new goroutine");
  gp->sched = make_context(gp->control_stack, run_goroutines);
  return gp;
}

// Twice the array; the old one may be read by who holds the lock alone.
void grow_allgs(M* mp) {
  Runtime* rt = mp->rt;
  constexpr u32 first = 64;
  const u32 capacity = rt->allgs_capacity == 0 ? first : 2 * rt->allgs_capacity;
  auto** grown = static_cast<G**>(sys_alloc(capacity * sizeof(G*), &rt->stats.other_sys));
  if (grown == nullptr) out_of_memory("runtime: cannot allocate memory");
  for (u32 i = 0; i < rt->allglen; i++) grown[i] = rt->allgs[i];
  if (rt->allgs != nullptr) {
    sys_free(rt->allgs, rt->allgs_capacity * sizeof(G*), &rt->stats.other_sys);
  }
  rt->allgs = grown;
  rt->allgs_capacity = capacity;
}

// Original: allgadd. The G is dead: nobody looks at what it does not have yet.
void allgadd(M* mp, G* gp) {
  Runtime* rt = mp->rt;
  lock(mp, &rt->allglock);
  if (rt->allglen == rt->allgs_capacity) grow_allgs(mp);
  rt->allgs[rt->allglen++] = gp;
  unlock(mp, &rt->allglock);
}

i64 next_goid(M* mp, P* pp) {
  if (pp->goidcache == pp->goidcacheend) {
    pp->goidcache = mp->rt->sched.goidgen.fetch_add(goid_batch, seq_cst) + 1;
    pp->goidcacheend = pp->goidcache + goid_batch;
  }
  return static_cast<i64>(pp->goidcache++);
}

void push_free(G** list, G* gp) {
  gp->schedlink = *list;
  *list = gp;
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
    push_free(&sched.gfree, pop_free(&pp->gfree));
    sched.ngfree.store(sched.ngfree.load(relaxed) + 1, relaxed);
  }
}

}  // namespace

G* newproc(M* mp, GoroutineFn fn, void* arg) {
  if (fn == nullptr) throw_("go of nil func value");
  mp->locks++;
  P* pp = mp->p;
  G* gp = gfget(mp, pp);
  if (gp == nullptr) {
    gp = malg(mp);
    casgstatus(gp, g_idle, g_dead);
    allgadd(mp, gp);
  }
  if (readgstatus(gp) != g_dead) throw_("newproc1: new g is not Gdead");
  gp->fn = fn;
  gp->arg = arg;
  casgstatus(gp, g_dead, g_runnable);
  gp->goid = next_goid(mp, pp);
  runqput(mp, pp, gp);
  if (gp->goid != main_goid) wake_if_idle(mp);
  mp->locks--;
  return gp;
}

void gfput(M* mp, P* pp, G* gp) {
  if (readgstatus(gp) != g_dead) throw_("gfput: bad status (not Gdead)");
  push_free(&pp->gfree, gp);
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
      push_free(&pp->gfree, pop_free(&sched.gfree));
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
