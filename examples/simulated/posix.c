/* C with pthread_* and C11 atomics: mutex, condition, rwlock, barrier, semaphore, once and key. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_barrier_t barrier;
static pthread_key_t key;
static sem_t permits;
static atomic_int starts;
static int value;

static void start(void) { atomic_fetch_add(&starts, 1); }

static void* body(void* argument) {
  pthread_once(&once, start);
  pthread_setspecific(key, malloc(8));
  pthread_rwlock_wrlock(&lock);
  value++;
  pthread_rwlock_unlock(&lock);
  pthread_barrier_wait(&barrier);
  pthread_rwlock_rdlock(&lock);
  const int seen = value;
  pthread_rwlock_unlock(&lock);
  assert(seen == 2);
  sem_post(&permits);
  return argument;
}

int main(void) {
  pthread_t t;
  void* result;
  pthread_barrier_init(&barrier, 0, 2);
  pthread_key_create(&key, free);
  sem_init(&permits, 0, 0);
  pthread_create(&t, 0, body, &value);
  body(0);
  sem_wait(&permits);
  sem_wait(&permits);
  pthread_join(t, &result);
  assert(result == &value && starts == 1);
  return 0;
}
