// Threads in a forked child; results come back through shared memory, a violation through the
// line that the aborting runtime writes.
#include "cli/native/run.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>
#include <utility>

#include "cli/native/initial_stack.h"
#include "cli/native/observer.h"

namespace cli::native {
namespace {

// Address space of a scenario's storage; only what is touched becomes memory.
constexpr std::size_t scenario_bytes_max = std::size_t{4} << 30;

void* map_memory(std::size_t bytes, int flags) {
  void* p =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

std::string set_params(const Options& options, const scenarios::Scenario& scenario,
                       scenarios::Env& env) {
  env.procs = options.procs;
  env.param_count = scenario.param_count;
  for (std::uint32_t i = 0; i < scenario.param_count; i++) {
    env.params[i] = scenario.params[i].value;
  }
  // Here a processor is a thread: --procs sets the parameter `threads` too, if there is one.
  for (std::uint32_t i = 0; i < scenario.param_count && options.procs_given; i++) {
    if (std::string_view(scenario.params[i].name) == "threads") env.params[i] = options.procs;
  }
  for (const auto& [name, value] : options.params) {
    std::uint32_t i = 0;
    while (i < scenario.param_count && name != scenario.params[i].name) i++;
    if (i == scenario.param_count) {
      return fmt::format("{} has no parameter '{}'; `tricolor list scenarios` names them",
                         scenario.name, name);
    }
    env.params[i] = value;
  }
  if (options.procs < 1 || options.procs > 32) return "--procs takes 1 to 32";
  const std::uint32_t threads = scenario.thread_count(env);
  if (threads < 1 || threads > 64) return fmt::format("{} threads; natively 1 to 64", threads);
  return "";
}

// What the threads of a run share. Some of them exist before the setup is over.
struct NativeEnv : scenarios::Env {
  const scenarios::Scenario* scenario;
  std::atomic<std::uint32_t> ready{0}, ended{0};
};

// All threads leave together, else the first would be over before the second exists.
void run_thread(scenarios::Env& shared, std::uint32_t id) {
  auto& env = static_cast<NativeEnv&>(shared);
  const std::uint32_t count = env.scenario->thread_count(env);
  env.ready.fetch_add(1, std::memory_order_seq_cst);
  while (env.ready.load(std::memory_order_seq_cst) < count) std::this_thread::yield();
  env.scenario->thread(env, id);
  env.ended.fetch_add(1, std::memory_order_seq_cst);
}

// Thread 0 is the caller; those of Ms are there; the rest have nothing of a runtime.
void run_threads(NativeEnv& env) {
  const std::uint32_t count = env.scenario->thread_count(env);
  std::vector<std::thread> threads;
  for (std::uint32_t id = env.cloned + 1; id < count; id++) {
    threads.emplace_back(run_thread, std::ref(env), id);
  }
  run_thread(env, 0);
  for (std::thread& t : threads) t.join();
  while (env.ended.load(std::memory_order_seq_cst) < count) std::this_thread::yield();
}

[[noreturn]] void run_child(const scenarios::Scenario& scenario, const scenarios::Env& start,
                            Observer& observer, Figures& figures) {
  NativeEnv env{start, &scenario};
  env.run = run_thread;
  scenario.setup(env);
  observer.after_setup(env);
  run_threads(env);
  if (scenario.finish != nullptr) scenario.finish(env);
  for (std::uint32_t i = 0; i < env.result_count; i++) {
    figures.add(env.results[i].name, static_cast<std::uint64_t>(env.results[i].value));
  }
  observer.after_finish(env, figures);
  _exit(exit_clean);
}

// What a scenario reports before it begins: parameters that do not go together.
constexpr const char* unusable_input = "scenario.input";

// Everything from `fd`.
std::string drain(int fd) {
  std::string text;
  char buffer[512];
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

// "fatal error: MESSAGE [INVARIANT]" is what runtime_core::fail writes.
void read_violation(const std::string& text, int status, Outcome& outcome) {
  constexpr std::string_view start = "fatal error: ";
  const auto begin = text.find(start);
  const auto open = text.find(" [", begin);
  const auto close = text.find("]\n", open);
  if (begin == std::string::npos || close == std::string::npos) {
    outcome.invariant = "runtime.fault";
    outcome.message = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                          : fmt::format("exit code {}", WEXITSTATUS(status));
    return;
  }
  outcome.message = text.substr(begin + start.size(), open - begin - start.size());
  outcome.invariant = text.substr(open + 2, close - open - 2);
}

// False when the run ended in a violation or did not start.
bool run_once(const scenarios::Scenario& scenario, const scenarios::Env& env, Observer& observer,
              Figures& figures, Outcome& outcome) {
  int ends[2];
  if (pipe(ends) != 0) {
    outcome.error = "no pipe";
    return false;
  }
  std::cout.flush();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // a test framework's handler would report a crash
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    run_child(scenario, env, observer, figures);
  }
  close(ends[1]);
  const std::string text = child < 0 ? "" : drain(ends[0]);
  close(ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    outcome.error = "cannot start a process";
    return false;
  }
  const bool clean = WIFEXITED(status) && WEXITSTATUS(status) == exit_clean;
  if (!clean) read_violation(text, status, outcome);
  if (outcome.invariant == unusable_input) {
    outcome.error = std::exchange(outcome.message, "");
    outcome.invariant = "";
  } else {
    std::cerr << text;
  }
  return clean;
}

}  // namespace

Outcome run(const Options& options, const scenarios::Scenario& scenario) {
  Outcome outcome;
  scenarios::Env env{};
  outcome.error = set_params(options, scenario, env);
  if (!outcome.error.empty()) return outcome;
  const auto observer = observe(options, env, &outcome.error);
  if (!outcome.error.empty()) return outcome;
  const InitialStack stack(options.environment);
  env.argc = stack.argc();
  env.argv = stack.argv();
  // Private: every child starts from untouched pages.
  env.memory = static_cast<char*>(map_memory(scenario_bytes_max, MAP_PRIVATE));
  auto* figures = static_cast<Figures*>(map_memory(sizeof(Figures), MAP_SHARED));
  if (env.memory == nullptr || figures == nullptr) {
    outcome.error = "cannot map the scenario's memory";
    return outcome;
  }
  env.memory_end = env.memory + scenario_bytes_max;
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const bool limited = options.time_limit > 0;
  const std::uint64_t runs = limited && !options.runs_given ? ~std::uint64_t{0} : options.runs;
  for (std::uint64_t i = 0; i < runs; i++) {
    if (limited && elapsed() >= options.time_limit) {
      outcome.limits = {fmt::format("time_limit={:g} s", options.time_limit)};
      break;
    }
    *figures = {};
    if (!run_once(scenario, env, *observer, *figures, outcome)) break;
    outcome.executions++;
    outcome.error = figures->error;
    if (!outcome.error.empty()) break;
  }
  outcome.seconds = elapsed();
  for (std::uint32_t i = 0; i < figures->count; i++) {
    outcome.results.emplace_back(figures->figure[i].name, figures->figure[i].value);
  }
  munmap(env.memory, scenario_bytes_max);
  munmap(figures, sizeof(Figures));
  return outcome;
}

}  // namespace cli::native
