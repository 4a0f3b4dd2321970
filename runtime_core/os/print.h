// Text for standard error, put together without the C library (original: print1.go).
//
// Threads: each has its own buffer. What does not fit it is written early, in pieces: who holds the
// print lock has his lines together.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;

// Takes the lock of all printing, which an M may take again while it holds it.
void printlock(M* mp);
void printunlock(M* mp);

class PrintBuffer {
 public:
  PrintBuffer& text(const char* s) {
    while (*s != 0) put(*s++);
    return *this;
  }
  PrintBuffer& number(u64 value) { return digits(value, 10); }
  PrintBuffer& signed_number(i64 value) {
    if (value >= 0) return number(static_cast<u64>(value));
    put('-');
    return number(u64{0} - static_cast<u64>(value));
  }
  // With 0x, lower case.
  PrintBuffer& hex(u64 value) { return text("0x").digits(value, 16); }
  PrintBuffer& pointer(const void* p) { return hex(reinterpret_cast<u64>(p)); }

  void write() {
    syscall6(linux_write, standard_error, reinterpret_cast<uintptr>(bytes_), used_);
    used_ = 0;
  }
  // What was not yet written.
  const char* bytes() const { return bytes_; }
  u32 size() const { return used_; }

 private:
  static constexpr long linux_write = 1;
  static constexpr uintptr standard_error = 2;

  PrintBuffer& digits(u64 value, u32 base) {
    char reversed[20];
    u32 n = 0;
    do {
      reversed[n++] = "0123456789abcdef"[value % base];
      value /= base;
    } while (value != 0);
    while (n > 0) put(reversed[--n]);
    return *this;
  }
  void put(char c) {
    if (used_ == sizeof(bytes_)) write();
    bytes_[used_++] = c;
  }

  char bytes_[512];
  u32 used_ = 0;
};

}  // namespace runtime_core
