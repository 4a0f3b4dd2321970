// A pointer that is used before it is set.
#include <atomic>
#include <thread>

int value;
std::atomic<int*> pointer;

int main() {
  std::thread t([] { pointer = &value; });
  *pointer.load() = 3;
  t.join();
}
