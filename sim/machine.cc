// Scheduling, choices, snapshots and the life of an execution.
#include "sim/machine.h"

#include <bit>
#include <utility>

#include "model/bits.h"
#include "sim/fault.h"
#include "sim/schedule.h"

// What the simulated program sees as constants (the flavour's tricolor_rules, tricolor_tuning).
runtime_core::Rules program_rules asm("tricolor_rules");
runtime_core::Tuning program_tuning asm("tricolor_tuning");
// Whether every access hands over the registers of its caller (sim/hooks.cc).
std::uint8_t tricolor_keeps_registers asm("tricolor_keeps_registers") = 0;

namespace sim {

using model::count_bits;
using model::nth_set_bit;

Machine* the_machine = nullptr;

namespace {

constexpr std::uint64_t scenario_memory_bytes = std::uint64_t{1} << 30;

// That a thread which let others move may go on.
constexpr std::uint64_t turn_of(std::uint32_t thread) {
  return model::machine_object(model::MachineObject::turn, std::uint64_t{thread} << 3);
}

}  // namespace

// A program is laid out before its machine is prepared: nobody may find the one before it then.
Machine::~Machine() {
  if (the_machine == this) the_machine = nullptr;
}

bool Machine::prepare(std::string* error) {
  the_machine = this;
  program_rules = options.rules;
  program_tuning = options.tuning;
  const std::uint32_t n = options.threads;
  hot = static_cast<Hot*>(space.allocate_tool(sizeof(Hot)));
  threads = static_cast<Thread*>(space.allocate_tool(sizeof(Thread) * threads_max));
  for (std::uint32_t t = 0; t < threads_max; t++) threads[t].deadline = -1;
  kernel = static_cast<Kernel*>(space.allocate_tool(sizeof(Kernel)));
  start_process();
  races.prepare(space, n);
  awaits.prepare(space, n);
  const bool keeps_places = options.liveness || options.compares_states;
  if (keeps_places) places = std::make_unique<Places>(space, n);
  if (options.liveness) lassos = std::make_unique<Lassos>(*this);
  tricolor_keeps_registers = keeps_places;
  observed.start = reinterpret_cast<std::uint64_t>(space.allocate_tool(0));
  for (EventObserver* observer : observers) {
    observer->attach(space);
    const std::uint64_t wanted = observer->wanted();
    for (std::uint32_t kind = 0; kind < kinds_max; kind++) {
      if ((wanted >> kind & 1) != 0) listeners_[kind].push_back(observer);
    }
    if ((wanted & at_start) != 0) start_listeners_.push_back(observer);
    if ((wanted & at_end) != 0) end_listeners_.push_back(observer);
  }
  observed.bytes = reinterpret_cast<std::uint64_t>(space.allocate_tool(0)) - observed.start;
  for (std::uint32_t t = 0; t <= n; t++) fibers[t].create(space);
  stacks.resize(options.stacks);
  for (Fiber& stack : stacks) stack.create(space);
  stacks_end_ = stacks.empty() ? fibers[n].top : stacks.back().top;
  on = static_cast<Fiber**>(space.allocate_tool(sizeof(Fiber*) * (n + 1)));
  for (std::uint32_t t = 0; t <= n; t++) on[t] = &fibers[t];
  void* scenario_memory = space.allocate_region(scenario_memory_bytes, 1 << 20);
  env->memory = static_cast<char*>(scenario_memory);
  env->memory_end = env->memory + scenario_memory_bytes;
  env->run = scenario->thread;
  install_fault_handler();
  hot->now = 1'000'000'000;
  const std::uint32_t present = n - options.dormant;
  hot->runnable = (std::uint64_t{1} << present) - 1;
  kernel->started = present;
  for (std::uint32_t t = present; t < n; t++) threads[t].done = 1;
  buffers_ = memory->buffers_stores();
  keeps_values_ = memory->keeps_values();
  awaits.expect_old_values(keeps_values_);
  if (explorer->looks_ahead()) {
    next = static_cast<model::NextStep*>(
        space.allocate_tool(sizeof(model::NextStep) * 2 * model::first_buffer));
  }
  run_alone(scenario->setup);
  if (!violations.empty()) {
    *error = violations[0].message;
    return false;
  }
  setup_mark_ = space.snapshot();
  keep_hot();
  start_threads();
  return true;
}

// Nobody is told: it is done once for many executions.
void Machine::start_threads() {
  RunListener* const silenced = std::exchange(listener, nullptr);
  fair = options.fair && !explorer->reduces();
  awaits.compare_locally(!fair);
  started_ = false;
  const std::uint32_t present = options.threads - options.dormant;
  for (std::uint32_t t = 0; t < present && violations.empty(); t++) {
    fibers[t].start<thread_main>();
    hot->current = t;
    switch_context(&host_context, fibers[t].context);
    run_handover();
  }
  started_ = true;
  base_mark_ = space.snapshot();
  keep_hot();
  listener = silenced;
}

// What the explorer is like may have changed, and a waiting thread's first operation depends on it.
void Machine::restore_base() {
  snapshots_.clear();
  has_request_ = false;
  keeps_snapshots_ = explorer->supports_backtrack();
  step.wanted = explorer->wants_steps();
  features_ = explorer->features();
  if (features_ != nullptr) {
    for (const auto& source : coverage) source->reset();
  }
  if (fair == (options.fair && !explorer->reduces())) return space.rollback(base_mark_);
  space.rollback(setup_mark_);
  keep_hot();
  start_threads();
}

void Machine::run_alone(void (*body)(scenarios::Env&)) {
  if (body == nullptr) return;
  alone_body_ = body;
  alone = options.threads;
  hot->current = alone;
  // A fresh start each time: a rollback may have torn what the last one left on its stack.
  fibers[alone].start<alone_main>();
  switch_context(&host_context, fibers[alone].context);
  alone = no_thread;
}

void Machine::alone_main() {
  the_machine->alone_body_(*the_machine->env);
  the_machine->leave_to_host();
}

void Machine::note_progress() {
  for (std::uint64_t rest = hot->yielded; rest != 0; rest &= rest - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(rest));
    const std::uint64_t me = std::uint64_t{1} << hot->current;
    if ((threads[t].waits_for & me) == 0) continue;
    space.mut(threads[t]).waits_for &= ~me;
    // What made it wait may have been a cycle, and nothing that it will take back.
    if (lassos != nullptr && threads[t].waits_for == 0) hot->yielded &= ~(std::uint64_t{1} << t);
    touches(turn_of(t), 1, model::AccessKind::signal);
  }
}

void Machine::wake_awaiting(std::uint64_t address, std::uint64_t bytes) {
  if (!fair) return;  // what comes after the change is another execution
  for (std::uint64_t rest = hot->awaiting; rest != 0; rest &= rest - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(rest));
    if (!awaits.watches(t, address, bytes)) continue;
    hot->awaiting &= ~(std::uint64_t{1} << t);
    if ((kernel->fenced >> t & 1) == 0) hot->runnable |= std::uint64_t{1} << t;
  }
}

void Machine::wait_for_drain() {
  const std::uint64_t me = std::uint64_t{1} << hot->current;
  hot->runnable &= ~me;
  space.mut(*kernel).fenced |= me;
}

void Machine::buffer_drained(std::uint32_t thread) {
  const std::uint64_t bit = std::uint64_t{1} << thread;
  if ((kernel->fenced & bit) == 0) return;
  space.mut(*kernel).fenced &= ~bit;
  if ((hot->awaiting & bit) == 0) hot->runnable |= bit;
}

// A thread that says it is waiting lets every other runnable thread move first (after the fair
// scheduler of Musuvathi and Qadeer, PLDI 2008).
void Machine::yield() {
  if (is_alone()) return;
  if (!fair) {
    // Who counts its rounds while it waits would never let the others move.
    if (++space.mut(threads[hot->current]).yields > unfair_yields_max) give_up();
    scheduling_point();
    return record(Operation::yield, 0, 0, 0, 0);
  }
  if (keeps_values_) memory->yielded(*this);
  const std::uint32_t self = hot->current;
  const std::uint64_t me = std::uint64_t{1} << self;
  space.mut(threads[self]).waits_for = (hot->runnable | kernel->fenced) & ~me;
  hot->yielded |= me;
  touches(turn_of(self), 1, model::AccessKind::with_all);
  scheduling_point();
  touches(turn_of(self), 1, model::AccessKind::wait);
  record(Operation::yield, 0, 0, 0, 0);
  hot->yielded &= ~me;
}

bool Machine::is_only_option(std::uint32_t self) {
  return started_ && !may_step && !buffers_ && eligible() == std::uint64_t{1} << self;
}

std::uint64_t Machine::eligible() {
  const std::uint64_t runnable = hot->runnable;
  if ((hot->yielded & runnable) == 0) return runnable;
  std::uint64_t mask = runnable;
  for (std::uint64_t rest = hot->yielded & runnable; rest != 0; rest &= rest - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(rest));
    if ((threads[t].waits_for & (runnable | kernel->fenced)) != 0) mask &= ~(std::uint64_t{1} << t);
  }
  // A thread that waits for its own stores goes on once they have drained.
  return mask != 0 || kernel->fenced != 0 ? mask : runnable;
}

// REQUIRES: no store buffer is applied. Lets buffers drain until a thread is chosen; no_thread when
// nothing can move any more.
std::uint32_t Machine::pick() {
  if (kernel->handover != 0) [[unlikely]] {
    const std::uint32_t heir = kernel->handover - 1;
    space.mut(*kernel).handover = 0;
    return heir;
  }
  for (;;) {
    end_step();
    const std::uint64_t drains = buffers_ ? memory->drainable(*this) : 0;
    if (hot->runnable == 0 && drains == 0) {
      if (wake_by_time()) continue;
      return no_thread;
    }
    if (may_step && !may_step()) [[unlikely]] {
      stopped_ = true;
      return no_thread;
    }
    const bool only_drains = lassos != nullptr && drains != 0 && lassos->wants_drain();
    const std::uint64_t ready = only_drains ? 0 : eligible();
    const std::uint32_t n = count_bits(ready);
    const std::uint32_t options_count = n + count_bits(drains);
    std::uint32_t option = 0;
    if (options_count > 1) {
      const std::uint64_t me = std::uint64_t{1} << (hot->current & 63);
      // Before the first step nobody is running, so that any first thread is free to choose. A
      // thread that waits for its own stores goes on by letting them drain.
      const bool fenced = (kernel->fenced & me) != 0;
      const bool can_go_on = hot->steps != 0 && (fenced || (ready & me) != 0);
      const auto position = static_cast<std::int32_t>(fenced ? n + count_bits(drains & (me - 1))
                                                             : count_bits(ready & (me - 1)));
      if (next != nullptr && drains != 0) [[unlikely]]
        look_at_buffers(drains);
      const std::uint32_t last = hot->steps != 0 ? hot->current : model::nobody;
      option = ask({model::ChoiceKind::schedule, options_count, can_go_on ? position : -1, n, ready,
                    drains, next, last},
                   false);
      if (option == model::abandon) return no_thread;
    }
    if (option < n) return nth_set_bit(ready, option);
    const std::uint32_t drained = nth_set_bit(drains, option - n);
    begin_step(model::first_buffer + drained);
    memory->drain_one(*this, drained);
    total_steps++;
    hot->steps++;
    if (lassos != nullptr) [[unlikely]]
      lassos->moved(model::first_buffer + drained);
  }
}

void Machine::look_at_buffers(std::uint64_t drains) {
  for (std::uint64_t rest = drains; rest != 0; rest &= rest - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(rest));
    const Access oldest = memory->oldest(t);
    space.mut(next[model::first_buffer + t]) = access(oldest.address, oldest.size, true);
  }
}

std::uint32_t Machine::ask(const model::ChoicePoint& point, bool asked_by_fiber) {
  Hot& h = *hot;
  const std::uint32_t depth = h.depth;
  if (keeps_snapshots_ && snapshots_.size() == depth) {
    // Those who ask within a step go on with what it has touched.
    const bool in_step = asked_by_fiber && step.active;
    snapshots_.push_back({space.snapshot(), point, asked_by_fiber,
                          in_step ? std::make_unique<StepLog>(step) : nullptr});
    keep_hot();
  }
  const std::uint32_t chosen = explorer->choose(point);
  if (listener != nullptr) [[unlikely]]
    tell(point, chosen);
  if (chosen == model::abandon) {
    execution_over_ = true;
    ended = End::abandoned;
    return chosen;
  }
  h.depth = depth + 1;
  if (choices.size() != depth) choices.resize(depth);
  choices.push_back({point.kind, chosen, point.options});
  mix(std::uint64_t{chosen} << 8 | static_cast<std::uint64_t>(point.kind));
  if (asked_by_fiber && step.active) [[unlikely]]
    step.answer(chosen, point.options);
  return chosen;
}

std::uint32_t Machine::choose(model::ChoiceKind kind, std::uint32_t count) {
  if (count < 2 || is_alone() || !started_) return 0;
  const model::ChoicePoint point{kind, count, -1, count, std::uint64_t{1} << hot->current};
  if (!keeps_snapshots_) {
    const std::uint32_t chosen = ask(point, true);
    if (chosen == model::abandon) leave_to_host();  // for good
    return chosen;
  }
  request_ = point;
  has_request_ = true;
  if (buffers_) memory->switch_out(*this, hot->current);  // resume() applies it again
  leave_to_host();
  return answer_;
}

void Machine::execute(std::size_t depth) {
  execution_over_ = false;
  died_ = false;
  ended = End::complete;
  step.active = false;
  if (depth < snapshots_.size()) {
    space.rollback(snapshots_[depth].mark);
    snapshots_.resize(depth + 1);
    has_request_ = snapshots_[depth].asked_by_fiber;
    request_ = snapshots_[depth].point;
    resumed_at = depth;
    if (snapshots_[depth].step != nullptr) step = *snapshots_[depth].step;
  } else {
    restore_base();
    resumed_at = from_the_start;
  }
  keep_hot();
  cycle = {};
  if (lassos != nullptr) lassos->rewind(hot->steps, has_request_);
  keeps_ = recording || features_ != nullptr || listener != nullptr;
  choices.resize(hot->depth);
  for (EventObserver* observer : start_listeners_) observer->reset();
  log.clear();
  step_log.clear();
  if (listener != nullptr) tell_start();
  proceed();
}

void Machine::proceed() {
  stopped_ = false;
  const std::size_t found = violations.size();
  while (!execution_over_) {
    if (has_request_) {
      has_request_ = false;
      answer_ = ask(request_, true);
      if (answer_ == model::abandon) break;
      resume(hot->current);
    } else {
      const std::uint32_t picked = pick();
      if (picked == no_thread) break;
      resume(picked);
    }
    if (violations.size() != found) return end_step();
  }
  end_step();
  if (stopped_ || died_ || ended == End::abandoned) return;
  finish_execution();
}

// Of several, the one that has waited longest.
bool Machine::wake_by_time() {
  const auto is_before = [](const Thread& a, const Thread& b) {
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.wait_number < b.wait_number;
  };
  std::uint32_t first = no_thread;
  for (std::uint32_t t = 0; t < options.threads; t++) {
    if (threads[t].done != 0 || threads[t].deadline < 0) continue;
    if (first == no_thread || is_before(threads[t], threads[first])) first = t;
  }
  if (first == no_thread) return false;
  Hot& h = *hot;
  Thread& t = space.mut(threads[first]);
  if (t.deadline > h.now) h.now = t.deadline;
  t.deadline = -1;
  t.futex_address = 0;
  t.timed_out = 1;
  h.runnable |= std::uint64_t{1} << first;
  return true;
}

}  // namespace sim
