// server: clients send requests, and servers answer them after a system call and a sleep; what was
// made for an answer has a finalizer, and main collects meanwhile.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/finalizers.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 servers_max = 4, clients_max = 8;

struct State {
  GoWorld world;
  Join clients_done, servers_done, closed;
  u32 servers, clients, rounds, capacity, collections;
  i64 sleep_ns;
  const Type* request;  // the channel for the answer, and a number
  Type session;         // the request, and the answer
  Type pointer;         // to a session
  FuncVal finalizer;
  u8* finalized;  // by the number of the request
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"servers", 1, "goroutines that answer", 1, servers_max},
    {"clients", 1, "goroutines that ask", 1, clients_max},
    {"rounds", 1, "requests of each client", 1, 100000},
    {"capacity", 0, "requests that may wait", 0, 1000},
    {"collections", 1, "by main; one more comes when all is over", 0, 1000},
    {"sleep_us", 1, "for which an answer takes; 0: no sleep"},
    // Each start of the world may find that an M that helped is not idle yet.
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};
enum : u32 { p_threads, p_servers, p_clients, p_rounds, p_capacity, p_collections, p_sleep_us };

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
// With main, and those for timers, finalizers and the sweep.
u32 goroutine_count(const Env& env) {
  return static_cast<u32>(env.params[p_servers] + env.params[p_clients]) + 4;
}

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

constexpr u64 answer_to(u64 number) { return number * number + 1; }

// func finalize(session *session): nobody else has it, and its request is still there.
constexpr Function finalize = {
    "finalize", 1, 1, 0, pointer_words.bytes, pointer_words.bytes, [](Mutator& m) {
      auto& s = *static_cast<State*>(m.m()->rt->hooks.context);
      m.load(local(0), argument(0), 0);
      const u64 number = m.load_number(local(0), 1);
      require(
          number < u64{s.clients} * s.rounds && m.load_number(argument(0), 1) == answer_to(number),
          "heap.no_use_after_free", "a session was freed before its finalizer has run");
      require(s.finalized[number]++ == 0, "finalizer.runs", "a finalizer ran twice");
      join_done(m.g(), &s.closed);
    }};

// func serve(s *State, requests chan *request)
constexpr u8 serve_args[] = {bits_scalar | bits_pointer << 2};
constexpr Slot requests = argument(1), request = local(0), session = local(1), reply = local(2);
void answer(Mutator& m) {
  State& s = state_of(m);
  m.alloc(session, &s.session);
  m.store(session, 0, request);
  m.set_finalizer(session, &s.pointer, &s.finalizer);
  m.system_call();
  if (s.sleep_ns != 0) m.sleep(s.sleep_ns);
  m.store_number(session, 1, answer_to(m.load_number(request, 1)));
  m.load(reply, request, 0);
  m.clear(request);
  m.send(reply, session);
  m.clear(reply);
  m.clear(session);
}
constexpr Function serve = {"serve", 2, 3, 0, serve_args, pointer_words.bytes, [](Mutator& m) {
                              while (m.receive(requests, request)) answer(m);
                              join_done(m.g(), &state_of(m).servers_done);
                            }};

// func ask(s *State, requests chan *request, index int): as many as there are rounds
constexpr u8 ask_args[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
constexpr Slot answered = local(3);
void ask_one(Mutator& m, u64 number) {
  m.alloc(request, state_of(m).request);
  m.store(request, 0, reply);
  m.store_number(request, 1, number);
  m.send(requests, request);
  require(m.receive(reply, session), "chan.exactly_once", "a channel is closed");
  m.load(answered, session, 0);
  require(m.are_same(answered, request) && m.load_number(session, 1) == answer_to(number),
          "chan.exactly_once", "a request has the answer to another one");
  for (const Slot slot : {request, session, answered}) m.clear(slot);
}
constexpr Function ask = {"ask", 3, 4, 0, ask_args, pointer_words.bytes, [](Mutator& m) {
                            State& s = state_of(m);
                            m.make_chan(reply, &s.pointer, 0);
                            const u64 first = m.number(argument(2)) * s.rounds;
                            for (u32 i = 0; i < s.rounds; i++) ask_one(m, first + i);
                            join_done(m.g(), &s.clients_done);
                          }};

// func main(s *State)
constexpr u8 main_locals[] = {bits_pointer | bits_scalar << 2 | bits_scalar << 4};
constexpr Function main_function = {
    "main", 1, 3, 0, scalar_words.bytes, main_locals, [](Mutator& m) {
      constexpr Slot queue = local(0), state = local(1), index = local(2);
      State& s = state_of(m);
      m.make_chan(queue, &s.pointer, s.capacity);
      m.set_number(state, m.number(argument(0)));
      for (u32 i = 0; i < s.servers; i++) m.spawn(serve, {state, queue});
      for (u32 i = 0; i < s.clients; i++) {
        m.set_number(index, i);
        m.spawn(ask, {state, queue, index});
      }
      for (u32 i = 0; i < s.collections; i++) m.collect();
      join_wait(m.g(), &s.clients_done);
      m.close(queue);
      join_wait(m.g(), &s.servers_done);
      m.collect();
      join_wait(m.g(), &s.closed);
    }};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->servers = static_cast<u32>(env.params[p_servers]);
  s->clients = static_cast<u32>(env.params[p_clients]);
  s->rounds = static_cast<u32>(env.params[p_rounds]);
  s->capacity = static_cast<u32>(env.params[p_capacity]);
  s->collections = static_cast<u32>(env.params[p_collections]);
  s->sleep_ns = env.params[p_sleep_us] * 1000;
  s->clients_done.left = s->clients;
  s->servers_done.left = s->servers;
  s->closed.left = s->clients * s->rounds;
  s->finalized = allocate<u8>(env, s->closed.left);
  s->request = make_type(env, 2 * ptr_size, mask_pointer_number);
  s->session = *make_type(env, 2 * ptr_size, mask_pointer_number);
  s->pointer = *make_type(env, ptr_size, mask_two_pointers);
  make_pointer_type(&s->pointer, &s->session);
  make_finalizer(&s->finalizer, &s->pointer, &finalize);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
  s->world.rt->hooks.context = s;
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.clients * s.rounds; i++) {
    require(s.finalized[i] == 1, "finalizer.runs", "a finalizer did not run");
  }
}

}  // namespace

extern const Scenario server_scenario;
const Scenario server_scenario = {
    .name = "server",
    .description = "requests, system calls, timers and finalizers while main collects",
    .reaches = "gc_phase,stack_scan,gc_mark_end,slot_store,finalizer_run",
    .params = params,
    .param_count = 8,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
