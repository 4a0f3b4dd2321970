// Booting a runtime that runs goroutines, and waiting for some of them.
#include "scenarios/goroutines.h"

#include "scenarios/threads.h"

namespace scenarios {

using namespace runtime_core;

u32 late_thread_count(const Env& env) { return static_cast<u32>(env.params[env.param_count - 1]); }

namespace {

void boot(Env& env, GoWorld* w, u32 threads, u32 procs) {
  w->rt = allocate<Runtime>(env);
  w->ms = allocate<M>(env, threads);
  w->rt->sched.runs_goroutines = true;
  // Natively the process goes on after the program.
  if (!simulated) w->rt->hooks.main_returned = runtime_exit;
  start_threads(env, w->rt, w->ms, threads, procs);
  M* m0 = &w->ms[0];
  lock(m0, &w->rt->sched.lock);
  for (u32 i = threads - 1; i > 0; i--) mput(m0, &w->ms[i]);
  unlock(m0, &w->rt->sched.lock);
}

void boot_collecting(Env& env, GoWorld* w, u32 threads, u32 procs) {
  boot(env, w, threads, procs);
  w->rt->stats.next_gc.store(no_goal, relaxed);
  w->rt->stats.enablegc.store(true, relaxed);
}

}  // namespace

void boot_goroutines(Env& env, GoWorld* w, u32 threads, u32 procs, GoroutineFn main, void* arg) {
  boot(env, w, threads, procs);
  newproc(&w->ms[0], main, arg);
}

void boot_go_main(Env& env, GoWorld* w, u32 threads, const Function& main, const uintptr* args,
                  u32 nargs) {
  boot_collecting(env, w, threads, threads);
  newproc(&w->ms[0], main, args, nargs);
}

void boot_go_main_on(Env& env, GoWorld* w, u32 threads, u32 procs, const Function& main,
                     uintptr arg) {
  boot_collecting(env, w, threads, procs);
  newproc(&w->ms[0], main, &arg, 1);
}

M* add_watcher(Env& env, GoWorld* w) {
  auto* mp = allocate<M>(env);
  w->rt->sched.has_sysmon = true;
  newm(&w->ms[0], mp, run_thread, &env);
  env.cloned++;
  return mp;
}

void run_goroutines(GoWorld* w, u32 id) {
  M* mp = &w->ms[id];
  if (id == 0) {
    mstart_goroutines(mp);
  } else {
    mstart_idle(mp);
  }
}

void join_done(G* gp, Join* join) {
  lock(gp->m, &join->lock);
  join->left--;
  G* waiter = join->left == 0 ? join->waiter : nullptr;
  unlock(gp->m, &join->lock);
  if (waiter != nullptr) ready(gp->m, waiter);
}

void join_wait(G* gp, Join* join) {
  lock(gp->m, &join->lock);
  if (join->left == 0) return unlock(gp->m, &join->lock);
  join->waiter = gp;
  goparkunlock(gp, &join->lock, "join");
}

}  // namespace scenarios
