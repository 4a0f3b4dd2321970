// stack-growth: goroutines call deeper and deeper, each call with a pointer to a word of its
// caller's frame, so that stacks are copied with pointers into them; then they return, and each
// writes through the pointer that it was given.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4, frame_words = 64;

struct State {
  GoWorld world;
  Join join;
  u32 workers, depth, rounds;
  alignas(64) u64 ran[workers_max];  // plain: each counted by the goroutine it belongs to
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread", 1, 4},
    {"workers", 1, "goroutines besides main", 1, workers_max},
    {"depth", 4, "calls within each other; a frame has 512 bytes and more", 1, 64},
    {"rounds", 1, "of calls and returns", 1, 100},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 1; }

// func descend(n int, total *int): own is n; below it calls descend(n-1, &own); then total += own.
constexpr u8 number_and_pointer[] = {bits_scalar | bits_pointer << 2};
constexpr Slot n = argument(0), total = argument(1), own = local(0), pointer = local(1);
void descend_body(Mutator& m);
constexpr u8 descend_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0};
static_assert(sizeof(descend_words) * pointers_per_byte == frame_words);
constexpr Function descend = {"descend",     2,           frame_words, 2, number_and_pointer,
                              descend_words, descend_body};

void descend_body(Mutator& m) {
  m.set_number(own, m.number(n));
  if (m.number(n) > 1) {
    m.set_number(local(2), m.number(n) - 1);
    m.address_of(pointer, own);
    m.call(descend, {local(2), pointer});
  }
  const u64 sum = m.load_number(total, 0) + m.number(own);
  m.store_number(total, 0, sum);
}

// func worker(s *State, index int)
constexpr u8 worker_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
void worker_body(Mutator& m) {
  State& s = *reinterpret_cast<State*>(m.number(argument(0)));
  const u64 index = m.number(argument(1));
  u64 sum = 0;
  for (u32 i = 0; i < s.rounds; i++) {
    m.set_number(local(0), 0);
    m.set_number(local(2), s.depth);
    m.address_of(local(1), local(0));
    m.call(descend, {local(2), local(1)});
    sum += m.number(local(0));
  }
  s.ran[index] = sum;
  join_done(m.g(), &s.join);
}
constexpr Function worker = {"worker", 2, 3, 2, scalar_words.bytes, worker_words, worker_body};

void main_of_stack_growth(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  s.join.left = s.workers;
  for (u32 i = 0; i < s.workers; i++) {
    const uintptr args[] = {reinterpret_cast<uintptr>(&s), i};
    newproc(gp->m, worker, args, 2);
  }
  join_wait(gp, &s.join);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->depth = static_cast<u32>(env.params[2]);
  s->rounds = static_cast<u32>(env.params[3]);
  const u32 threads = thread_count(env);
  boot_goroutines(env, &s->world, threads, threads, main_of_stack_growth, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  const u64 sum = u64{s.depth} * (s.depth + 1) / 2 * s.rounds;
  for (u32 i = 0; i < s.workers; i++) {
    require(s.ran[i] == sum, "stack.contents", "what was written to a frame is not there");
  }
}

}  // namespace

extern const Scenario stack_growth_scenario;
const Scenario stack_growth_scenario = {
    .name = "stack-growth",
    .description = "goroutines outgrow their stacks, with pointers from frame to frame",
    .reaches = "stack_live,stack_free",
    .params = params,
    .param_count = 5,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
