// What a memory model decides: what a load returns, when a store becomes visible, what a
// read-modify-write or a fence orders. One file a model, one line in sim/memory_models.cc.
//
// While a thread runs, memory shows that thread's own view, so that its plain accesses, which the
// machine cannot answer for, read what they must.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sim {

struct Machine;

// The operand of an atomic access. `order` is the C++ order (__ATOMIC_*).
struct Access {
  std::uint64_t address;
  std::uint32_t size;
  std::uint32_t order;
};

// A read-modify-write.
struct Update {
  const std::uint64_t* expected = nullptr;  // it writes only if it reads this; null: always
  std::uint32_t failure = 0;                // its order if it does not write
  bool computes = false;                    // it writes what it computes from what it reads
};

// What may have to wait for buffered stores; system calls count as read-modify-writes.
enum class Ordered : std::uint8_t { store, rmw, fence };

class MemoryModel {
 public:
  virtual ~MemoryModel() = default;
  virtual std::uint64_t load(Machine& m, Access access) = 0;
  virtual void store(Machine& m, Access access, std::uint64_t value) = 0;
  // Whether some of the running thread's stores must reach memory before this operation. The
  // machine then lets them drain until the model calls buffer_drained(); a read-modify-write waits
  // for all, since it acts on memory directly.
  virtual bool must_drain(Machine&, Ordered, std::uint32_t) { return false; }
  // The operation that waited for the drain begins: what it is ordered after.
  virtual void after_drain(Machine&, Ordered, std::uint32_t) {}
  // The running step goes on where it would have ended, had the last drain not come before it.
  virtual void found_drained(Machine&) {}
  virtual void before_plain_write(Machine&, std::uint64_t, std::uint64_t) {}
  // Threads whose oldest pending store may become visible now, one bit each.
  virtual std::uint64_t drainable(const Machine&) const { return 0; }
  virtual void drain_one(Machine&, std::uint32_t) {}
  // What drain_one() would write. REQUIRES: the thread is drainable.
  virtual Access oldest(std::uint32_t) const { return {}; }
  virtual void switch_in(Machine&, std::uint32_t) {}
  virtual void switch_out(Machine&, std::uint32_t) {}
  virtual bool buffers_stores() const { return false; }
  // Appends what is pending, so that equal words mean that the same may still happen.
  virtual void append_state(std::vector<std::uint64_t>&) const {}
  // Appends the race detector's clocks that go with it, one entry a thread each.
  virtual void append_clocks(std::vector<const std::uint32_t*>&) const {}

  // --- what the machine keeps of the program: its threads, and objects such as locks ---
  // What one thread has done happens before what another does next, which begins or has waited for
  // the end of the first.
  virtual void order(Machine& m, std::uint32_t before, std::uint32_t after);
  // The running thread takes an object: what was done before its latest release happens before what
  // follows. `object` is the address of an aligned word.
  virtual void acquire(Machine& m, std::uint64_t object);
  virtual void release(Machine& m, std::uint64_t object);
  // A release that leaves the earlier ones in force, as of a counter: who takes the object is
  // behind all of them.
  virtual void release_too(Machine& m, std::uint64_t object);
  // The bytes are a new object: what they held before is not seen any more.
  virtual void made_new(Machine&, std::uint64_t, std::uint64_t) {}

  // --- models whose loads may return older values than memory holds ---
  virtual bool keeps_values() const { return false; }
  // The first half of a read-modify-write: what it reads. The second follows at once, if there is
  // one. REQUIRES of what follows: keeps_values().
  virtual std::uint64_t read_to_update(Machine&, Access, const Update&) { return 0; }
  virtual void write_updated(Machine&, Access, const Update&, std::uint64_t) {}
  virtual void fence(Machine&, std::uint32_t) {}
  // The kernel looks at memory for the running thread, and sees what is there.
  virtual void kernel_reads(Machine&, std::uint64_t, std::uint32_t) {}
  // Whether the execution needs loads that hang on no earlier load of their thread: dependencies
  // are not seen, and might forbid it.
  virtual bool needs_independent_loads() const { return false; }
  // The running thread lets all others move first.
  virtual void yielded(Machine&) {}
  // The running thread has come round a loop of so many reads for the third time.
  virtual void must_notice(Machine&, std::uint32_t) {}
};

struct MemoryModelEntry {
  const char* name;
  const char* description;
  const char* leaves_out;  // behaviours of the hardware or language that it does not show
  const char* may_allow;   // behaviours that they may not have; null: none
  bool keeps_values;       // as MemoryModel::keeps_values()
  MemoryModel* (*make)(Machine& m);
};
const std::vector<MemoryModelEntry>& memory_models();
const MemoryModelEntry* find_memory_model(std::string_view name);
// Of these axioms (sim/axioms/), which may also be those of sc or tso. REQUIRES: there are such.
MemoryModel* make_graph_memory(Machine& m, std::string_view axioms);

}  // namespace sim
