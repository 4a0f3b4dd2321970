// Two locks in two orders.
#include <mutex>
#include <thread>

std::mutex a, b;

int main() {
  std::thread t([] {
    std::lock_guard first(a);
    std::lock_guard second(b);
  });
  {
    std::lock_guard first(b);
    std::lock_guard second(a);
  }
  t.join();
}
