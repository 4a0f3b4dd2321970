// lfstack-aba: the classic ABA. A lies above B; thread 0 pops one; thread 1 pops two and pushes
// the first back. Without the push counter, thread 0's swap succeeds on a stale successor.
#include "runtime_core/sync/lfstack.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct Node {
  LfNode link;
  u64 owners;  // plain: two owners at once race on it
};

struct State {
  std::atomic<u64> head;
  alignas(64) Node nodes[2];
};

constexpr Param params[] = {
    {"pushes", 1, "pushes of the first node by thread 1; with k counter bits 2^k wrap the counter",
     1, 1000}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) {
  auto* state = allocate<State>(env);
  env.state = state;
  lfstack_push(&state->head, &state->nodes[1].link);
  lfstack_push(&state->head, &state->nodes[0].link);
}

void own(LfNode* node) {
  if (node != nullptr) reinterpret_cast<Node*>(node)->owners++;
}

void thread(Env& env, u32 id) {
  auto& state = *static_cast<State*>(env.state);
  if (id == 0) {
    own(lfstack_pop(&state.head));
    return;
  }
  LfNode* first = lfstack_pop(&state.head);
  own(first);
  LfNode* second = lfstack_pop(&state.head);
  own(second);
  for (i64 push = 0; first != nullptr && push < env.params[0]; push++) {
    if (push > 0) {
      LfNode* again = lfstack_pop(&state.head);
      if (again == nullptr) break;  // thread 0 took it
      first = again;
    }
    lfstack_push(&state.head, first);
  }
}

// Both nodes must be accounted for, whoever got nothing.
void finish(Env& env) {
  auto& state = *static_cast<State*>(env.state);
  u64 popped = 0;
  for (const Node& node : state.nodes) popped += node.owners;
  u64 left = 0;
  while (left < 4 && lfstack_pop(&state.head) != nullptr) left++;
  require(left <= 2, "lfstack.multiset", "the stack became a cycle");
  // Each own() took a node off; the pushes of thread 1 net to one node given back.
  require(popped + left == 3, "lfstack.multiset", "a node was popped twice or lost");
}

}  // namespace

extern const Scenario lfstack_aba_scenario;
const Scenario lfstack_aba_scenario = {
    "lfstack-aba",
    "two pops and a push against one pop: ABA without the push counter",
    "lfstack_push,lfstack_pop",
    params,
    1,
    thread_count,
    setup,
    thread,
    finish};

}  // namespace scenarios
