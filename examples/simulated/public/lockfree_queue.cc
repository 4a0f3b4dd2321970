// boost::lockfree::queue: two threads push and pop.
#include <boost/lockfree/queue.hpp>
#include <cassert>
#include <thread>
int main() {
  boost::lockfree::queue<int> q(2);
  auto body = [&](int i) {
    q.push(i);
    int v = 0;
    bool got = q.pop(v);
    assert(got);
    return v;
  };
  int a = 0, b = 0;
  std::thread t([&] { a = body(1); });
  b = body(2);
  t.join();
  assert(a + b == 3);
  assert(q.empty());
}
