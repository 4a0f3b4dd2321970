// stdio and the standard streams of the program: to nobody, or to the terminal.
#include "embed/output.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ostream>
#include <streambuf>

#include "embed/objects.h"

namespace embed {

bool output_is_shown = false;

namespace {

constexpr std::size_t line_bytes_max = 4096;

int show(int file, const char* text, std::size_t bytes) {
  if (output_is_shown && ::write(file, text, bytes) < 0) return -1;
  return static_cast<int>(bytes);
}

// The file descriptor of a stream; others than output and error are not there.
int descriptor(std::FILE* stream) {
  if (stream == stdout) return 1;
  if (stream == stderr) return 2;
  sim::the_machine->violate("sim.refused_call",
                            "the program writes to a stream that is neither stdout nor stderr");
}

int show_formatted(int file, const char* format, std::va_list list) {
  char line[line_bytes_max];
  const int n = std::vsnprintf(line, sizeof line, format, list);
  if (n > 0) show(file, line, std::min<std::size_t>(static_cast<std::size_t>(n), sizeof line - 1));
  return n;
}

class Redirected final : public std::streambuf {
 public:
  explicit Redirected(int file) : file_(file) {}

 protected:
  int_type overflow(int_type c) override {
    const char byte = traits_type::to_char_type(c);
    if (c != traits_type::eof()) show(file_, &byte, 1);
    return 0;
  }
  std::streamsize xsputn(const char* text, std::streamsize n) override {
    return show(file_, text, static_cast<std::size_t>(n));
  }

 private:
  int file_;
};

}  // namespace

void redirect_streams() {
  static Redirected out(1), error(2);
  static char initialiser;
  using Initialise = void (*)(char*);
  const auto initialise =
      reinterpret_cast<Initialise>(dlsym(RTLD_DEFAULT, "_ZNSt8ios_base4InitC1Ev"));
  if (initialise != nullptr) initialise(&initialiser);
  const auto redirect = [](const char* name, Redirected& to) {
    if (void* stream = dlsym(RTLD_DEFAULT, name)) static_cast<std::ostream*>(stream)->rdbuf(&to);
  };
  redirect("_ZSt4cout", out);
  redirect("_ZSt4cerr", error);
  redirect("_ZSt4clog", error);
}

}  // namespace embed

using namespace embed;

#define FORMATTED(file)                             \
  std::va_list list;                                \
  va_start(list, format);                           \
  const int n = show_formatted(file, format, list); \
  va_end(list);                                     \
  return n

// The streams are there before the program begins and do not end with it.
SIMULATED(void, _ZNSt8ios_base4InitC1Ev, void*) {}
SIMULATED(void, _ZNSt8ios_base4InitD1Ev, void*) {}

SIMULATED(int, printf, const char* format, ...) { FORMATTED(1); }
SIMULATED(int, __printf_chk, int, const char* format, ...) { FORMATTED(1); }
SIMULATED(int, fprintf, std::FILE* stream, const char* format, ...) {
  FORMATTED(descriptor(stream));
}
SIMULATED(int, __fprintf_chk, std::FILE* stream, int, const char* format, ...) {
  FORMATTED(descriptor(stream));
}
SIMULATED(int, vprintf, const char* format, std::va_list list) {
  return show_formatted(1, format, list);
}
SIMULATED(int, vfprintf, std::FILE* stream, const char* format, std::va_list list) {
  return show_formatted(descriptor(stream), format, list);
}
SIMULATED(int, puts, const char* text) {
  return show(1, text, std::strlen(text)) + show(1, "\n", 1);
}
SIMULATED(int, fputs, const char* text, std::FILE* stream) {
  return show(descriptor(stream), text, std::strlen(text));
}
SIMULATED(int, putchar, int c) {
  const char byte = static_cast<char>(c);
  show(1, &byte, 1);
  return c;
}
SIMULATED(int, fputc, int c, std::FILE* stream) {
  const char byte = static_cast<char>(c);
  show(descriptor(stream), &byte, 1);
  return c;
}
SIMULATED(int, putc, int c, std::FILE* stream) { return tricolor_sim_fputc(c, stream); }
SIMULATED(std::size_t, fwrite, const void* data, std::size_t size, std::size_t n,
          std::FILE* stream) {
  show(descriptor(stream), static_cast<const char*>(data), size * n);
  return n;
}
SIMULATED(int, fflush, std::FILE*) { return 0; }
SIMULATED(int, setvbuf, std::FILE*, char*, int, std::size_t) { return 0; }
SIMULATED(void, perror, const char* text) { show(2, text, std::strlen(text)); }
SIMULATED(ssize_t, write, int file, const void* data, std::size_t n) {
  if (file != 1 && file != 2) {
    sim::the_machine->violate("sim.refused_call", "the program writes to a file");
  }
  return show(file, static_cast<const char*>(data), n);
}
SIMULATED(int, isatty, int) { return 0; }
SIMULATED(int, fileno, std::FILE* stream) { return descriptor(stream); }
SIMULATED(int, __vprintf_chk, int, const char* format, std::va_list list) {
  return show_formatted(1, format, list);
}
SIMULATED(int, __vfprintf_chk, std::FILE* stream, int, const char* format, std::va_list list) {
  return show_formatted(descriptor(stream), format, list);
}
