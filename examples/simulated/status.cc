// A program whose exit status depends on who is first.
#include <atomic>
#include <thread>

std::atomic<int> x;

int main() {
  std::thread t([] { x = 1; });
  const int seen = x;
  t.join();
  return seen;
}
