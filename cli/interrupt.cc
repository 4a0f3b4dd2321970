// Handlers that only take a note.
#include "cli/interrupt.h"

#include <csignal>
#include <initializer_list>

namespace cli {
namespace {

volatile std::sig_atomic_t noted = 0;

void set_handlers(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  // On the alternate stack: the stack of a simulated thread is part of its state.
  action.sa_flags = SA_ONSTACK | SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
  noted = 0;
  set_handlers([](int signal) { noted = signal; });
}

Interrupts::~Interrupts() { set_handlers(SIG_DFL); }

int Interrupts::signal() { return noted; }

}  // namespace cli
