// The benchmarks of scripts/bench_peers with Boehm's collector: processor seconds of a collection,
// or nanoseconds of an allocation.
#include <gc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { nodes = 10000000, collections = 5, short_lived = 20000000, live_bytes = 4 << 20 };

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

int main(int argc, char** argv) {
  GC_INIT();
  const char* const what = argc == 2 ? argv[1] : "";
  if (strcmp(what, "short_lived") == 0) {
    printf("%g\n", allocate_garbage());
  } else if (strcmp(what, "random_graph") == 0 || strcmp(what, "binary_tree") == 0) {
    printf("%g\n", collect(strcmp(what, "random_graph") == 0));
  } else {
    fprintf(stderr, "usage: peer random_graph|binary_tree|short_lived\n");
    return 2;
  }
  return 0;
}
