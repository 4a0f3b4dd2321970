// A producer and a consumer with a mutex and a condition, globals, thread-locals and exceptions.
#include <cassert>
#include <condition_variable>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;
std::map<int, std::string> names;
thread_local int mine = 7;

int main() {
  std::thread producer([] {
    std::lock_guard lock(mutex);
    ready = true;
    names[1] = "a producer with a name that needs memory";
    condition.notify_one();
  });
  std::thread consumer([] {
    std::unique_lock lock(mutex);
    condition.wait(lock, [] { return ready; });
    names[2] = "consumer";
    mine++;
  });
  producer.join();
  consumer.join();
  try {
    throw std::runtime_error(names[1]);
  } catch (const std::exception& e) {
    std::cout << e.what() << std::endl;
  }
  assert(names.size() == 2 && mine == 7);
}
