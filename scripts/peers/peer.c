// The benchmarks of scripts/bench_peers with Boehm's collector: processor seconds of a collection,
// or nanoseconds of an allocation, or seconds of a whole program.
#define GC_THREADS
#include <gc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { nodes = 10000000, collections = 5, short_lived = 20000000, live_bytes = 4 << 20 };
enum { depth_min = 4, depth_max = 20, depth_step = 4, threads_max = 32 };

// Four words, two of them pointers, as in runtime_core/gc/mark_bench.cc.
struct node {
  struct node* link[2];
  uint64_t rest[2];
};

// Volatile: gcc leaves out what nobody reads.
static struct node* volatile root;
static struct node* volatile sink;
static void* volatile live;

static double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// splitmix64
static uint64_t next_random(uint64_t* state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

// The array is not scanned: nothing is collected while it is in use.
static void build(int random_links) {
  struct node** all = malloc(nodes * sizeof *all);
  uint64_t random = 1;
  for (uint64_t i = 0; i < nodes; i++) all[i] = GC_MALLOC(sizeof(struct node));
  for (uint64_t i = 0; i < 2 * (uint64_t)nodes; i++) {
    const uint64_t target = random_links ? next_random(&random) % nodes : i + 1;
    if (target < nodes) all[i / 2]->link[i % 2] = all[target];
  }
  root = all[0];
  free(all);
}

// Marks; sweeping is left to the allocator. The first drops what is not reachable.
static double collect(int random_links) {
  GC_disable();
  build(random_links);
  GC_enable();
  GC_gcollect();
  const double begin = processor_seconds();
  for (int i = 0; i < collections; i++) GC_gcollect();
  return (processor_seconds() - begin) / collections;
}

// Nanoseconds for each.
static double allocate_garbage(void) {
  live = GC_MALLOC_ATOMIC(live_bytes);
  const double begin = processor_seconds();
  for (int i = 0; i < short_lived; i++) sink = GC_MALLOC(sizeof(struct node));
  return (processor_seconds() - begin) / short_lived * 1e9;
}

// As in scenarios/binary_trees.cc.
struct tree {
  struct tree *left, *right;
};

static struct tree* make_tree(int depth) {
  struct tree* const made = GC_MALLOC(sizeof *made);
  if (depth > 0) {
    made->left = make_tree(depth - 1);
    made->right = make_tree(depth - 1);
  }
  return made;
}

static long count_nodes(const struct tree* t) {
  return t->left == NULL ? 1 : 1 + count_nodes(t->left) + count_nodes(t->right);
}

static void check_tree(const struct tree* t, int depth) {
  if (count_nodes(t) == (2L << depth) - 1) return;
  fputs("a tree has not as many nodes as it was made with\n", stderr);
  exit(1);
}

static int threads;

static void* work(void* number) {
  for (int depth = depth_min; depth <= depth_max; depth += depth_step) {
    for (long i = (long)(intptr_t)number; i < 1L << (depth_max - depth + depth_min); i += threads) {
      check_tree(make_tree(depth), depth);
    }
  }
  return NULL;
}

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Seconds of processors, and seconds.
static int binary_trees(void) {
  const double begin = clock_seconds();
  struct tree* const long_lived = make_tree(depth_max);
  pthread_t workers[threads_max];
  for (int i = 0; i < threads; i++) pthread_create(&workers[i], NULL, work, (void*)(intptr_t)i);
  for (int i = 0; i < threads; i++) pthread_join(workers[i], NULL);
  check_tree(long_lived, depth_max);
  printf("%g %g\n", processor_seconds(), clock_seconds() - begin);
  return 0;
}

int main(int argc, char** argv) {
  GC_INIT();
  if (argc == 3 && strcmp(argv[1], "binary_trees") == 0) {
    threads = atoi(argv[2]);
    if (threads >= 1 && threads <= threads_max) return binary_trees();
  }
  const char* const what = argc == 2 ? argv[1] : "";
  if (strcmp(what, "short_lived") == 0) {
    printf("%g\n", allocate_garbage());
  } else if (strcmp(what, "random_graph") == 0 || strcmp(what, "binary_tree") == 0) {
    printf("%g\n", collect(strcmp(what, "random_graph") == 0));
  } else {
    fprintf(stderr, "usage: peer random_graph|binary_tree|short_lived|binary_trees THREADS\n");
    return 2;
  }
  return 0;
}
