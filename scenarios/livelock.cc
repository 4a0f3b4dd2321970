// livelock: threads that keep each other from getting on, although all of them move, unless they do
// it the right way: what --liveness finds.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

enum Kind : i64 { polite, lock };

constexpr Param params[] = {
    {"kind", polite,
     "0: two threads that both step back when the other wants in, 1: a spin lock that its holder "
     "takes again before the other gets it",
     polite, lock},
    {"right", 1, "1: by turns, or by tickets: all of them end; 0: they need not", 0, 1},
};

struct State {
  alignas(64) std::atomic<u32> wants[2];  // polite: in, or on the way
  alignas(64) std::atomic<u32> turn;
  alignas(64) std::atomic<u32> held;  // lock; with tickets: who is served
  alignas(64) std::atomic<u32> next;  // the next ticket
  alignas(64) std::atomic<u32> over;
};

// Both see each other, step back and try again.
[[gnu::noinline]] void be_polite(State& s, u32 me) {
  for (;;) {
    s.wants[me].store(1, seq_cst);
    if (s.wants[1 - me].load(seq_cst) == 0) break;
    s.wants[me].store(0, seq_cst);
  }
  s.wants[me].store(0, seq_cst);
}

// After Peterson: the one that came last waits.
[[gnu::noinline]] void take_turns(State& s, u32 me) {
  s.wants[me].store(1, seq_cst);
  s.turn.store(1 - me, seq_cst);
  while (s.wants[1 - me].load(seq_cst) != 0 && s.turn.load(seq_cst) == 1 - me) {
  }
  s.wants[me].store(0, seq_cst);
}

[[gnu::noinline]] void acquire_lock(State& s, bool fair) {
  if (!fair) {
    while (s.held.exchange(1, seq_cst) != 0) {
    }
    return;
  }
  // Two threads need no more than two tickets; so states come back.
  const u32 ticket = s.next.fetch_xor(1, seq_cst);
  while (s.held.load(seq_cst) != ticket) {
  }
}

[[gnu::noinline]] void release_lock(State& s, bool fair) {
  if (!fair) return s.held.store(0, seq_cst);
  const u32 served = s.held.load(relaxed);  // only its holder changes it
  s.held.store(1 - served, seq_cst);
}

// Thread 0 works until thread 1 has had its one turn with the lock.
[[gnu::noinline]] void share_lock(State& s, u32 me, bool fair) {
  for (;;) {
    acquire_lock(s, fair);
    if (me == 1) s.over.store(1, relaxed);
    const bool over = s.over.load(relaxed) != 0;
    event(Event::user, me);
    release_lock(s, fair);
    if (over) return;
  }
}

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  const bool right = env.params[1] != 0;
  switch (static_cast<Kind>(env.params[0])) {
    case polite:
      right ? take_turns(s, id) : be_polite(s, id);
      break;
    case lock:
      share_lock(s, id, right);
      break;
  }
}

void finish(Env&) { event(Event::user, 2); }

}  // namespace

extern const Scenario livelock_scenario;
const Scenario livelock_scenario = {.name = "livelock",
                                    .description = "threads keep each other from getting on",
                                    .reaches = "",
                                    .params = params,
                                    .param_count = 2,
                                    .thread_count = thread_count,
                                    .setup = setup,
                                    .thread = thread,
                                    .finish = finish};

}  // namespace scenarios
