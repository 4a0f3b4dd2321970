// Futures, promises and sleeping.
#include <cassert>
#include <chrono>
#include <future>
#include <thread>
int main() {
  auto f = std::async(std::launch::async, [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return 42;
  });
  assert(f.get() == 42);
  std::promise<int> p;
  std::thread t([&] { p.set_value(3); });
  assert(p.get_future().get() == 3);
  t.join();
}
