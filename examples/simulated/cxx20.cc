// What C++20 brought: waiting atomics, latch, barrier, semaphore, jthread with its token.
#include <atomic>
#include <barrier>
#include <cassert>
#include <latch>
#include <semaphore>
#include <thread>

std::atomic<int> flag;
std::latch latch(2);
std::barrier barrier(2);
std::binary_semaphore semaphore(0);

int main() {
  std::jthread t([](std::stop_token token) {
    flag.store(1);
    flag.notify_one();
    latch.arrive_and_wait();
    barrier.arrive_and_wait();
    semaphore.release();
    assert(!token.stop_requested());
  });
  flag.wait(0);
  assert(flag == 1);
  latch.arrive_and_wait();
  barrier.arrive_and_wait();
  semaphore.acquire();
  t.join();
}
