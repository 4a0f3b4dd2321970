// The choice stream: the one source of non-determinism, and the explorers that answer it.
//
// A run is its list of choices. A choice point with a single option is not asked and not recorded.
// An explorer knows neither scenario nor memory model nor checker.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/bits.h"
#include "model/step.h"
#include "model/words.h"

namespace model {

enum class ChoiceKind : std::uint8_t { schedule, spurious, refuse, decide, load, count_ };
const char* name_of(ChoiceKind kind);

// Instead of a thread: behind it in the cyclic order comes thread 0.
inline constexpr std::uint32_t nobody = first_buffer - 1;

// One question. For `schedule`, options are runnable threads in ascending order, then the threads
// whose oldest buffered store may drain.
struct ChoicePoint {
  ChoiceKind kind;
  std::uint32_t options;           // at least 2
  std::int32_t current = -1;       // option that goes on with the running thread, or -1
  std::uint32_t drains_from = 0;   // schedule only: options from here on are drains
  std::uint64_t ready = 0;         // the runnable threads, one bit each; others: who is asked
  std::uint64_t drains = 0;        // schedule only: the threads whose oldest store may drain
  const NextStep* next = nullptr;  // schedule only, by actor; null unless the explorer looks ahead
  std::uint32_t last = nobody;     // schedule only: the thread that ran last
};

// Schedule only: who moves with this option, as Step::actor.
inline std::uint32_t actor_of(const ChoicePoint& point, std::uint32_t option) {
  if (option < point.drains_from) return nth_set_bit(point.ready, option);
  return first_buffer + nth_set_bit(point.drains, option - point.drains_from);
}

// Schedule only: the option with which this actor moves, or no_option.
inline constexpr std::uint32_t no_option = ~0u;
inline std::uint32_t option_of(const ChoicePoint& point, std::uint32_t actor) {
  const std::uint32_t t = actor % first_buffer;
  const bool drains = actor >= first_buffer;
  const std::uint64_t movers = drains ? point.drains : point.ready;
  if ((movers >> t & 1) == 0) return no_option;
  return (drains ? point.drains_from : 0) + position_of(movers, t);
}

// Instead of a number of choices that the next execution shares: no snapshot is of use any more.
inline constexpr std::size_t from_the_start = ~std::size_t{0};

// Instead of an option: the rest of this execution repeats others; the machine abandons it.
inline constexpr std::uint32_t abandon = ~0u;

struct Choice {
  ChoiceKind kind;
  std::uint32_t chosen;
  std::uint32_t options;
  bool operator==(const Choice&) const = default;
};

enum class Coverage : std::uint8_t { exhausted, bounded, sampled, inconclusive };
const char* name_of(Coverage coverage);

class Features;
class Partition;
struct Input;

class Explorer {
 public:
  virtual ~Explorer() = default;
  // Starts the next execution. Returns the number of choices of the previous execution that the
  // new one shares (0: from the start; or from_the_start); nullopt: the search is over. When
  // `supports_backtrack()`, the machine restores its snapshot at that depth and asks again from
  // there; otherwise it runs from the start and the explorer answers the shared prefix again.
  virtual std::optional<std::size_t> next_execution() = 0;
  virtual std::uint32_t choose(const ChoicePoint& point) = 0;
  // This and the next two are asked before each execution that starts over, and may change then.
  virtual bool supports_backtrack() const { return false; }
  // Takes equivalent executions for one, whatever they cost: yields and failed iterations of
  // waiting loops must then depend on nothing but the thread itself.
  virtual bool reduces() const { return false; }
  virtual bool wants_steps() const { return reduces(); }
  // Where the machine is to put what an execution shows; null: nowhere. Asked before each execution
  // that starts over; with features, it must be one that does not backtrack.
  virtual Features* features() { return nullptr; }
  // Wants ChoicePoint::next. Asked once.
  virtual bool looks_ahead() const { return false; }
  // If it wants steps: one has ended, asked for or not. In order; before the next choose().
  virtual void on_step(const Step&) {}
  // A thread of the execution that runs would have gone on, but for a bound: the explorer does not
  // see all.
  virtual void on_cut() {}
  virtual Coverage coverage() const = 0;  // valid once next_execution() said nullopt
  virtual std::vector<std::string> limits() const { return {}; }  // limits that were hit
  // False when the execution that just ended repeats one of an earlier round of the search; such
  // an execution is run but not counted. Ask before next_execution().
  virtual bool last_execution_was_new() const { return true; }

  // --- a search in parts: model/partition.h ---
  // Turns to a part, from which next_execution() and choose() go on: the machine runs its first
  // execution from the start. False when the words are no part for this explorer.
  virtual bool begin_part(std::span<const std::uint64_t> part);
  // What is left of it. Between executions, or when next_execution() said nullopt.
  virtual Words rest_of_part();
};

struct AddressRange {
  std::uint64_t start, bytes;
};

struct ExplorerOptions {
  std::uint64_t seed = 1;
  std::uint64_t executions_max = 0;  // 0: no limit (those that sample: 1)
  std::uint32_t depth = 0;           // pct: of the bugs looked for; 0: estimated
  // portfolio: what its members may do. Whether equivalent executions may be taken for one, and
  // whether snapshots restore all that an execution writes.
  bool may_reduce = true, may_restore = true;
  // weighted-walk: memory whose accesses are worth a switch, sorted, disjoint. Read when an
  // execution starts; null: none.
  const std::vector<AddressRange>* interest = nullptr;
  const std::vector<Input>* inputs = nullptr;  // fuzz: to begin with; read when it is made
  std::uint32_t preemptions = 2;               // preemption-bound: largest bound tried
  std::uint32_t delays = 2;                    // delay-bound: likewise
  // Bounds: leave out equivalent executions; needs steps. dpor: parts may be split, since all
  // choices are schedules.
  bool reduce = false;
  std::uint64_t steps_max = 100000;  // dpor: longer executions are cut there
  bool split_all = false;            // in parts: those of any size are split
  std::vector<Choice> replay;        // replay: the recorded choices
};

// How an explorer goes about it.
enum class Manner : std::uint8_t {
  enumerates,  // every execution, within its bounds
  reduces,     // as Explorer::reduces()
  samples,     // for as many executions as it is asked for
  repeats,     // what it was given
};

struct ExplorerEntry {
  const char* name;
  const char* description;
  std::unique_ptr<Explorer> (*make)(const ExplorerOptions& options);
  Manner manner;
  // Null: it does not search in parts.
  std::unique_ptr<Partition> (*partition)(const ExplorerOptions& options) = nullptr;
};
// The table of explorers (model/explorers.cc).
const std::vector<ExplorerEntry>& explorers();
std::unique_ptr<Explorer> make_explorer(const std::string& name, const ExplorerOptions& options);
bool reduces(const std::string& name);
bool samples(const std::string& name);

}  // namespace model
