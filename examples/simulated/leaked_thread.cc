// A thread that is neither joined nor detached.
#include <pthread.h>

int main() {
  pthread_t t;
  pthread_create(
      &t, nullptr, [](void*) -> void* { return nullptr; }, nullptr);
}
