// Two doctest cases, one of which loses an increment.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
TEST_CASE("adds up") {
  std::atomic<int> n{0};
  std::thread t([&] { n++; });
  n++;
  t.join();
  CHECK(n == 2);
}
TEST_CASE("loses one") {
  std::atomic<int> n{0};
  auto f = [&] { n = n + 1; };
  std::thread t(f);
  f();
  t.join();
  CHECK(n == 2);
}
