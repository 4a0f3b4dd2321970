// The threads of a scenario's Ms, by the runtime's own way to start them.
#include "scenarios/threads.h"

#include "runtime_core/sched/sched.h"

namespace scenarios {

using namespace runtime_core;

void run_thread(M* mp) {
  Env& env = *static_cast<Env*>(mp->mstartarg);
  env.run(env, static_cast<u32>(mp->id));
}

void start_threads(Env& env, Runtime* rt, M* ms, u32 count, u32 procs) {
  rt0_go(rt, &ms[0], env.argc, env.argv, procs != 0 ? procs : count);
  for (u32 i = 1; i < count; i++) {
    newm(&ms[0], &ms[i], run_thread, &env);
    env.cloned = i;
  }
}

}  // namespace scenarios
