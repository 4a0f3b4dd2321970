// leak: what is not simulated gets into a run, in one of four ways, so that no two runs need be
// equal; it shows what the audit of determinism finds. Without a cause it is as clean as any.
#include <unordered_set>

#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using runtime_core::event, runtime_core::Event;

enum Cause : i64 { none, address, time, memory, order };

constexpr Param params[] = {{"cause", none,
                             "0 none, 1 an address of the host, 2 the time, 3 memory that was "
                             "never written, 4 the order of a hash table",
                             none, order}};

constexpr u32 elements = 64;
constexpr char names[elements] = {};

struct State {
  std::atomic<u64> first, second;
};

// Below the simulated memory, so that it is taken for a number.
void leak(u64 value) { event(Event::user, value & 0xffff'ffff); }

// The deep end of a frame that nobody has written. The compiler cannot see that.
[[gnu::noinline]] void leak_memory() {
  u64 words[256];
  asm volatile("" : : "r"(words) : "memory");
  leak(words[0] >> 8);
}

// Nodes of the table, from the scenario's memory: nothing on a fiber owns host memory.
template <class T>
struct Nodes {
  using value_type = T;
  char** next;
  explicit Nodes(char** at) : next(at) {}
  template <class U>
  explicit Nodes(const Nodes<U>& other) : next(other.next) {}
  T* allocate(std::size_t count) {
    char* at = *next;
    *next = at + (sizeof(T) * count + 15) / 16 * 16;
    return reinterpret_cast<T*>(at);
  }
  void deallocate(T*, std::size_t) {}
  bool operator==(const Nodes&) const = default;
};

struct Mixed {
  std::size_t operator()(const char* key) const {
    return reinterpret_cast<u64>(key) * 0x9e3779b97f4a7c15ull >> 16;
  }
};

// Addresses are the keys, and only the order in which they come out shows.
void leak_order(char* memory) {
  using Keys = std::unordered_set<const char*, Mixed, std::equal_to<>, Nodes<const char*>>;
  Keys keys{Nodes<const char*>(&memory)};
  for (u32 i = 0; i < elements; i++) keys.insert(&names[i]);
  u64 digest = 0;
  for (const char* key : keys) digest = digest * 31 + static_cast<u64>(key - names);
  leak(digest);
}

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

void thread(Env& env, u32 id) {
  State& state = *static_cast<State*>(env.state);
  state.first.store(1 + id, runtime_core::seq_cst);
  if (id != 0) return;
  switch (static_cast<Cause>(env.params[0])) {
    case none:
      break;
    case address:
      leak(reinterpret_cast<u64>(names) >> 12);
      break;
    case time:
      leak(__builtin_ia32_rdtsc());
      break;
    case memory:
      leak_memory();
      break;
    case order:
      leak_order(env.memory);
      break;
  }
  state.second.store(1, runtime_core::seq_cst);
}

void finish(Env&) { event(Event::user, 1, 2, 3); }

}  // namespace

extern const Scenario leak_scenario;
const Scenario leak_scenario = {
    "leak", "what is not simulated gets into a run", "user", params, 1, thread_count, setup, thread,
    finish};

}  // namespace scenarios
