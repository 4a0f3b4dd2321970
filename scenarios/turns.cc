// turns: must fail, but only deep down. Threads take turns, each has one try at each of its turns,
// and only the order in which none fails is a violation.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"turns", 4, "that must be taken in order; a random schedule keeps one in about four", 1, 60},
    {"threads", 2, "among which the turns go round", 2, 8},
};

struct Turns {
  std::atomic<u64> taken;
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[1]); }

void setup(Env& env) { env.state = allocate<Turns>(env); }

void thread(Env& env, u32 id) {
  auto* t = static_cast<Turns*>(env.state);
  for (u64 turn = id; turn < static_cast<u64>(env.params[0]); turn += thread_count(env)) {
    if (t->taken.load(seq_cst) != turn) return;
    t->taken.store(turn + 1, seq_cst);
  }
}

void finish(Env& env) {
  const u64 taken = static_cast<Turns*>(env.state)->taken.load(relaxed);
  require(taken != static_cast<u64>(env.params[0]), "turns.kept", "all turns were taken");
}

u64 coverage(const Env& env) { return static_cast<const Turns*>(env.state)->taken.load(relaxed); }

}  // namespace

extern const Scenario turns_scenario;
const Scenario turns_scenario = {.name = "turns",
                                 .description = "must fail: one order of many is a violation",
                                 .reaches = "",
                                 .params = params,
                                 .param_count = 2,
                                 .thread_count = thread_count,
                                 .setup = setup,
                                 .thread = thread,
                                 .finish = finish,
                                 .coverage = coverage};

}  // namespace scenarios
