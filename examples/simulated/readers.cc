// Two readers of a lock are not ordered with each other: what they do outside of it races.
#include <shared_mutex>
#include <thread>

std::shared_mutex mutex;
int data;

int main() {
  std::thread t([] {
    data = 1;
    std::shared_lock lock(mutex);
  });
  {
    std::shared_lock lock(mutex);
  }
  const int seen = data;
  t.join();
  return seen == 2;
}
