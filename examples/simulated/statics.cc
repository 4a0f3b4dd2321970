// Function-local statics, std::call_once and std::shared_ptr, used by two threads at once.
#include <cassert>
#include <memory>
#include <mutex>
#include <thread>

std::once_flag flag;
int calls = 0, constructions = 0;

struct Thing {
  Thing() : number(++constructions) {}
  int number;
};

int use(std::shared_ptr<int> shared) {
  static Thing thing;
  std::call_once(flag, [] { calls++; });
  return thing.number + *shared;
}

int main() {
  auto shared = std::make_shared<int>(1);
  std::thread t([shared] { assert(use(shared) == 2); });
  assert(use(shared) == 2);
  t.join();
  assert(calls == 1 && constructions == 1);
}
