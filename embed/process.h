// The simulated process: its threads' own things, and the program's start and end.
//
// Threads: as in sim/machine.h, one host thread; functions here are called on fibers unless they
//   say otherwise.
// Invariants: 1. a ThreadRecord lives in the tool area of the Space and is journaled before it is
//   written; 2. thread t of the machine is pthread_t t + 1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "embed/image.h"
#include "sim/machine.h"

namespace embed {

inline constexpr std::uint32_t keys_max = 32;
inline constexpr std::uint32_t thread_end_calls_max = 32;
inline constexpr std::uint32_t exit_calls_max = 1024;

using Routine = void* (*)(void*);

struct EndCall {
  void (*function)(void*);
  void* argument;
};

struct alignas(64) ThreadRecord {
  Routine routine;
  void* argument;
  void* result;
  std::uint32_t joined;         // somebody has waited for its end
  std::uint32_t detached;       // nobody has to
  std::uint64_t exceptions[2];  // the state that libstdc++ keeps a thread
  std::uint32_t end_calls;
  EndCall at_end[thread_end_calls_max];  // destructors of thread-local objects
  void* keys[keys_max];
};

struct alignas(64) ProcessRecord {
  std::uint32_t exit_calls;
  std::uint32_t keys;
  std::uint32_t exiting;
  std::uint64_t random;  // of rand()
  void (*key_destructors[keys_max])(void*);
  EndCall at_exit[exit_calls_max];
};

// One a session; the latest is the_process().
class Process {
 public:
  // Host stack. Loads the image into the machine's region.
  std::string prepare(sim::Machine& machine, Image& image,
                      const std::vector<std::string>& arguments);
  // Host stack, before each execution: what uninstrumented code wrote unseen is undone.
  void restore();

  ThreadRecord& record(std::uint32_t t) { return records_[t]; }
  ThreadRecord& mut(std::uint32_t t) { return machine_->space.mut(records_[t]); }
  ProcessRecord& own() { return *own_; }
  ProcessRecord& mut_own() { return machine_->space.mut(*own_); }
  // The block of thread-local variables of thread `t`.
  std::uint64_t tls_of(std::uint32_t t) const { return tls_ + t * tls_stride_; }
  void initialise_tls(std::uint32_t t);
  const Image& image() const { return *image_; }
  // The running thread; constructors of globals run as thread 0.
  std::uint32_t self() const {
    const std::uint32_t t = machine_->current();
    return t == machine_->options.threads ? 0 : t;
  }

  void run_constructors();
  void run_main();
  void run_thread(std::uint32_t t);

 private:
  void copy_arguments(const std::vector<std::string>& arguments);

  sim::Machine* machine_ = nullptr;
  Image* image_ = nullptr;
  ThreadRecord* records_ = nullptr;
  ProcessRecord* own_ = nullptr;
  std::uint64_t tls_ = 0, tls_stride_ = 0;
  int argc_ = 0;
  char** argv_ = nullptr;
  std::vector<Range> ranges_;
  std::vector<char> base_;
};

Process& the_process();

// The running thread returns `result` to whoever joins it.
[[noreturn]] void end_thread(void* result);
// The whole program ends; a status other than 0 is a violation.
[[noreturn]] void end_program(int status);

}  // namespace embed
