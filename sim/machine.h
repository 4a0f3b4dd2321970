// The simulated multi-processor: threads on fibers, the scheduler, choices, the simulated kernel.
//
// Threads: one host thread runs everything. Program code runs on fibers and enters the machine
//   through the hooks (sim/hooks.cc); the search loop runs on the host stack.
// Invariants: 1. a scheduling point comes before every atomic operation, fence and system call;
//   2. whatever a run changes is in the Space and was journaled before it was written;
//   3. a run is determined by its choices.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/choice.h"
#include "scenarios/scenario.h"
#include "sim/await.h"
#include "sim/bounds.h"
#include "sim/coverage.h"
#include "sim/event_observer.h"
#include "sim/fiber.h"
#include "sim/journaled.h"
#include "sim/lasso.h"
#include "sim/memory_model.h"
#include "sim/places.h"
#include "sim/race_detector.h"
#include "sim/run_record.h"
#include "sim/space.h"
#include "sim/step_log.h"
#include "sim/value.h"

namespace sim {

inline constexpr std::uint32_t threads_max = 60;
inline constexpr std::uint32_t no_thread = ~0u;
using model::AddressRange;
using model::from_the_start;

struct Violation {
  std::string invariant;
  std::string message;
  std::uint64_t steps = 0;
  std::uint32_t context_switches = 0;
};

struct EventRecord {
  std::uint32_t kind;
  std::uint32_t thread;
  std::uint64_t a, b, c;
  std::size_t step;  // entries of the step log before it
};

// One scheduled step of a recorded run.
struct StepRecord {
  Operation operation;
  std::uint32_t thread;
  std::uint32_t bytes;
  std::uint64_t address;  // system calls: the number
  std::uint64_t value;    // read or written; read-modify-writes: written
  std::uint64_t pc;
};

// A race's earlier access, for the second run that finds its call stack.
struct Watch {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::uint32_t thread = no_thread;
  std::vector<std::uint64_t> stack;  // of the latest matching access
};

// How an execution ended, unless it violated something.
enum class End : std::uint8_t {
  complete,
  blocked,    // a thread gave up an iteration of a waiting loop, and another execution goes on
  abandoned,  // the explorer has seen an equivalent one
};

struct ProcessState;  // sim/process.h
class OrderTable;     // sim/order_table.h

struct Options {
  std::uint32_t threads = 0;
  std::uint32_t dormant = 0;  // of them, the last ones: they start when they are spawned
  std::uint32_t stacks = 0;   // control stacks for goroutines, at most
  bool awaits = true;
  // A yield lets all others move first, and a thread that gave up an iteration goes on when what it
  // read changes. Not fair: both depend on the thread alone, as reductions need it; executions of
  // an explorer that reduces are not fair in any case.
  bool fair = true;
  bool liveness = false;               // a fair cycle is a violation; needs `fair`
  bool compares_states = false;        // somebody does, so that it is kept where each thread is
  bool races = true;                   // a data race is a violation
  std::uint32_t spurious_wakeups = 0;  // of futex waits in one execution, at most
  std::uint32_t refusals = 0;          // of memory in one execution, at most
  bool decide_choices = false;
  std::uint32_t signals = 0;        // of the profiler's timer to one thread, at most
  std::uint32_t signal_window = 0;  // each after so many of its operations, at most
  std::uint64_t steps_max = 200'000'000;
  runtime_core::Rules rules;
  runtime_core::Tuning tuning;
  std::vector<std::string> environment;  // NAME=VALUE, of the simulated process
  // Another kernel than Linux; see sim/kernels.h.
  std::int64_t (*kernel_call)(Machine&, long, const std::uint64_t (&)[6], std::uint64_t) = nullptr;
  bool shows_writes = false;  // what the program writes to standard error goes to the host's
};

// Of a thread in an execution that need not be fair, where it goes no further.
inline constexpr std::uint32_t unfair_yields_max = 50;

struct Machine {
  Space space;
  Options options;
  const scenarios::Scenario* scenario = nullptr;
  scenarios::Env* env = nullptr;
  model::Explorer* explorer = nullptr;
  MemoryModel* memory = nullptr;
  OrderTable* orders = nullptr;  // null: accesses and fences have the orders that are written
  RaceDetector races;
  Awaits awaits;

  Hot* hot = nullptr;
  Kernel* kernel = nullptr;
  ProcessState* process = nullptr;
  Thread* threads = nullptr;
  Fiber fibers[threads_max + 1];  // the last runs setup and finish
  std::vector<Fiber> stacks;      // control stacks, for the program to switch its threads to
  Fiber** on = nullptr;           // the stack that each thread is on, its own fiber's at first
  void* host_context = nullptr;
  std::uint32_t alone = 0;  // fiber index that runs alone (setup, finish), or no_thread

  std::vector<model::Choice> choices;
  End ended = End::complete;  // of the latest execution
  bool fair = true;           // it is, or was
  std::vector<Violation> violations;
  std::vector<EventObserver*> observers;
  std::vector<EventRecord> log;      // when recording
  std::vector<StepRecord> step_log;  // when recording; one entry a step
  bool recording = false;
  // For an explorer that wants to know what an execution shows: it is told in their order.
  std::vector<std::unique_ptr<CoverageSource>> coverage;
  StepLog step;                     // of the explorer, if it wants to know
  RunListener* listener = nullptr;  // hears an execution from its next start on
  // The choices of the latest execution that were kept of the one before; from_the_start: it began
  // before its first step.
  std::size_t resumed_at = from_the_start;
  std::unique_ptr<Places> places;  // null: nobody compares states
  std::unique_ptr<Lassos> lassos;  // null: nobody looks for cycles
  AddressRange observed{};         // what observers keep in the space
  // Of the latest execution: the steps that repeat for ever.
  struct {
    std::uint64_t from = 0, steps = 0;
  } cycle;
  // What each thread and each buffer does next, by actor; null unless the explorer looks ahead.
  model::NextStep* next = nullptr;
  std::uint64_t reached[static_cast<std::size_t>(runtime_core::Event::count_)] = {};
  std::uint64_t total_steps = 0;
  std::uint64_t abandoned_iterations = 0;  // in fair executions
  std::uint64_t stack_high_water = 0;
  // Asked on the host's stack before every step, when set: false ends execute() there, to go on
  // with proceed(). REQUIRES: the explorer supports backtracking.
  std::function<bool()> may_step;
  Bounds bounds_hit;  // an execution could have gone on differently but for these
  Watch watch;
  std::vector<std::uint64_t> race_stack;  // of the access that found the race
  Watch race;                             // the access it raced with

  // Runs the scenario's setup and every thread up to its first operation; false with `error` when
  // the setup failed. REQUIRES: the space is mapped.
  ~Machine();
  bool prepare(std::string* error);
  // One execution from the base snapshot, or from the choice at `depth` if it is kept.
  void execute(std::size_t depth);  // from_the_start: drops the snapshots
  // Goes on after may_step() said stop.
  void proceed();

  // --- called on fibers: threads that come and go (sim/spawn.cc) ---
  // Starts the next dormant thread, which runs up to its first operation; returns its number, or
  // no_thread when all have been started.
  std::uint32_t spawn();
  // The running thread ends. `heir` goes on next without a choice, if it is not no_thread.
  [[noreturn]] void end_thread(std::uint32_t heir = no_thread);
  // Empties the running thread's store buffer. Others may run before that: a step, unless there is
  // nothing to empty.
  void settle();
  // Every other thread is over, wherever it is; what they stored is visible.
  void end_others();

  // --- called on fibers: control stacks (sim/control_stack.cc) ---
  // The upper end of a fresh one, 0 when all are in use. They are never given back.
  std::uint64_t new_stack();
  // Prepares a stack to run entry(value) when a thread first switches to it.
  void* make_context(std::uint64_t top, void (*entry)(void* value));
  // The running thread goes on at `to`; its own place is stored in *from, which has been announced
  // as a write. Returns the value that was handed over by the switch that comes back here.
  void* switch_stack(void** from, void* to, void* value);

  // --- called on fibers, by the hooks ---
  inline void scheduling_point(model::NextStep step_behind = {});
  // The running thread's next operation waits until its store buffer is empty.
  void wait_for_drain();
  void buffer_drained(std::uint32_t thread);
  void yield();
  // A scheduling point that the running thread passes once something that it read has changed.
  inline void await_change(model::NextStep step_behind);
  // Memory that others see has been written.
  void changed(std::uint64_t address, std::uint64_t bytes) {
    if (hot->awaiting != 0) [[unlikely]]
      wake_awaiting(address, bytes);
  }
  // Before an operation of the running thread: a signal may come first (sim/signals.cc).
  void take_signal() {
    if (options.signals != 0) [[unlikely]]
      offer_signal();
  }
  // The running thread's instruction cannot be carried out. Returns what it calls in its place.
  std::uint64_t trap(std::int32_t sig);
  std::uint32_t choose(model::ChoiceKind kind, std::uint32_t options);
  std::int64_t system_call(long number, const std::uint64_t (&args)[6]);
  // A call that concerns the process or the thread alone, and is no step (sim/process.cc).
  std::int64_t process_call(long number, const std::uint64_t (&args)[6]);
  void event(std::uint32_t kind, std::uint64_t a, std::uint64_t b, std::uint64_t c,
             std::uint64_t pc = 0);
  [[noreturn]] void violate(const char* invariant, const std::string& message);
  // As the runtime throws: a violation, unless it must end here.
  [[noreturn]] void thrown(const char* invariant, const char* message);
  // The running thread never goes on, and that is no violation.
  [[noreturn]] void give_up();
  // Returns only when nobody wants to know of races.
  void report_race(std::uint64_t address, std::uint64_t bytes, bool write, bool atomic,
                   std::uint32_t other, std::uint64_t pc);
  // The running step touches an object.
  void touches(std::uint64_t object, std::uint32_t bytes, model::AccessKind kind) {
    if (step.active) [[unlikely]]
      step.add(object, bytes, kind);
  }
  // It is about to write memory.
  void writes(std::uint64_t address, std::uint32_t bytes) {
    if (step.active) [[unlikely]] {
      step.add(address, bytes, model::AccessKind::write);
      step.overwritten = read_value(address, bytes);
    }
  }
  void swaps(std::uint64_t address, std::uint32_t bytes, std::uint64_t expected,
             std::uint64_t found, bool writes = true) {
    if (step.active) [[unlikely]]
      step.swap = {address, bytes, expected, found, writes};
  }
  // The running step lets the thread go on; and the step with which a thread goes on.
  void lets_go_on(std::uint32_t thread);
  void goes_on();
  // The running step conflicts with all that others do or would have done: it ends them, or nobody
  // knows better.
  void touches_all() { touches(0, 1, model::AccessKind::with_all); }
  // A wait may end for no reason, or at its deadline while others could move: a choice, within the
  // bound. Time has passed then.
  enum class Causeless : std::uint8_t { no, wake_up, time_out };
  Causeless ends_without_cause(std::int64_t timeout_ns);  // negative: no deadline
  void sleep(std::int64_t ns);
  void pass(std::int64_t end);  // virtual time goes on to `end`, if it is not that late yet
  // Waits for a wake() at the address, or for so long at most; negative: for ever.
  void block(std::uint64_t address, std::int64_t timeout_ns);
  // Those that have waited longest; how many there were.
  std::int64_t wake(std::uint64_t address, std::uint64_t count);
  void mix(std::uint64_t value) {
    hot->hash = (hot->hash ^ value) * 0x9e3779b97f4a7c15ull;
    hot->hash ^= hot->hash >> 29;
  }
  void record(Operation operation, std::uint64_t address, std::uint32_t bytes, std::uint64_t value,
              std::uint64_t pc) {
    if (keeps_) [[unlikely]]
      keep({operation, hot->current, bytes, address, value, pc});
  }
  void record(const StepRecord& step_record) {
    if (keeps_) [[unlikely]]
      keep(step_record);
  }
  // A step for the log, the listener and the sources of coverage.
  void keep(const StepRecord& record);
  // The region's lines that the execution wrote since the threads started, but for stacks.
  std::vector<std::uint64_t> written_lines() const;
  std::uint64_t setup_mark() const { return setup_mark_; }  // of the space, after the setup
  // After an execution: the region's lines that it wrote, but for stacks, and how it ended.
  void tell_end();
  // What the running thread has in its thread-local storage.
  void* tls() const;
  void set_tls(void* value);
  std::uint32_t current() const { return hot->current; }
  bool is_alone() const { return alone != no_thread; }
  model::NextStep access(std::uint64_t address, std::uint32_t bytes, bool writes) const {
    return {address, bytes, writes, is_on_stack(address)};
  }
  std::uint64_t stacks_end() const { return stacks_end_; }
  bool is_on_stack(std::uint64_t address) const { return address < stacks_end_; }
  const Fiber& running_stack() const { return *on[hot->current]; }
  bool buffers_stores() const { return buffers_; }
  bool keeps_values() const { return keeps_values_; }
  // Stable name of an address: its region offset; every address on a stack is that stack.
  std::uint64_t name_of(std::uint64_t address) const {
    if (!in_region(address)) return address < space_base ? address : 0;
    if (is_on_stack(address)) {
      return (address - space_base) / (fiber_stack_bytes + guard_bytes) + 1;
    }
    return address - space_base;
  }

 private:
  struct Snapshot {
    std::uint64_t mark;
    model::ChoicePoint point;
    bool asked_by_fiber;
    std::unique_ptr<StepLog> step;  // that the question is part of
  };

  // The initial stack of the process, and what the kernel knows of it.
  void start_process();
  std::int64_t clone(const std::uint64_t (&args)[6]);
  void carry(std::uint32_t thread);
  void show(const Shown& shown);
  // Every thread runs up to its first operation, so that starting is not a step.
  void start_threads();
  void restore_base();
  static void thread_main();
  static void alone_main();
  void run_alone(void (*body)(scenarios::Env&));
  inline void resume(std::uint32_t thread);
  inline void leave_to_host();
  inline void switch_to(std::uint32_t thread);
  std::uint32_t pick();
  std::uint64_t eligible();
  // Whether the thread goes on without anybody being asked.
  bool is_only_option(std::uint32_t self);
  void look_at_buffers(std::uint64_t drains);
  std::uint32_t ask(const model::ChoicePoint& point, bool asked_by_fiber);
  void tell_start();
  void tell(const model::ChoicePoint& point, std::uint32_t chosen);
  void tell(std::uint32_t event, std::uint64_t a, std::uint64_t b, std::uint64_t c,
            std::uint64_t pc);
  void tell(const StepRecord& record);
  TRICOLOR_INLINE void begin_step(std::uint32_t actor) {
    if (step.wanted) [[unlikely]]
      begin_wanted_step(actor);
  }
  void begin_wanted_step(std::uint32_t actor);
  TRICOLOR_INLINE void end_step() {
    if (step.active) [[unlikely]]
      step.end(*explorer, eligible());
  }
  void run_handover();
  bool wake_by_time();
  void keep_hot() { space.touch(reinterpret_cast<std::uint64_t>(hot), sizeof(Hot)); }
  void note_progress();
  void touches_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b, std::uint64_t c);
  bool is_cut_short();
  void wake_awaiting(std::uint64_t address, std::uint64_t bytes);
  void finish_execution();
  bool is_refused();
  void offer_signal();
  std::uint64_t deliver(std::int32_t sig, std::int32_t code);
  void set_timer(std::uint64_t setting);
  void touches_budget(model::ChoiceKind kind, model::AccessKind access);
  void clock_read();
  std::int64_t futex(const std::uint64_t (&args)[6]);
  [[noreturn]] void exit_group(std::uint64_t status);
  std::int64_t simulated_mmap(const std::uint64_t (&args)[6]);

  std::uint64_t stacks_end_ = 0;  // the upper end of the last one; they come first in the region
  std::vector<Snapshot> snapshots_;
  // Observers by the kind of event that they want.
  static constexpr auto kinds_max = static_cast<std::size_t>(runtime_core::Event::count_);
  static_assert(kinds_max < 62);
  std::vector<EventObserver*> listeners_[kinds_max];
  std::vector<EventObserver*> start_listeners_, end_listeners_;
  bool keeps_snapshots_ = false;
  bool keeps_ = false;                   // whether anybody wants to know of steps
  model::Features* features_ = nullptr;  // of the execution; null: not wanted
  bool buffers_ = false;                 // the memory model has store buffers
  bool keeps_values_ = false;            // its loads may return older values than memory holds
  bool started_ = false;
  std::uint64_t setup_mark_ = 0;  // after the setup
  std::uint64_t base_mark_ = 0;   // after the threads started
  void (*alone_body_)(scenarios::Env&) = nullptr;
  model::ChoicePoint request_{};
  bool has_request_ = false;
  std::uint32_t answer_ = 0;
  bool execution_over_ = false;
  bool died_ = false;  // the program has ended itself, as it must
  bool stopped_ = false;
};

// The machine that the hooks serve.
extern Machine* the_machine;

}  // namespace sim
