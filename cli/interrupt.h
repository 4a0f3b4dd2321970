// SIGINT and SIGTERM as a request to end the search in good order.
#pragma once

namespace cli {

// While one exists, the signals do not end the process.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // The signal that came, or 0.
  static int signal();
};

}  // namespace cli
