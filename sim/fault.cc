// Fault handler on an alternate stack, frame-pointer walks, symbols.
#include "sim/fault.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <boost/stacktrace/frame.hpp>

#include "sim/machine.h"
#include "sim/surroundings.h"

namespace sim {

std::string (*symbolise_program)(std::uint64_t pc) = nullptr;

namespace {

constexpr std::size_t fault_stack_bytes = 1 << 20;
char* landing_stack = nullptr;
void* alternate_stack = nullptr;
std::uint64_t fault_address = 0;
std::uint64_t fault_pc = 0;
std::uint64_t fault_frame = 0;
int fault_signal = 0;

const Fiber& running_fiber() { return the_machine->running_stack(); }

bool on_fiber(std::uint64_t sp) {
  const Fiber& f = running_fiber();
  return sp >= f.low - guard_bytes && sp <= f.top;
}

bool is_machine_code(std::uint64_t pc, const std::string& where) {
  if (symbolise_program != nullptr) return !in_region(pc);
  // The trampolines of sim/hooks.cc have no lines.
  return where.find("(sim/") != std::string::npos || where.starts_with("__tsan_");
}

// Where the program under test was: an access that a hook carries out faults in the hook.
std::string fault_place() {
  std::uint64_t pc = fault_pc + 1;
  std::string where = symbolise(pc);
  std::uint64_t frame = fault_frame;
  const Fiber& f = running_fiber();
  while (is_machine_code(pc, where) && frame >= f.low && frame + 16 <= f.top) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(frame);
    pc = words[1];
    where = symbolise(pc);
    frame = words[0];
  }
  return where;
}

// Runs on a stack of its own, in place of the faulting instruction.
void land() {
  const Fiber& f = running_fiber();
  const std::string where = fault_place();
  if (fault_address >= f.low - guard_bytes && fault_address < f.low) {
    the_machine->violate("sim.stack_overflow", "thread " + std::to_string(the_machine->current()) +
                                                   " overflowed its fiber stack of " +
                                                   std::to_string(fiber_stack_bytes) +
                                                   " bytes in " + where);
  }
  std::string what = std::string("SIG") + sigabbrev_np(fault_signal);
  // The others carry the instruction's address, which differs from process to process.
  if (fault_signal == SIGSEGV || fault_signal == SIGBUS) {
    what += " at data address " + std::to_string(fault_address);
  }
  the_machine->violate("runtime.fault", what + " in " + where);
}

void on_fault(int signal, siginfo_t* info, void* context) {
  if (signal == SIGSEGV && info->si_code == SI_KERNEL && answer_time_stamp(context)) return;
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto sp = static_cast<std::uint64_t>(registers[REG_RSP]);
  if (the_machine == nullptr || !on_fiber(sp)) {
    ::signal(signal, SIG_DFL);
    return;  // the machine's own fault: run the instruction again and die with the usual report
  }
  fault_address = reinterpret_cast<std::uint64_t>(info->si_addr);
  fault_pc = static_cast<std::uint64_t>(registers[REG_RIP]);
  fault_frame = static_cast<std::uint64_t>(registers[REG_RBP]);
  fault_signal = signal;
  const auto top = reinterpret_cast<std::uint64_t>(landing_stack) + fault_stack_bytes;
  registers[REG_RSP] = static_cast<greg_t>((top & ~std::uint64_t{15}) - 8);
  registers[REG_RIP] = static_cast<greg_t>(reinterpret_cast<std::uint64_t>(&land));
}

}  // namespace

void install_fault_handler() {
  if (landing_stack == nullptr) {
    constexpr int protection = PROT_READ | PROT_WRITE;
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    landing_stack = static_cast<char*>(mmap(nullptr, fault_stack_bytes, protection, flags, -1, 0));
    alternate_stack = mmap(nullptr, fault_stack_bytes, protection, flags, -1, 0);
  }
  // Every time: a test framework in the same process has handlers of its own.
  const stack_t stack{alternate_stack, 0, fault_stack_bytes};
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigaction(signal, &action, nullptr);
}

std::vector<std::uint64_t> call_stack(std::uint64_t pc) {
  std::vector<std::uint64_t> stack;
  const Fiber& f = running_fiber();
  auto frame = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
  bool found = false;
  while (frame >= f.low && frame + 16 <= f.top && stack.size() < 64) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(frame);
    if (words[1] == pc) found = true;
    if (found && words[1] != 0) stack.push_back(words[1]);
    if (words[0] <= frame) break;
    frame = words[0];
  }
  if (symbolise_program != nullptr) {
    std::erase_if(stack, [](std::uint64_t at) { return !in_region(at); });
  } else if (stack.size() > 3) {
    // The outermost are the machine's own: the thread's start and the fiber's.
    stack.resize(stack.size() - 3);
  }
  if (stack.empty()) stack.push_back(pc);
  return stack;
}

std::string symbolise(std::uint64_t pc) {
  if (symbolise_program != nullptr && in_region(pc)) return symbolise_program(pc);
  // A return address is behind its call.
  const boost::stacktrace::frame frame(reinterpret_cast<void*>(pc - 1));
  std::string text = frame.name();
  if (text.empty()) text = "?";
  text = text.substr(0, text.find(" [clone "));  // a part that the compiler made, under its name
  std::string file = frame.source_file();
  if (file.empty()) return text;
  for (const char* top : {"/runtime_core/", "/scenarios/", "/sim/"}) {
    if (const auto at = file.rfind(top); at != std::string::npos) file = file.substr(at + 1);
  }
  return text + " (" + file + ":" + std::to_string(frame.source_line()) + ")";
}

}  // namespace sim
