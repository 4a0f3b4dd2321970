// Start and end of the program, its threads and their thread-local variables.
#include "embed/process.h"

#include <unistd.h>

#include <cstring>

#include "embed/heap.h"
#include "embed/waits.h"

namespace embed {
namespace {

Process* latest = nullptr;

// Thread-local objects are destroyed last first, then the values of keys.
void run_thread_end(std::uint32_t t) {
  Process& p = the_process();
  while (p.record(t).end_calls != 0) {
    ThreadRecord& r = p.mut(t);
    const EndCall call = r.at_end[--r.end_calls];
    call.function(call.argument);
  }
  for (std::uint32_t key = 0; key < p.own().keys; key++) {
    void* value = p.record(t).keys[key];
    if (value == nullptr || p.own().key_destructors[key] == nullptr) continue;
    p.mut(t).keys[key] = nullptr;
    p.own().key_destructors[key](value);
  }
}

void run_exit_calls() {
  Process& p = the_process();
  while (p.own().exit_calls != 0) {
    ProcessRecord& own = p.mut_own();
    const EndCall call = own.at_exit[--own.exit_calls];
    call.function(call.argument);
  }
  for (const std::uint64_t f : p.image().finalisers()) reinterpret_cast<void (*)()>(f)();
}

}  // namespace

Process& the_process() { return *latest; }

std::string Process::prepare(sim::Machine& machine, Image& image,
                             const std::vector<std::string>& arguments) {
  latest = this;
  machine_ = &machine;
  image_ = &image;
  if (std::string error = image.load(); !error.empty()) return error;
  const std::uint32_t n = machine.options.threads;
  records_ =
      static_cast<ThreadRecord*>(machine.space.allocate_tool(sizeof(ThreadRecord) * (n + 1)));
  own_ = static_cast<ProcessRecord*>(machine.space.allocate_tool(sizeof(ProcessRecord)));
  prepare_waits(machine.space, n);
  tls_stride_ = (image.tls_bytes() + 63) / 64 * 64;
  tls_ = image_base - (std::uint64_t{1} << 30);
  initialise_tls(0);
  prepare_heap(machine.space, image_base - (std::uint64_t{8} << 30));
  copy_arguments(arguments);
  return "";
}

void Process::copy_arguments(const std::vector<std::string>& arguments) {
  argc_ = static_cast<int>(arguments.size());
  argv_ = static_cast<char**>(allocate((arguments.size() + 1) * sizeof(char*), 16));
  for (std::size_t i = 0; i < arguments.size(); i++) {
    argv_[i] = static_cast<char*>(allocate(arguments[i].size() + 1, 16));
    std::memcpy(argv_[i], arguments[i].c_str(), arguments[i].size() + 1);
  }
  argv_[arguments.size()] = nullptr;
}

// The first time what the program made of its memory before the first choice is kept.
void Process::restore() {
  if (ranges_.empty()) {
    ranges_ = image_->writable();
    ranges_.push_back(heap_in_use());
    ranges_.push_back({tls_, tls_ + tls_stride_ * machine_->kernel->started});
    for (const Range& r : ranges_) {
      base_.insert(base_.end(), reinterpret_cast<char*>(r.begin), reinterpret_cast<char*>(r.end));
    }
    return;
  }
  const char* from = base_.data();
  for (const Range& r : ranges_) {
    std::memcpy(reinterpret_cast<void*>(r.begin), from, r.end - r.begin);
    from += r.end - r.begin;
  }
}

void Process::initialise_tls(std::uint32_t t) {
  const Range initial = image_->tls_initial();
  const std::uint64_t bytes = initial.end - initial.begin;
  machine_->space.touch(tls_of(t), tls_stride_);
  std::memset(reinterpret_cast<void*>(tls_of(t)), 0, tls_stride_);
  std::memcpy(reinterpret_cast<void*>(tls_of(t)), reinterpret_cast<void*>(initial.begin), bytes);
}

void Process::run_constructors() {
  for (const std::uint64_t f : image_->initialisers()) {
    reinterpret_cast<void (*)(int, char**, char**)>(f)(argc_, argv_, environ);
  }
}

void Process::run_main() { end_program(image_->main()(argc_, argv_, environ)); }

void Process::run_thread(std::uint32_t t) { end_thread(records_[t].routine(records_[t].argument)); }

void end_thread(void* result) {
  sim::Machine& m = *sim::the_machine;
  const std::uint32_t t = m.current();
  run_thread_end(t);
  the_process().mut(t).result = result;
  m.settle();
  const std::uint32_t heir = joiner_of(t);
  if (heir != sim::no_thread) m.memory->order(m, t, heir);
  m.end_thread(heir);
}

void end_program(int status) {
  sim::Machine& m = *sim::the_machine;
  Process& p = the_process();
  m.touches_all();
  if (p.own().exiting == 0) {
    p.mut_own().exiting = 1;
    if (m.current() == 0) run_thread_end(0);
    run_exit_calls();
  }
  if (status != 0) {
    m.violate("program.exit_status", "the program ended with status " + std::to_string(status));
  }
  for (std::uint32_t t = 1; t < m.kernel->started; t++) {
    if (p.record(t).joined != 0 || p.record(t).detached != 0) continue;
    m.violate("program.leaked_thread",
              "thread " + std::to_string(t) + " was neither joined nor detached");
  }
  m.end_others();
  m.end_thread();
}

}  // namespace embed
