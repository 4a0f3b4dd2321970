// Eigen::RunQueue, a work-stealing deque: its owner and one thief.
#include <cassert>
#include <functional>
#include <thread>
#include <unsupported/Eigen/CXX11/ThreadPool>
struct Task {
  int v = 0;
  explicit operator bool() const { return v != 0; }
};
int main() {
  Eigen::RunQueue<Task, 4> q;
  int sum = 0;
  std::thread thief([&] {
    Task t = q.PopBack();
    sum += t.v;
  });
  int own = 0;
  Task r = q.PushFront(Task{1});
  assert(!r);
  r = q.PushFront(Task{2});
  assert(!r);
  own += q.PopFront().v;
  thief.join();
  for (;;) {
    Task t = q.PopFront();
    if (!t) break;
    own += t.v;
  }
  assert(own + sum == 3);
  assert(q.Empty());
}
