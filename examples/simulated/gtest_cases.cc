// Two GoogleTest cases, one of which loses an increment.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
TEST(Counter, AddsUp) {
  std::atomic<int> n{0};
  std::thread t([&] { n++; });
  n++;
  t.join();
  EXPECT_EQ(n, 2);
}
TEST(Counter, LosesOne) {
  std::atomic<int> n{0};
  auto f = [&] { n = n + 1; };
  std::thread t(f);
  f();
  t.join();
  EXPECT_EQ(n, 2);
}
