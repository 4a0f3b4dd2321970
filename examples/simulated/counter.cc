// N threads add one each: N! orders, and none loses an increment.
#include <atomic>
#include <cassert>
#include <thread>
#include <vector>

std::atomic<int> counter{0};

int main(int argc, char**) {
  const int n = argc > 1 ? argc : 3;
  std::vector<std::thread> threads;
  for (int i = 0; i < n; i++) threads.emplace_back([] { counter.fetch_add(1); });
  for (std::thread& t : threads) t.join();
  assert(counter == n);
}
