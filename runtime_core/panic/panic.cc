// Panics: they end the program.
#include "runtime_core/panic/panic.h"

#include <cstring>

#include "runtime_core/probe.h"

namespace runtime_core {

void panicstring(Goroutine*, const char* message) {
  char text[128] = "panic: ";
  std::strncat(text, message, sizeof(text) - std::strlen(text) - 1);
  fail("runtime.panic", text);
}

}  // namespace runtime_core
