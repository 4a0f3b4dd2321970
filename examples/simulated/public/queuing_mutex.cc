// tbb::queuing_mutex, an MCS lock: two threads, one counter.
#include <oneapi/tbb/queuing_mutex.h>

#include <cassert>
#include <thread>
tbb::queuing_mutex m;
int n;
int main() {
  auto body = [] {
    tbb::queuing_mutex::scoped_lock l(m);
    n++;
  };
  std::thread t(body);
  body();
  t.join();
  assert(n == 2);
}
