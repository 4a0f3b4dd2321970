// Both threads miss the other's store: never under sc, possible under tso.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x, y;
int a, b;

int main() {
  std::thread t([] {
    x.store(1, std::memory_order_release);
    a = y.load(std::memory_order_acquire);
  });
  y.store(1, std::memory_order_release);
  b = x.load(std::memory_order_acquire);
  t.join();
  assert(a == 1 || b == 1);
}
