// One thread hands over to another by a means of the library, which the argument names: the other
// then sees what was stored before, although nothing else orders it. What `not-` comes before in
// the name orders nothing, and weak memory shows it. `chain-`: a third thread sees what the second
// does, and with it what the first did, on processors; C++ does not promise that.
#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

std::atomic<int> data, noted, answer;
std::mutex mutex, other_mutex;
std::condition_variable condition;
std::once_flag once;
std::promise<void> promise;
pthread_spinlock_t spin;
pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
pthread_barrier_t barrier;
sem_t semaphore;
bool flag;

bool made_by(bool publisher) {
  static const bool by_publisher = publisher;
  return by_publisher;
}

// What the first thread does when it has stored, and the second before it looks, which then says
// whether it comes behind the first.
struct Means {
  void (*publish)();
  bool (*observe)();
};

const std::map<std::string, Means> all = {
    {"mutex",
     {[] {
        std::lock_guard lock(mutex);
        flag = true;
      },
      [] {
        std::lock_guard lock(mutex);
        return flag;
      }}},
    {"trylock",
     {[] {
        std::lock_guard lock(mutex);
        flag = true;
      },
      [] {
        if (!mutex.try_lock()) return false;
        const bool found = flag;
        mutex.unlock();
        return found;
      }}},
    {"not-failing-trylock",
     {[] { mutex.lock(); },
      [] {
        if (!mutex.try_lock()) return true;
        mutex.unlock();
        return false;
      }}},
    {"spin",
     {[] {
        pthread_spin_lock(&spin);
        flag = true;
        pthread_spin_unlock(&spin);
      },
      [] {
        pthread_spin_lock(&spin);
        const bool found = flag;
        pthread_spin_unlock(&spin);
        return found;
      }}},
    {"writer",
     {[] {
        pthread_rwlock_wrlock(&rwlock);
        flag = true;
        pthread_rwlock_unlock(&rwlock);
      },
      [] {
        pthread_rwlock_rdlock(&rwlock);
        const bool found = flag;
        pthread_rwlock_unlock(&rwlock);
        return found;
      }}},
    {"reader",
     {[] {
        pthread_rwlock_rdlock(&rwlock);
        noted.store(1, relaxed);
        pthread_rwlock_unlock(&rwlock);
      },
      [] {
        pthread_rwlock_wrlock(&rwlock);
        const bool found = noted.load(relaxed) != 0;
        pthread_rwlock_unlock(&rwlock);
        return found;
      }}},
    {"not-readers",
     {[] {
        pthread_rwlock_rdlock(&rwlock);
        noted.store(1, relaxed);
        pthread_rwlock_unlock(&rwlock);
      },
      [] {
        pthread_rwlock_rdlock(&rwlock);
        const bool found = noted.load(relaxed) != 0;
        pthread_rwlock_unlock(&rwlock);
        return found;
      }}},
    {"semaphore", {[] { sem_post(&semaphore); }, [] { return sem_wait(&semaphore) == 0; }}},
    {"condition",
     {[] {
        std::lock_guard lock(mutex);
        flag = true;
        condition.notify_one();
      },
      [] {
        std::unique_lock lock(mutex);
        condition.wait(lock, [] { return flag; });
        return true;
      }}},
    {"barrier",
     {[] { pthread_barrier_wait(&barrier); },
      [] {
        pthread_barrier_wait(&barrier);
        return true;
      }}},
    {"once",
     {[] { std::call_once(once, [] { flag = true; }); },
      [] {
        std::call_once(once, [] {});
        return flag;
      }}},
    {"static", {[] { made_by(true); }, [] { return made_by(false); }}},
    {"future",
     {[] { promise.set_value(); },
      [] {
        promise.get_future().wait();
        return true;
      }}},
    // Two locks, one thread in each: neither sees the other's store.
    {"not-two-locks",
     {[] {
        { std::lock_guard lock(mutex); }
        answer.store(noted.load(relaxed), relaxed);
      },
      [] {
        {
          std::lock_guard lock(other_mutex);
          noted.store(1, relaxed);
        }
        return false;
      }}},
};

void start_and_join() {
  data.store(1, relaxed);
  std::thread thread([] {
    assert(data.load(relaxed) == 1);
    data.store(2, relaxed);
  });
  thread.join();
  assert(data.load(relaxed) == 2);
}

void look_along_the_chain() {
  if (noted.load(std::memory_order_acquire) != 0) assert(data.load(relaxed) == 1);
}

void chain_of_starts() {
  std::thread third(look_along_the_chain);
  data.store(1, relaxed);
  std::thread second([] { noted.store(1, relaxed); });
  second.join();
  third.join();
}

void chain_of_locks() {
  std::thread third(look_along_the_chain);
  std::thread second([] {
    std::lock_guard lock(mutex);
    if (flag) noted.store(1, relaxed);
  });
  data.store(1, relaxed);
  {
    std::lock_guard lock(mutex);
    flag = true;
  }
  second.join();
  third.join();
}

}  // namespace

int main(int, char** arguments) {
  const std::string name = arguments[1];
  const std::map<std::string, void (*)()> wholes = {
      {"thread", start_and_join}, {"chain-start", chain_of_starts}, {"chain-lock", chain_of_locks}};
  if (const auto whole = wholes.find(name); whole != wholes.end()) {
    whole->second();
    return 0;
  }
  pthread_spin_init(&spin, 0);
  pthread_barrier_init(&barrier, nullptr, 2);
  sem_init(&semaphore, 0, 0);
  const Means means = all.at(name);
  int seen = 1;
  std::thread observer([&] {
    if (means.observe()) assert(data.load(relaxed) == 1);
    if (name == "not-two-locks") seen = data.load(relaxed);
  });
  data.store(1, relaxed);
  means.publish();
  observer.join();
  assert(name != "not-two-locks" || seen == 1 || answer.load(relaxed) == 1);
}
