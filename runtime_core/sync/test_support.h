// Helpers of the native tests: Ms for plain threads, and running what must end the process.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime_core/runtime.h"

namespace runtime_core {

// A runtime that owns nothing but the Ms of one test's threads.
class TestMachine {
 public:
  explicit TestMachine(u32 threads, i32 ncpu = 2) : rt_(new Runtime{}), ms_(new M[threads]{}) {
    rt_->ncpu = ncpu;
    for (u32 i = 0; i < threads; i++) m_init(rt_.get(), &ms_[i], static_cast<i32>(i));
  }
  M* m(u32 i = 0) { return &ms_[i]; }

 private:
  std::unique_ptr<Runtime> rt_;
  std::unique_ptr<M[]> ms_;
};

// Runs f(0) ... f(threads - 1), each on a thread of its own.
template <class F>
void run_threads(u32 threads, F f) {
  std::vector<std::thread> all;
  for (u32 i = 0; i < threads; i++) all.emplace_back(f, i);
  for (std::thread& t : all) t.join();
}

// Forks with nothing buffered that both processes would print.
inline pid_t fork_flushed() {
  std::cout.flush();
  std::fflush(nullptr);
  return fork();
}

// Runs f in a child process: what it wrote to standard error if it aborted, else "".
template <class F>
std::string abort_message(F f) {
  int fds[2];
  if (pipe(fds) != 0) return "";
  const pid_t child = fork_flushed();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // the test framework's handler would report a crash
    dup2(fds[1], STDERR_FILENO);
    f();
    _exit(0);
  }
  close(fds[1]);
  std::string text;
  char buffer[256];
  for (ssize_t n; (n = read(fds[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  close(fds[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text : "";
}

}  // namespace runtime_core
