// moodycamel::ReaderWriterQueue: one producer, one consumer.
#include <readerwriterqueue/readerwriterqueue.h>

#include <cassert>
#include <thread>
int main() {
  moodycamel::ReaderWriterQueue<int> q(1);
  std::thread p([&] {
    for (int i = 0; i < 3; i++) q.enqueue(i);
  });
  int next = 0, v;
  for (int k = 0; k < 4; k++)
    if (q.try_dequeue(v)) {
      assert(v == next);
      next++;
    }
  p.join();
  while (q.try_dequeue(v)) {
    assert(v == next);
    next++;
  }
  assert(next == 3);
}
