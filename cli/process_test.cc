// The simulated process: how the threads of Ms begin, its signals, and what its variables change.
#include "sim/process.h"

#include <doctest/doctest.h>

#include <csignal>

#include "cli/recording.h"
#include "cli/session.h"
#include "cli/test_folder.h"
#include "cli/test_options.h"
#include "runtime_core/os/thread.h"
#include "runtime_core/runtime.h"

namespace cli {
namespace {

Options sweep(std::vector<std::string> environment = {}) {
  Options o = explore_options("sweep-alloc", "random");
  o.environment = std::move(environment);
  return o;
}

TEST_CASE("the threads of Ms are cloned, with signal stacks of their own") {
  Session s;
  REQUIRE(s.set_up(sweep(), {}) == "");
  const sim::ProcessState& p = *s.machine.process;
  REQUIRE(s.machine.options.threads >= 2);
  CHECK(p.cloned == s.machine.options.threads - 1);
  CHECK((p.entry[0].function == nullptr));
  for (std::uint32_t t = 0; t < s.machine.options.threads; t++) {
    CAPTURE(t);
    CHECK((p.entry[t].function != nullptr) == (t > 0));
    CHECK(p.blocked[t] == 0);
    CHECK(p.signal_stack[t].address != 0);
    CHECK(p.signal_stack[t].bytes == runtime_core::gsignal_stack_bytes);
    for (std::uint32_t other = 0; other < t; other++) {
      CHECK(p.signal_stack[t].address != p.signal_stack[other].address);
    }
  }
  for (std::uint32_t sig = 1; sig < sim::signals_max; sig++) {
    CAPTURE(sig);
    const bool fault = sig == SIGILL || sig == SIGTRAP || sig == SIGBUS || sig == SIGFPE ||
                       sig == SIGSEGV || sig == SIGSTKFLT;
    CHECK((p.action[sig].handler != 0) == fault);
  }
  const auto* rt =
      static_cast<const runtime_core::Runtime*>(reinterpret_cast<const void*>(s.shadow.runtime));
  REQUIRE(rt != nullptr);
  CHECK(rt->process.startup_random_data_len == 16);
  CHECK(rt->process.hashkey[0] == 0x9d);
  for (const runtime_core::M* m = rt->allm.load(); m != nullptr; m = m->alllink) {
    CHECK(m->procid == static_cast<std::uint64_t>(sim::first_thread_id + m->id));
  }
}

TEST_CASE("threads without an M begin by the machine") {
  Session s;
  REQUIRE(s.set_up(explore_options("lfstack", "random"), {}) == "");
  CHECK(s.machine.process->cloned == 0);
  CHECK((s.machine.process->entry[1].function == nullptr));
}

TEST_CASE("GODEBUG and GOGC reach the simulated runtime, whatever the host's are") {
  setenv("GODEBUG", "efence=1", 1);
  Session s;
  const std::string error = s.set_up(sweep({"GODEBUG=gctrace=2", "GOGC=50"}), {});
  unsetenv("GODEBUG");
  REQUIRE(error == "");
  const auto* rt =
      static_cast<const runtime_core::Runtime*>(reinterpret_cast<const void*>(s.shadow.runtime));
  CHECK(rt->debug.gctrace == 2);
  CHECK(rt->debug.efence == 0);
  CHECK(rt->work.gcpercent.load() == 50);
}

TEST_CASE("a recorded execution keeps its environment") {
  Options o = sweep({"GODEBUG=allocfreetrace=1"});
  const traces::Trace trace = trace_of(o, {}, {});
  CHECK(header_problem(trace) == "");
  CHECK(options_of(trace, {}).environment == o.environment);
  o.environment = {"GOGC=1"};
  CHECK(options_of(trace_of(sweep(), {}, {}), o).environment.empty());
}

}  // namespace
}  // namespace cli
