// netpoll: goroutines wait for what another process writes, for a deadline, or for the end of their
// descriptor.
#include "runtime_core/net/netpoll.h"

#include "runtime_core/os/descriptor.h"
#include "runtime_core/os/os.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 servers_max = 4;
constexpr i64 soon_ns = 1'000'000, later_ns = 50'000'000;

enum class Ends : u8 { request, deadline, new_deadline, close, past_deadline, reply, in_time };

struct State;
struct Server {
  State* state;
  PollDesc* pd;
  CounterEnds fd;  // read by the server, and written by the other process; of replies, the reverse
  i64 deadline;    // as the server knows it, 0: none
  Join renewal;
  i64 next_deadline;          // before the renewal
  std::atomic<u32> closes;    // the descriptor is being closed
  std::atomic<u32> is_early;  // main has ended the time
};

struct State {
  GoWorld world;
  Join join, opening;
  Ends ends;
  u32 servers, rounds, stops;
  bool calls;
  Note served;                           // main waits for it in a call of the system
  alignas(64) std::atomic<u32> waiting;  // servers that are not done; if so
  Server server[servers_max];
  M* watcher;
  alignas(64) std::atomic<u32> over;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"servers", 1, "goroutines that wait, each for a descriptor", 1, servers_max},
    {"ends", 0,
     "what ends a wait 0: a request, 1: a deadline, 2: a deadline that was set anew, 3: main "
     "closes "
     "the descriptor, 4: main sets a deadline in the past, 5: the other process has read what was "
     "written, 6: a request, long before a deadline",
     0, 6},
    {"rounds", 1, "requests to each server", 1, 100},
    {"stops", 0, "times that main stops the world", 0, 100},
    {"watches", 0, "1: a thread looks at the network as sysmon does", 0, 1},
    {"calls", 0, "1: main waits for the servers in a call of the system", 0, 1},
    late_threads,
};
enum : u32 { p_threads, p_servers, p_ends, p_rounds, p_stops, p_watches, p_calls, p_late };

u32 ms_of(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
Ends ends_of(const Env& env) { return static_cast<Ends>(env.params[p_ends]); }
bool is_asked(Ends ends) { return ends == Ends::request || ends == Ends::in_time; }
bool has_peer(Ends ends) { return is_asked(ends) || ends == Ends::reply; }
bool needs_main(Ends ends) {
  return ends == Ends::close || ends == Ends::past_deadline || ends == Ends::new_deadline;
}
bool is_watched(const Env& env) { return env.params[p_watches] != 0; }
u32 thread_count(const Env& env) {
  return ms_of(env) + (is_watched(env) ? 1 : 0) + (has_peer(ends_of(env)) ? 1 : 0);
}
// Those that wait, main, and the timers' own.
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[p_servers]) + 2; }

// What a wait says is so.
void check_result(const Server& server, PollResult result) {
  switch (result) {
    case PollResult::closing:
      return require(server.closes.load(seq_cst) != 0, "netpoll.result", "nobody closes");
    case PollResult::timeout:
      return require(server.is_early.load(seq_cst) != 0 ||
                         (server.deadline != 0 && nanotime() >= server.deadline),
                     "netpoll.result", "a deadline that is not over ended a wait");
    default:
      return;
  }
}

// Original: the loop of netFD.Read, and of netFD.Write. The number read; nothing if the wait ended
// for another reason than news.
bool read_or_wait(G* gp, Server& server, u64* value) {
  PollResult result = netpollreset(server.pd, PollMode::read);
  while (result == PollResult::ready) {
    if (runtime_core::read_counter(server.fd.reader, value) >= 0) return true;
    result = netpollwait(gp, server.pd, PollMode::read);
  }
  check_result(server, result);
  return false;
}

void write_or_wait(G* gp, Server& server, u64 value) {
  PollResult result = netpollreset(server.pd, PollMode::write);
  while (result == PollResult::ready) {
    if (runtime_core::write_counter(server.fd.writer, value) >= 0) return;
    result = netpollwait(gp, server.pd, PollMode::write);
  }
  check_result(server, result);
}

void set_deadline(G* gp, Server& server, i64 in_ns) {
  server.deadline = nanotime() + in_ns;
  netpollsetdeadline(gp, server.pd, server.deadline, true, true);
}

void server_done(G* gp, State& s) {
  if (!s.calls) return join_done(gp, &s.join);
  if (s.waiting.fetch_sub(1, seq_cst) == 1) notewakeup(gp->m, &s.served);
}

// In a call of the system main gives its processor away, and looks for no work itself.
void wait_for_servers(G* gp, State& s) {
  s.calls ? static_cast<void>(notetsleepg(gp, &s.served, -1)) : join_wait(gp, &s.join);
}

void serve_requests(G* gp, State& s, Server& server) {
  for (u64 seen = 0, value = 0; seen < s.rounds; seen += value) {
    const bool asked = read_or_wait(gp, server, &value);
    // Time goes on when nobody can move, and the other process has never stopped.
    require(asked || !simulated, "netpoll.result", "a request came, and nobody looked in time");
    if (!asked) return;
  }
}

void serve(G* gp, void* arg) {
  auto& server = *static_cast<Server*>(arg);
  State& s = *server.state;
  u64 value = 0;
  server.pd = netpollopen(gp, s.ends == Ends::reply ? server.fd.writer : server.fd.reader);
  join_done(gp, &s.opening);
  switch (s.ends) {
    case Ends::in_time:
      set_deadline(gp, server, later_ns);
      [[fallthrough]];
    case Ends::request:
      serve_requests(gp, s, server);
      break;
    case Ends::reply:
      for (u32 i = 0; i <= s.rounds; i++) write_or_wait(gp, server, counter_max());
      break;
    case Ends::new_deadline:
      set_deadline(gp, server, soon_ns);
      read_or_wait(gp, server, &value);
      join_wait(gp, &server.renewal);
      server.deadline = server.next_deadline;
      read_or_wait(gp, server, &value);
      break;
    case Ends::deadline:
      set_deadline(gp, server, soon_ns);
      [[fallthrough]];
    default:
      require(!read_or_wait(gp, server, &value), "netpoll.result", "nobody has written");
  }
  server_done(gp, s);
}

void end_waits(G* gp, State& s) {
  join_wait(gp, &s.opening);
  // When the deadlines are over, or are about to be.
  if (s.ends == Ends::new_deadline) time_sleep(gp, soon_ns);
  for (u32 i = 0; i < s.servers; i++) {
    Server& server = s.server[i];
    if (s.ends == Ends::close) {
      server.closes.store(1, seq_cst);
      netpollunblock(gp, server.pd);
    } else if (s.ends == Ends::new_deadline) {
      server.next_deadline = nanotime() + later_ns;
      netpollsetdeadline(gp, server.pd, server.next_deadline, true, true);
      join_done(gp, &server.renewal);
    } else {
      server.is_early.store(1, seq_cst);
      netpollsetdeadline(gp, server.pd, -1, true, false);
    }
  }
}

void main_of_netpoll(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  s.join.left = s.opening.left = s.servers;
  for (u32 i = 0; i < s.servers; i++) newproc(gp->m, serve, &s.server[i]);
  if (needs_main(s.ends)) end_waits(gp, s);
  for (u32 i = 0; i < s.stops; i++) give_world_back(take_world(gp->m));
  wait_for_servers(gp, s);
  for (u32 i = 0; i < s.servers; i++) {
    if (s.ends != Ends::close) netpollunblock(gp, s.server[i].pd);
    netpollclose(gp, s.server[i].pd);
  }
  s.over.store(1, seq_cst);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->ends = ends_of(env);
  s->servers = static_cast<u32>(env.params[p_servers]);
  s->rounds = static_cast<u32>(env.params[p_rounds]);
  s->stops = static_cast<u32>(env.params[p_stops]);
  s->calls = env.params[p_calls] != 0;
  s->waiting.store(s->servers, relaxed);
  for (u32 i = 0; i < s->servers; i++) {
    s->server[i].state = s;
    s->server[i].renewal.left = 1;
    require(open_counter(&s->server[i].fd) >= 0, "scenario.input", "no descriptor is left");
  }
  boot_goroutines(env, &s->world, ms_of(env), ms_of(env), main_of_netpoll, s);
  netpollprepare(&s->world.ms[0]);
  if (is_watched(env)) s->watcher = add_watcher(env, &s->world);
}

// What sysmon does, as often as it can.
void watch(State& s) {
  for (i64 now = later_ns; s.over.load(seq_cst) == 0; now += later_ns) {
    poll_if_overdue(s.watcher, now);
    procyield(1);
  }
}

// Another process, at the other end of each descriptor.
void be_peer(State& s) {
  for (u32 round = 0; round < s.rounds; round++) {
    for (u32 i = 0; i < s.servers; i++) {
      if (is_asked(s.ends)) {
        runtime_core::write_counter(s.server[i].fd.writer, 1);
        continue;
      }
      u64 value = 0;
      while (runtime_core::read_counter(s.server[i].fd.reader, &value) < 0) osyield();
    }
  }
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id < ms_of(env)) return run_goroutines(&s.world, id);
  if (is_watched(env) && id == ms_of(env)) return watch(s);
  be_peer(s);
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.over.load(relaxed) == 1, "sched.runnable_once", "main did not run to its end");
}

}  // namespace

extern const Scenario netpoll_scenario;
const Scenario netpoll_scenario = {
    .name = "netpoll",
    .description = "goroutines wait for descriptors, which get ready, close or run out of time",
    .reaches = "g_execute",
    .params = params,
    .param_count = 8,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count,
    .measures_time = true};

}  // namespace scenarios
