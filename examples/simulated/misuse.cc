// A block that is freed twice, by whoever comes second.
#include <atomic>
#include <thread>

std::atomic<int*> owner{new int(1)};

int main() {
  std::thread t([] { delete owner.load(); });
  t.join();
  delete owner.load();
}
