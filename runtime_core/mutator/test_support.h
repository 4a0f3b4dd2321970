// Go functions in tests: one is run as a goroutine, and says whether all is well.
#pragma once

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core::testing {

// What a test's Go function is given.
struct GoContext {
  explicit GoContext(Program* p) : program(p) { node.name = "node"; }

  Program* program;
  Type node = make_type(2 * ptr_size, mask_pointer_scalar);
  Type pointer = make_type(ptr_size, mask_pointer_pointer);  // an odd mask comes twice
  Type four = make_type(4 * ptr_size, mask_four);
  u64 global[1] = {};
  std::atomic<u64> count{0};
  std::atomic<u64> sum{0};
  bool good = false;
};

inline GoContext& go_context(const Mutator& m) {
  return *reinterpret_cast<GoContext*>(m.number(argument(0)));
}

inline void start_go_function(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  p.rt->stats.enablegc.store(true, relaxed);
  p.rt->stats.next_gc.store(no_goal, relaxed);
  GoContext context(&p);
  add_root_area(gp->m, RootArea{reinterpret_cast<uintptr>(context.global), sizeof(context.global),
                                nullptr, RootKind::data});
  const uintptr args[] = {reinterpret_cast<uintptr>(&context)};
  newproc(gp->m, *static_cast<const Function*>(p.user), args, 1);
  while (p.ran.load(seq_cst) == 0) gosched(gp);
  p.written = context.good;
}

inline void done(Mutator& m, bool good) {
  go_context(m).good = good;
  go_context(m).program->ran.store(1, seq_cst);
}

// Runs f(context *GoContext) as a goroutine on so many Ps; true if it says that all is well.
inline bool runs_well(const Function& f, u32 procs = 1) {
  return succeeds([&] {
    Program p(procs, start_go_function);
    p.user = const_cast<Function*>(&f);
    p.run();
    return p.written == 1;
  });
}

// How the program ends that it does not survive.
inline std::string last_words(const Function& f) {
  return abort_message([&] {
    Program p(1, start_go_function);
    p.user = const_cast<Function*>(&f);
    p.run();
  });
}

}  // namespace runtime_core::testing
