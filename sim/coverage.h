// Sources of coverage: what a step of an execution shows, as features (model/features.h).
//
// What a source sees is what the machine's hash of a run is made of, by stable names: the same
// whatever the compiler. Code addresses are not among it. Nothing is collected, and a step costs no
// more than a test, unless the explorer asks for it.
#pragma once

#include <cstdint>
#include <memory>

#include "model/features.h"

namespace sim {

struct Machine;

enum class Operation : std::uint8_t {
  load = 1,
  store,
  rmw,
  cas_failed,
  fence,
  system_call,
  drain,
  yield,  // the thread goes on after it let others move
  wake,   // the thread goes on after it was blocked
  count_
};
const char* name_of(Operation operation);

// An operation that was done, or an event of the runtime.
struct Shown {
  Operation operation = Operation::count_;  // count_: it is an event
  std::uint32_t event = 0;                  // its kind
  std::uint32_t thread = 0;
  std::uint32_t bytes = 0;
  std::uint64_t object = 0;  // Machine::name_of() its address

  bool is_access() const { return operation <= Operation::cas_failed || is_drain(); }
  bool is_drain() const { return operation == Operation::drain; }
  bool writes() const {
    return operation == Operation::store || operation == Operation::rmw || is_drain();
  }
};

class CoverageSource {
 public:
  virtual ~CoverageSource() = default;
  // An execution starts.
  virtual void reset() {}
  virtual void on_step(Machine& machine, const Shown& shown, model::Features& features) = 0;
};

// Fingerprints of happens-before, each of the neighbourhood of one access: for a read which write
// it reads from, and of which version of the object, for a write also who has read the version
// that it replaces.
std::unique_ptr<CoverageSource> happens_before_coverage();
// Edges of the code: two operations or events of one thread in a row.
std::unique_ptr<CoverageSource> edge_coverage();
// Scenario::coverage, after each step that writes.
std::unique_ptr<CoverageSource> scenario_coverage();

}  // namespace sim
