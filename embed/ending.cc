// How a program ends: exit, abort, failed assertions, uncaught exceptions, and exception state.
#include "embed/ending.h"

#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <typeinfo>

#include "embed/objects.h"

namespace {

using namespace embed;

[[noreturn]] void violate(const char* invariant, const std::string& message) {
  sim::the_machine->violate(invariant, message);
}

// The object of an exception lies behind its header, whose first word is its type.
struct Thrown {
  const std::type_info* type;
  void* object;
};

constexpr std::size_t exception_header_bytes = 112;

Thrown current_exception() {
  const auto& state = the_process().record(the_process().self()).exceptions;
  auto* header = reinterpret_cast<char*>(state[0]);
  if (header == nullptr) return {nullptr, nullptr};
  return {*reinterpret_cast<const std::type_info**>(header), header + exception_header_bytes};
}

std::string demangled(const char* name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  const std::string result = text != nullptr ? text : name;
  std::free(text);
  return result;
}

[[noreturn]] void terminate() {
  const Thrown thrown = current_exception();
  if (thrown.type == nullptr) violate("program.terminated", "std::terminate was called");
  std::string message = "uncaught exception of type " + demangled(thrown.type->name());
  void* object = thrown.object;
  if (typeid(std::exception).__do_catch(thrown.type, &object, 1)) {
    message += std::string(": ") + static_cast<const std::exception*>(object)->what();
  }
  violate("program.terminated", message);
}

}  // namespace

namespace embed {

void install_terminate_handler() {
  // The program's libstdc++ is another one than the simulator's.
  using Set = void (*)(void (*)());
  const auto set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "_ZSt13set_terminatePFvvE"));
  if (set != nullptr) set(terminate);
}

}  // namespace embed

SIMULATED(void, abort) { violate("program.abort", "abort was called"); }
SIMULATED(void, __assert_fail, const char* text, const char* file, unsigned line, const char*) {
  violate("program.assert", std::string(text) + " fails at " + file + ":" + std::to_string(line));
}
SIMULATED(void, _ZSt9terminatev) { terminate(); }
SIMULATED(void, __cxa_pure_virtual) { violate("program.abort", "a pure virtual call"); }
SIMULATED(void, __stack_chk_fail) { violate("program.abort", "a stack frame was overwritten"); }
SIMULATED(void, _ZSt21__glibcxx_assert_failPKciS0_S0_, const char* file, int line, const char*,
          const char* condition) {
  violate("program.assert", std::string(condition != nullptr ? condition : "?") + " fails at " +
                                file + ":" + std::to_string(line));
}
SIMULATED(void, exit, int status) { end_program(status); }
SIMULATED(void, _exit, int status) {
  the_process().mut_own().exiting = 1;
  end_program(status);
}
SIMULATED(void, _Exit, int status) {
  the_process().mut_own().exiting = 1;
  end_program(status);
}
SIMULATED(void, quick_exit, int status) {
  the_process().mut_own().exiting = 1;
  end_program(status);
}
SIMULATED(int, __cxa_atexit, void (*function)(void*), void* argument, void*) {
  sim::the_machine->touches_all();
  ProcessRecord& own = the_process().mut_own();
  if (own.exit_calls == exit_calls_max) violate("tool.limit", "too many atexit functions");
  own.at_exit[own.exit_calls++] = {function, argument};
  return 0;
}
SIMULATED(int, atexit, void (*function)()) {
  return tricolor_sim___cxa_atexit(reinterpret_cast<void (*)(void*)>(function), nullptr, nullptr);
}
SIMULATED(void, __cxa_finalize, void*) {}

// Also what the libraries find: exceptions that are being handled belong to a simulated thread.
namespace __cxxabiv1 {

extern "C" {
[[gnu::visibility("default")]] __cxa_eh_globals* __cxa_get_globals() noexcept {
  static thread_local std::uint64_t of_host[2];
  void* state = of_host;
  if (sim::in_region(address_of(__builtin_frame_address(0)))) {
    state = the_process().mut(the_process().self()).exceptions;
  }
  return static_cast<__cxa_eh_globals*>(state);
}
[[gnu::visibility("default")]] __cxa_eh_globals* __cxa_get_globals_fast() noexcept {
  return __cxa_get_globals();
}
}

}  // namespace __cxxabiv1

// Faults are the simulator's to report, so handlers are taken and never called.
SIMULATED(int, sigaltstack, const void*, void*) { return 0; }
SIMULATED(int, sigaction, int, const void*, void*) { return 0; }
SIMULATED(int, sigprocmask, int, const void*, void*) { return 0; }
SIMULATED(int, pthread_sigmask, int, const void*, void*) { return 0; }
SIMULATED(void*, signal, int, void*) { return nullptr; }
SIMULATED(int, raise, int number) {
  violate("program.abort", "the program raises signal " + std::to_string(number));
}
