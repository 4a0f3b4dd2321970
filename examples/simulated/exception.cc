// A thread that throws what nobody catches.
#include <stdexcept>
#include <thread>

int main() {
  std::thread t([] { throw std::runtime_error("nobody listens"); });
  t.join();
}
