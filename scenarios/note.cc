// note: one thread sleeps on a one-shot event, the other wakes it; the sleep may have a time limit.
#include "runtime_core/sync/note.h"

#include "runtime_core/runtime.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  Runtime* rt;
  M* ms;
  alignas(64) Note note;
  alignas(64) Note back;
  alignas(64) u64 message;  // plain: published by the wake-up
  u64 timeouts;
};

constexpr Param params[] = {
    {"rounds", 1, "sleeps, each followed by a clear"},
    {"timeout_ns", -1, "first sleep at most that long; -1: for ever", -1, 1000000000}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->rt = allocate<Runtime>(env);
  s->rt->ncpu = 2;
  s->ms = allocate<M>(env, 2);
  for (u32 i = 0; i < 2; i++) m_init(s->rt, &s->ms[i], static_cast<i32>(i));
}

void sleeper(Env& env, State& s, M* mp) {
  for (i64 round = 1; round <= env.params[0]; round++) {
    if (env.params[1] >= 0 && !notetsleep(mp, &s.note, env.params[1])) {
      s.timeouts++;
      // As stoptheworld does: the same note again, for what was not there in time.
      notesleep(mp, &s.note);
    } else if (env.params[1] < 0) {
      notesleep(mp, &s.note);
    }
    require(s.message == static_cast<u64>(round), "note.one_wakeup", "woken before the message");
    noteclear(&s.note);
    notewakeup(mp, &s.back);
  }
}

void waker(Env& env, State& s, M* mp) {
  for (i64 round = 1; round <= env.params[0]; round++) {
    s.message = static_cast<u64>(round);
    notewakeup(mp, &s.note);
    notesleep(mp, &s.back);
    noteclear(&s.back);
  }
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id == 0) {
    sleeper(env, s, &s.ms[0]);
  } else {
    waker(env, s, &s.ms[1]);
  }
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.message == static_cast<u64>(env.params[0]), "note.one_wakeup", "a round is missing");
  require(!s.ms[0].blocked && !s.ms[1].blocked, "note.one_wakeup", "a thread counts as blocked");
}

}  // namespace

extern const Scenario note_scenario;
const Scenario note_scenario = {"note",
                                "a one-shot event, plain or timed; --tuning lock_flavour=0 or 1",
                                "note_wakeup,note_sleep_done",
                                params,
                                2,
                                thread_count,
                                setup,
                                thread,
                                finish};

}  // namespace scenarios
