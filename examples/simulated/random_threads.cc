// A random program, the same for the same arguments: seed, threads, operations of each. It prints
// what it ends with, so that two explorers can be compared.
#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace {

std::atomic<int>* words;  // two, on the stack of main
std::mutex mutexes[2];
std::condition_variable condition;
pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t spin;
sem_t semaphore;
std::once_flag once;
int guarded[2], written, spun, ready, first;

class Random {
 public:
  explicit Random(unsigned seed) : state_(seed * 2654435761u + 12345) {}
  unsigned below(unsigned n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(state_ >> 33) % n;
  }

 private:
  unsigned long long state_;
};

// The order of an access to a word: the strongest, unless it is drawn.
unsigned order(Random& random) {
#ifdef WEAK_ORDERS
  return random.below(3);
#else
  return (void)random, 2;
#endif
}

int load(const std::atomic<int>& word, unsigned strength) {
  if (strength == 0) return word.load(std::memory_order_relaxed);
  if (strength == 1) return word.load(std::memory_order_acquire);
  return word.load();
}

void store(std::atomic<int>& word, int value, unsigned strength) {
  if (strength == 0) return word.store(value, std::memory_order_relaxed);
  if (strength == 1) return word.store(value, std::memory_order_release);
  word.store(value);
}

int add(std::atomic<int>& word, int value, unsigned strength) {
  if (strength == 0) return word.fetch_add(value, std::memory_order_relaxed);
  if (strength == 1) return word.fetch_add(value, std::memory_order_acq_rel);
  return word.fetch_add(value);
}

int wait_until_ready(bool notifies) {
  std::unique_lock lock(mutexes[0]);
  if (notifies) {
    ready++;
    ready % 2 == 0 ? condition.notify_all() : condition.notify_one();
    return ready;
  }
  condition.wait(lock, [] { return ready != 0; });
  return ready--;
}

int change_guarded(unsigned which, int value) {
  std::lock_guard lock(mutexes[which]);
  const int before = guarded[which];
  guarded[which] = 3 * before + value;
  return before;
}

int read_or_write(bool writes, int value) {
  writes ? pthread_rwlock_wrlock(&rwlock) : pthread_rwlock_rdlock(&rwlock);
  const int before = written;
  if (writes) written = value;
  pthread_rwlock_unlock(&rwlock);
  return before;
}

// Until somebody has stored something.
int spin_on(const std::atomic<int>& word, bool yields, unsigned strength) {
  int found = 0;
  while ((found = load(word, strength)) == 0) {
    if (yields) std::this_thread::yield();
  }
  return found;
}

#ifdef OBSERVES_LOCKS
int try_guarded(unsigned which, int value) {
  if (!mutexes[which].try_lock()) return -1;
  const int before = guarded[which];
  guarded[which] = value;
  mutexes[which].unlock();
  return before;
}
#endif

// Steps that touch one word are as many as those of all locks; with weak orders, more.
unsigned kind_of_step(Random& random) {
#ifdef WEAK_ORDERS
  if (random.below(5) != 0) return random.below(5);
#endif
  return random.below(18);
}

int operate(Random& random, int value) {
  const unsigned which = random.below(2), kind = kind_of_step(random);
  std::atomic<int>& word = words[which];
  int expected = 0;
  switch (kind) {
    case 0:
    case 1:
      return load(word, order(random));
    case 2:
    case 3:
      store(word, value, which == 0 ? 0 : order(random));
      return 0;
    case 4:
      return add(word, value, order(random));
    case 5:
      word.compare_exchange_strong(expected, value);
      return expected;
    case 6:
    case 7:
      return wait_until_ready(kind == 6);
    case 8:
    case 9:
      return read_or_write(kind == 8, value);
    case 10:
      return which == 0 ? sem_post(&semaphore) : sem_wait(&semaphore);
    case 11:
      pthread_spin_lock(&spin);
      spun = 2 * spun + value;
      pthread_spin_unlock(&spin);
      return 0;
    case 12:
      std::call_once(once, [value] { first = value; });
      return first;
#ifdef OBSERVES_LOCKS
    case 13:
      return try_guarded(which, value);
    case 14:
      return sem_trywait(&semaphore);
#endif
    case 15:
      return spin_on(word, value % 2 == 0, order(random));
    default:
      return change_guarded(which, value);
  }
}

}  // namespace

int main(int, char** arguments) {
  const unsigned seed = static_cast<unsigned>(std::atoi(arguments[1]));
  const int threads = std::atoi(arguments[2]), operations = std::atoi(arguments[3]);
  std::atomic<int> on_stack[2] = {};
  words = on_stack;
  pthread_spin_init(&spin, 0);
  sem_init(&semaphore, 0, seed % 3 == 0);
  std::vector<std::vector<int>> seen(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  const auto run = [&](int t) {
    Random random(seed * 8 + static_cast<unsigned>(t));
    for (int i = 0; i < operations; i++) {
      seen[static_cast<std::size_t>(t)].push_back(operate(random, 1 + t * operations + i));
    }
  };
  for (int t = 1; t < threads; t++) running.emplace_back(run, t);
  run(0);
  for (std::thread& thread : running) thread.join();
  std::printf("ends with");
  for (const auto& results : seen) {
    for (const int result : results) std::printf(" %d", result);
  }
  int permits = 0;
  sem_getvalue(&semaphore, &permits);
  std::printf(" | %d %d %d %d %d %d %d %d %d\n", words[0].load(), words[1].load(), guarded[0],
              guarded[1], written, spun, ready, first, permits);
}
