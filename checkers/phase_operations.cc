// The table of what is impossible, and how combinations are seen.
#include "checkers/phase_operations.h"

#include <algorithm>

#include "model/features.h"
#include "runtime_core/sched/g.h"

namespace checkers {
namespace {

using namespace runtime_core;
using Op = GcOperation;
using Phase = GcPhase;

constexpr std::uint32_t phases = 7, statuses = 5;
constexpr auto operations = static_cast<std::uint32_t>(Op::count_);
constexpr const char* phase_names[phases] = {"off",  "quiesce",          "stw",  "scan",
                                             "mark", "mark termination", "sweep"};
constexpr const char* status_names[statuses] = {"idle", "running", "syscall", "gcstop", "dead"};
constexpr const char* operation_names[operations] = {
    "allocate",   "store",      "set finalizer", "run finalizer", "move stack",
    "spawn",      "run",        "yield",         "park",          "ready",
    "end",        "enter call", "leave call",    "come back",     "collect",
    "sweep span", "scan stack", "grey",          "blacken"};

bool any(const Combination& c, std::uint32_t status, std::uint32_t from = 0) {
  return std::find(c.status.begin() + from, c.status.begin() + c.procs, status) !=
         c.status.begin() + c.procs;
}
bool is_stopped(const Combination& c) {
  return std::all_of(c.status.begin(), c.status.begin() + c.procs,
                     [](std::uint32_t s) { return s == p_gcstop; });
}
bool is(const Combination& c, std::initializer_list<Op> ops) {
  return std::find(ops.begin(), ops.end(), c.operation) != ops.end();
}
bool is(const Combination& c, std::initializer_list<Phase> all) {
  return std::find(all.begin(), all.end(), c.phase) != all.end();
}
// While others run.
bool is_concurrent(const Combination& c) { return is(c, {Phase::scan, Phase::mark}); }
bool is_between(const Combination& c) { return is(c, {Phase::off, Phase::sweep}); }
// P 0 has been set going by who starts the world, and not yet all others.
bool is_starting(const Combination& c) {
  const bool first = c.status[0] == p_idle || c.status[0] == p_running;
  return c.phase == Phase::mark && first && any(c, p_gcstop, 1);
}

// What is possible while no goroutine runs.
bool is_of_stopped_world(const Combination& c) {
  switch (c.operation) {
    case Op::come_back:
      return true;  // who leaves a call has no P
    case Op::scan_stack:
    case Op::grey:
    case Op::blacken:
    case Op::move_stack:  // shrinks
      return c.phase == Phase::marktermination;
    case Op::sweep:  // after a collection that is asked for by name
    case Op::spawn:  // the sweeper
      return c.phase == Phase::sweep;
    case Op::ready:  // the sweeper, or who waits for the right to stop the world
      return is_between(c);
    default:
      return false;
  }
}

bool is_of_collector(const Combination& c) {
  return is(c, {Op::scan_stack, Op::grey, Op::blacken});
}

struct Rule {
  const char* reason;
  bool (*forbids)(const Combination& c);
};

// The first one that applies tells why.
constexpr Rule rules[] = {
    {"the collector enters neither quiesce nor stw",
     [](const Combination& c) {
       return is(c, {Phase::quiesce, Phase::stw});
     }},
    {"nobody changes the number of Ps", [](const Combination& c) { return any(c, p_dead); }},
    {"marking terminates in a stopped world",
     [](const Combination& c) { return c.phase == Phase::marktermination && !is_stopped(c); }},
    {"nobody stops the world while stacks are scanned",
     [](const Combination& c) { return c.phase == Phase::scan && any(c, p_gcstop); }},
    {"who collects has P 0 while the world runs",
     [](const Combination& c) {
       const bool has = c.status[0] == p_running || c.status[0] == p_gcstop;
       return is_concurrent(c) && !has && !is_starting(c);
     }},
    {"who starts the world takes P 0, then lets the others be idle, the last one first",
     [](const Combination& c) {
       if (!is_starting(c)) return false;
       const auto first = c.status.begin() + 1, end = c.status.begin() + c.procs;
       const auto idle = std::find(first, end, p_idle);
       const bool rest_is_idle = std::count(idle, end, p_idle) == end - idle;
       const bool others_are_stopped = std::count(first, idle, p_gcstop) == idle - first;
       return !rest_is_idle || !others_are_stopped || (c.status[0] == p_idle && idle != end);
     }},
    {"stacks are scanned in two phases",
     [](const Combination& c) {
       return is(c, {Op::scan_stack}) && !is(c, {Phase::scan, Phase::marktermination});
     }},
    {"nothing turns grey between two collections",
     [](const Combination& c) { return is(c, {Op::grey}) && is_between(c); }},
    {"nothing turns black before every P runs the barrier, or between two collections",
     [](const Combination& c) {
       return is(c, {Op::blacken}) && !is(c, {Phase::mark, Phase::marktermination});
     }},
    {"spans are swept before a collection begins to scan",
     [](const Combination& c) { return is(c, {Op::sweep}) && !is_between(c); }},
    {"who collects has the right to stop the world, and nobody else",
     [](const Combination& c) {
       return is(c, {Op::collect}) && (!is_between(c) || any(c, p_gcstop));
     }},
    {"the world is stopped, and only the collector and who leaves a call have something to do",
     [](const Combination& c) { return is_stopped(c) && !is_of_stopped_world(c); }},
    {"the world has not been started yet",
     [](const Combination& c) { return is_starting(c) && !is(c, {Op::come_back}); }},
    {"who marks to the end does not stop the world meanwhile",
     [](const Combination& c) {
       return c.phase == Phase::mark && is(c, {Op::blacken}) && c.status[0] == p_gcstop;
     }},
    {"no goroutine has a P but the one that collects, on P 0",
     [](const Combination& c) {
       const bool collects = is_of_collector(c) && c.status[0] == p_running;
       return is_concurrent(c) && !collects && !is(c, {Op::come_back}) && !any(c, p_running, 1);
     }},
    {"no goroutine has a P",
     [](const Combination& c) {
       return !is_stopped(c) && !is(c, {Op::come_back}) && !any(c, p_running);
     }},
};

// Who only has the scan bit set or taken away does nothing.
std::optional<Op> operation_of_status(std::uint32_t from, std::uint32_t to) {
  switch (to) {
    case g_dead:
      return from == g_running ? std::optional(Op::end) : std::nullopt;
    case g_copystack:
      return Op::move_stack;
    case g_syscall:
      return from == g_running ? std::optional(Op::enter_call) : std::nullopt;
    case g_running:
      if (from == g_syscall) return Op::leave_call;
      return from == g_runnable ? std::optional(Op::run) : std::nullopt;
    case g_runnable:
      break;
    default:
      return std::nullopt;
  }
  switch (from) {
    case g_dead:
      return Op::spawn;
    case g_running:
      return Op::yield;
    case g_waiting:
      return Op::ready;
    case g_syscall:
      return Op::come_back;
    default:
      return std::nullopt;
  }
}

}  // namespace

const char* why_impossible(const Combination& c) {
  for (const Rule& rule : rules) {
    if (rule.forbids(c)) return rule.reason;
  }
  return nullptr;
}

std::string Combination::describe() const {
  std::string text = std::string(phase_names[static_cast<std::uint32_t>(phase)]) + ",";
  for (std::uint32_t i = 0; i < procs; i++) text += std::string(" ") + status_names[status[i]];
  return text + ": " + operation_names[static_cast<std::uint32_t>(operation)];
}

PhaseOperations::PhaseOperations(const Shadow& shadow, std::uint32_t procs, bool judges)
    : shadow_(shadow), procs_(procs), judges_(judges) {
  std::uint32_t all = phases * operations;
  for (std::uint32_t i = 0; i < procs; i++) all *= statuses;
  reached_.resize(all);
}

std::uint64_t PhaseOperations::wanted() const {
  using enum Event;
  return sim::kinds(alloc, slot_store, finalizer_set, finalizer_run, g_status, g_drop, gc_begin,
                    span_sweep_begin, stack_scan, grey_object, scan_object);
}

std::optional<Op> PhaseOperations::operation_of(const sim::ObservedEvent& e) const {
  switch (static_cast<Event>(e.kind)) {
    case Event::alloc:
      return Op::allocate;
    case Event::slot_store: {
      const MHeap& h = shadow_.runtime->heap;
      const bool in_arena = e.a >= h.arena_start && e.a < h.arena_used.load(relaxed);
      const bool on_stack = in_arena && !shadow_.heap.block_of(e.a);
      return e.c != 0 && !on_stack ? std::optional(Op::store) : std::nullopt;
    }
    case Event::finalizer_set:
      return Op::set_finalizer;
    case Event::finalizer_run:
      return Op::run_finalizer;
    case Event::g_status:
      return operation_of_status(static_cast<std::uint32_t>(e.b), static_cast<std::uint32_t>(e.c));
    case Event::g_drop: {
      const std::uint32_t status = reinterpret_cast<const G*>(e.a)->atomicstatus.load(relaxed);
      return (status & ~g_scan) == g_waiting ? std::optional(Op::park) : std::nullopt;
    }
    case Event::gc_begin:
      return Op::collect;
    case Event::span_sweep_begin:
      return Op::sweep;
    case Event::stack_scan:
      return e.b != 0 ? std::optional(Op::scan_stack) : std::nullopt;
    case Event::grey_object:
      return Op::grey;
    default:
      return Op::blacken;
  }
}

std::uint32_t PhaseOperations::number_of(const Combination& c) const {
  std::uint32_t number = static_cast<std::uint32_t>(c.phase);
  for (std::uint32_t i = 0; i < procs_; i++) number = number * statuses + c.status[i];
  return number * operations + static_cast<std::uint32_t>(c.operation);
}

Combination PhaseOperations::combination(std::uint32_t number) const {
  Combination c;
  c.operation = static_cast<Op>(number % operations);
  number /= operations;
  c.procs = procs_;
  for (std::uint32_t i = procs_; i-- > 0; number /= statuses) c.status[i] = number % statuses;
  c.phase = static_cast<Phase>(number);
  return c;
}

std::optional<sim::Finding> PhaseOperations::on_event(const sim::ObservedEvent& e) {
  const auto operation = operation_of(e);
  if (!operation) return std::nullopt;
  const Runtime& rt = *shadow_.runtime;
  Combination c{.phase = rt.work.gcphase.load(relaxed), .operation = *operation, .procs = procs_};
  if (c.phase == Phase::off && rt.heap.sweepdone.load(relaxed) == 0) c.phase = Phase::sweep;
  for (std::uint32_t i = 0; i < procs_; i++) {
    const P* p = rt.allp[i].load(relaxed);
    if (p == nullptr) return std::nullopt;  // the runtime starts
    c.status[i] = p->status.load(relaxed);
  }
  if (const char* why = why_impossible(c)) {
    if (!judges_) return std::nullopt;
    return sim::Finding{"gc.possible_operation", c.describe() + ", although " + why};
  }
  const std::uint32_t number = number_of(c);
  reached_[number] = true;
  model::Features* features = explorer_ == nullptr ? nullptr : explorer_->features();
  if (features != nullptr) features->add(model::FeatureKind::scenario, number);
  return std::nullopt;
}

PhaseOperations::Figures PhaseOperations::figures() const {
  Figures f;
  for (const Rule& rule : rules) f.impossible.push_back({rule.reason, {}});
  for (std::uint32_t number = 0; number < reached_.size(); number++) {
    const Combination c = combination(number);
    if (const char* why = why_impossible(c)) {
      for (Impossible& i : f.impossible) {
        if (i.reason == why) i.combinations.push_back(c);
      }
    } else if (reached_[number]) {
      f.reached++;
    } else {
      f.not_reached.push_back(c);
    }
  }
  return f;
}

}  // namespace checkers
