// lfstack: every thread owns a node, and `rounds` times pushes the one it owns and pops one.
#include "runtime_core/sync/lfstack.h"

#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct Node {
  LfNode link;  // first, as in the original's elements
  u64 payload;
};

struct State {
  std::atomic<u64> head;
  alignas(64) Node nodes[32];
};

constexpr Param params[] = {{"threads", 2, "threads, each with a node of its own", 1, 32},
                            {"rounds", 1, "pushes and pops of each thread"}};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

void setup(Env& env) { env.state = allocate<State>(env); }

void thread(Env& env, u32 id) {
  auto& state = *static_cast<State*>(env.state);
  Node* mine = &state.nodes[id];
  for (i64 round = 0; round < env.params[1]; round++) {
    mine->payload++;
    lfstack_push(&state.head, &mine->link);
    mine = reinterpret_cast<Node*>(lfstack_pop(&state.head));
    require(mine != nullptr, "lfstack.multiset", "pop found the stack empty behind its own push");
    mine->payload++;
  }
}

// Every push was popped, so the stack is empty and the payloads count all touches.
void finish(Env& env) {
  auto& state = *static_cast<State*>(env.state);
  require(state.head.load(relaxed) == 0, "lfstack.multiset", "the stack is not empty at the end");
  u64 touched = 0;
  for (i64 t = 0; t < env.params[0]; t++) touched += state.nodes[t].payload;
  require(touched == static_cast<u64>(2 * env.params[0] * env.params[1]), "lfstack.multiset",
          "a payload was touched by two owners at once");
}

u32 role(const Env&, u32) { return 0; }

}  // namespace

extern const Scenario lfstack_scenario;
const Scenario lfstack_scenario = {
    .name = "lfstack",
    .description = "threads push their node onto a lock-free stack and pop one",
    .reaches = "lfstack_push,lfstack_pop",
    .params = params,
    .param_count = 2,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .role = role};

}  // namespace scenarios
