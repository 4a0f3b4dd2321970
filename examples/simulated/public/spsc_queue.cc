// boost::lockfree::spsc_queue: one producer, one consumer.
#include <boost/lockfree/spsc_queue.hpp>
#include <cassert>
#include <thread>
int main() {
  boost::lockfree::spsc_queue<int, boost::lockfree::capacity<2>> q;
  std::thread p([&] {
    for (int i = 0; i < 3; i++)
      while (!q.push(i))
        ;
  });
  int next = 0, v;
  while (next < 3)
    if (q.pop(v)) {
      assert(v == next);
      next++;
    }
  p.join();
}
