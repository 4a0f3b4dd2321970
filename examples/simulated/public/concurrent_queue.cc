// moodycamel::ConcurrentQueue: two producers, one consumer.
#include <concurrentqueue/concurrentqueue.h>

#include <cassert>
#include <thread>
int main() {
  moodycamel::ConcurrentQueue<int> q(4);
  std::thread a([&] { assert(q.enqueue(1)); });
  std::thread b([&] { assert(q.enqueue(2)); });
  int got = 0, sum = 0, v = 0;
  while (got < 1)
    if (q.try_dequeue(v)) {
      got++;
      sum += v;
    }
  a.join();
  b.join();
  while (q.try_dequeue(v)) {
    got++;
    sum += v;
  }
  assert(got == 2 && sum == 3);
}
