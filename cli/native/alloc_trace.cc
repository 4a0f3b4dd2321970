// Counts frees by the tracefree hook; the scenario itself compares the runtime's statistics.
#include "cli/native/alloc_trace.h"

#include <atomic>

#include "cli/alloc_input.h"
#include "runtime_core/runtime.h"

namespace cli::native {
namespace {

using namespace runtime_core;

class AllocTraceObserver final : public Observer {
 public:
  explicit AllocTraceObserver(std::unique_ptr<LoadedAllocs> allocs) : allocs_(std::move(allocs)) {
    the_observer = this;  // as in heap_dump.cc
  }

  const scenarios::AllocInput& input() const { return allocs_->input; }

  void after_setup(scenarios::Env& env) override {
    rt_ = *static_cast<Runtime**>(env.state);
    rt_->hooks.tracefree = [](M*, void*, uintptr) { the_observer->frees_.fetch_add(1, relaxed); };
  }

  void after_finish(const scenarios::Env&, Figures& figures) override {
    if (frees_.load(relaxed) != input().frees) {
      fail("alloc.accounting", "the sweeper did not free as many objects as the trace lost");
    }
    const u64 older = input().first_object[0];  // all of them are freed
    const u64 allocations = rt_->stats.nmalloc - older;
    const u64 frees = frees_.load(relaxed) - older;
    figures.add("allocations", allocations);
    figures.add("frees", frees);
    figures.add("frees_unmatched", older);
    figures.add("collections", rt_->work.cycles.load(relaxed));
    figures.add("live_objects_end", allocations - frees);
  }

 private:
  static AllocTraceObserver* the_observer;

  std::unique_ptr<LoadedAllocs> allocs_;
  Runtime* rt_ = nullptr;
  std::atomic<u64> frees_{0};
};

AllocTraceObserver* AllocTraceObserver::the_observer = nullptr;

}  // namespace

std::unique_ptr<Observer> observe_alloc_trace(const Options& options, scenarios::Env& env,
                                              std::string* error) {
  if (options.input.empty()) {
    *error = "alloc-trace needs --input FILE, the output of GODEBUG=allocfreetrace=1";
    return nullptr;
  }
  auto allocs = load_allocs(options.input, error);
  if (!allocs) return nullptr;
  auto observer = std::make_unique<AllocTraceObserver>(std::move(allocs));
  env.input = &observer->input();
  return observer;
}

}  // namespace cli::native
