// The simulated process: initial stack, clone, and what Linux keeps of signals.
#include "sim/process.h"

#include <linux/auxvec.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace sim {

namespace {

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t signal_stack_bytes_min = 2048;
constexpr std::uint32_t random_bytes = 16;

void* as_pointer(std::uint64_t address) { return reinterpret_cast<void*>(address); }

// Constant: nothing of the host, and the same in every run.
void fill_random(char* at) {
  for (std::uint32_t i = 0; i < random_bytes; i++) at[i] = static_cast<char>(0x9d + 0x3b * i);
}

}  // namespace

bool is_process_call(long number) {
  switch (number) {
    case SYS_clone:
    case SYS_gettid:
    case SYS_rt_sigaction:
    case SYS_rt_sigprocmask:
    case SYS_sigaltstack:
      return true;
    default:
      return false;
  }
}

// As execve lays it out: pointers to arguments, a null, those to variables, a null, and pairs of
// the auxiliary vector, the last one zero; the strings behind.
void Machine::start_process() {
  process = static_cast<ProcessState*>(space.allocate_tool(sizeof(ProcessState)));
  std::vector<std::string> strings = {"tricolor"};
  strings.insert(strings.end(), options.environment.begin(), options.environment.end());
  const std::size_t word_count = strings.size() + 2 + 6;
  std::uint64_t bytes = word_count * sizeof(std::uint64_t) + random_bytes;
  for (const std::string& s : strings) bytes += s.size() + 1;
  auto* words = static_cast<std::uint64_t*>(space.allocate_tool(bytes));
  char* text = reinterpret_cast<char*>(words + word_count);
  env->argc = 1;
  env->argv = reinterpret_cast<const char* const*>(words);
  for (const std::string& s : strings) {
    *words++ = reinterpret_cast<std::uint64_t>(text);
    std::memcpy(text, s.c_str(), s.size() + 1);
    text += s.size() + 1;
    if (&s == &strings[0]) words++;  // the null behind the arguments
  }
  words++;
  fill_random(text);
  const std::uint64_t auxv[] = {AT_PAGESZ, page_bytes, AT_RANDOM,
                                reinterpret_cast<std::uint64_t>(text)};
  std::memcpy(words, auxv, sizeof auxv);
}

// A thread that the setup makes runs once the program does: nobody else moves during the setup. Of
// others there are as many as the scenario has `late` ones.
std::int64_t Machine::clone(const std::uint64_t (&args)[6]) {
  const std::uint32_t child = is_alone() ? process->cloned + 1 : kernel->started;
  if (child >= options.threads - (is_alone() ? options.dormant : 0)) return -EAGAIN;
  ProcessState& p = *process;
  space.mut(p.entry[child]) = {reinterpret_cast<void (*)(std::uint64_t)>(args[3]), args[2]};
  space.mut(p.blocked[child]) = p.blocked[is_alone() ? 0 : hot->current];
  if (is_alone()) {
    space.mut(p.cloned) = child;
  } else {
    spawn();
  }
  return first_thread_id + child;
}

void* Machine::tls() const { return process->tls[is_alone() ? 0 : hot->current]; }
void Machine::set_tls(void* value) {
  space.mut(process->tls[is_alone() ? 0 : hot->current]) = value;
}

std::int64_t Machine::process_call(long number, const std::uint64_t (&args)[6]) {
  const std::uint32_t self = is_alone() ? 0 : hot->current;
  ProcessState& p = *process;
  const auto copy_out = [&](std::uint64_t to, const auto& value) {
    if (to == 0) return;
    if (in_region(to)) space.touch(to, sizeof value);
    std::memcpy(as_pointer(to), &value, sizeof value);
  };
  switch (number) {
    case SYS_clone:
      return clone(args);
    case SYS_gettid:
      return first_thread_id + self;
    case SYS_rt_sigaction: {
      const bool fixed = args[0] == SIGKILL || args[0] == SIGSTOP;
      if (args[0] == 0 || args[0] >= signals_max || args[3] != 8) return -EINVAL;
      if (fixed && args[1] != 0) return -EINVAL;
      copy_out(args[2], p.action[args[0]]);
      if (args[1] != 0) std::memcpy(&space.mut(p.action[args[0]]), as_pointer(args[1]), 32);
      return 0;
    }
    case SYS_rt_sigprocmask:
      if (args[0] != SIG_SETMASK || args[3] != 8) return -EINVAL;
      copy_out(args[2], p.blocked[self]);
      if (args[1] != 0) std::memcpy(&space.mut(p.blocked[self]), as_pointer(args[1]), 8);
      return 0;
    default: {
      SignalStack stack;
      std::memcpy(&stack, as_pointer(args[0]), sizeof stack);
      if (stack.flags == 0 && stack.bytes < signal_stack_bytes_min) return -ENOMEM;
      space.mut(p.signal_stack[self]) = stack;
      return 0;
    }
  }
}

}  // namespace sim
