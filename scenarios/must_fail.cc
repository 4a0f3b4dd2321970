// must-fail: one way to go wrong per value of `what`; shows that the simulator reports each.
#include "runtime_core/os/os.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"what", 0,
     "0: outgrow the stack, 1: write to address 8, 2: sleep for ever, 3: wait for ever for a "
     "value, "
     "4: an unknown system call, 5: fill the scenario's storage, 6: an illegal instruction"},
};

// Volatile: the compiler would see through it.
volatile const uintptr no_address = 8;

struct State {
  std::atomic<u32> word;
};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

// Not a tail call, and not a loop: every level keeps its frame. It is large, so that it reaches the
// end of the stack first, and not the simulator's own frames, whose sizes are its compiler's.
[[gnu::noinline]] u64 outgrow(std::atomic<u32>& word, u64 depth) {
  volatile char frame[16 << 10];
  frame[depth % sizeof frame] = 1;
  if (word.load(relaxed) == 7) return depth;
  return outgrow(word, depth + 1) + static_cast<u64>(frame[depth % sizeof frame]);
}

void thread(Env& env, u32 id) {
  auto& word = static_cast<State*>(env.state)->word;
  if (id != 0) {
    word.store(0, seq_cst);
    return;
  }
  switch (env.params[0]) {
    case 0:
      word.store(static_cast<u32>(outgrow(word, 0)), relaxed);
      break;
    case 1:
      word.store(0, seq_cst);
      *reinterpret_cast<volatile u64*>(no_address) = 1;
      break;
    case 2:
      futexsleep(&word, 0, -1);
      break;
    case 3:
      while (word.load(seq_cst) == 0) {
      }
      break;
    case 4:
      syscall6(9999);
      break;
    case 5:
      while (allocate<char[1 << 20]>(env) != nullptr) word.store(0, seq_cst);
      break;
    default:
      word.store(0, seq_cst);
      __builtin_trap();
  }
}

void finish(Env&) {}

}  // namespace

extern const Scenario must_fail_scenario;
const Scenario must_fail_scenario = {"must-fail", "must fail: the simulator's own reports",
                                     "",          params,
                                     1,           thread_count,
                                     setup,       thread,
                                     finish};

}  // namespace scenarios
