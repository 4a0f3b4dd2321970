// What goroutines with managed stacks cost natively on one P: a value there and back over channels
// without a buffer, and one that is started, runs and ends.
#include <benchmark/benchmark.h>

#include "runtime_core/mutator/mutator.h"
#include "runtime_core/sched/test_support.h"
#include "runtime_core/sync/sema.h"

namespace runtime_core {
namespace {

using testing::Program;

constexpr u8 mask_pointer[] = {0x88};
constexpr Slot ping = local(0), pong = local(1), value = local(2);

Type pointer_type() {
  Type t{};
  t.size = ptr_size;
  t.align = ptr_size;
  t.kind = kind_ptr;
  t.gc[0] = reinterpret_cast<uintptr>(mask_pointer);
  return t;
}

struct Context {
  benchmark::State* state;
  Program* program;
  const Function* function;
  Type pointer = pointer_type();
  std::atomic<u32> over{0};
};
Context& context_of(const Mutator& m) { return *reinterpret_cast<Context*>(m.number(argument(0))); }

void start_and_wait(G* gp, void* arg) {
  auto& context = *static_cast<Context*>(arg);
  const uintptr args[] = {reinterpret_cast<uintptr>(arg)};
  newproc(gp->m, *context.function, args, 1);
  semacquire(gp, &context.over);
}

void run(benchmark::State& state, const Function& f) {
  Program p(1, [](G* gp, void* arg) { start_and_wait(gp, static_cast<Program*>(arg)->user); });
  Context context;
  context.state = &state;
  context.program = &p;
  context.function = &f;
  p.user = &context;
  p.run();
  state.SetItemsProcessed(static_cast<i64>(state.iterations()));
}

constexpr u8 two_channels[] = {bits_pointer | bits_pointer << 2};
constexpr Function answer = {"answer", 2, 1, 0, two_channels, pointer_words.bytes, [](Mutator& m) {
                               while (m.receive(argument(0), local(0)))
                                 m.send(argument(1), local(0));
                             }};
constexpr Function play = {
    "play", 1, 3, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      m.make_chan(ping, &context_of(m).pointer, 0);
      m.make_chan(pong, &context_of(m).pointer, 0);
      m.spawn(answer, {ping, pong});
      for (auto _ : *context_of(m).state) {
        m.send(ping, value);
        m.receive(pong, value);
      }
      m.close(ping);
      semrelease(m.g(), &context_of(m).over);
    }};
void channel_ping_pong(benchmark::State& state) { run(state, play); }
BENCHMARK(channel_ping_pong);

constexpr Function nothing = {"nothing", 0, 0, 0, nullptr, nullptr, [](Mutator&) {}};
constexpr Function start = {"start", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
                              for (auto _ : *context_of(m).state) {
                                m.spawn(nothing, {});
                                m.yield();
                              }
                              semrelease(m.g(), &context_of(m).over);
                            }};
void goroutine_spawn(benchmark::State& state) { run(state, start); }
BENCHMARK(goroutine_spawn);

constexpr Function lets_run = {"lets_run", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
                                 while (context_of(m).program->ran.load(relaxed) == 0) m.yield();
                               }};
constexpr Function switches = {
    "switches", 1, 1, 0, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      m.set_number(local(0), m.number(argument(0)));
      m.spawn(lets_run, {local(0)});
      for (auto _ : *context_of(m).state) m.yield();
      context_of(m).program->ran.store(1, relaxed);
      semrelease(m.g(), &context_of(m).over);
    }};
// An iteration is a switch to the other and one back.
void goroutine_switch(benchmark::State& state) { run(state, switches); }
BENCHMARK(goroutine_switch);

}  // namespace
}  // namespace runtime_core
