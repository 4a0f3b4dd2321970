// The table of names, filled from the addresses of one session.
#include "cli/object_names.h"

#include <fmt/format.h>

#include "sim/fault.h"

namespace cli {
namespace {

constexpr std::uint64_t memory_alignment = 1 << 20;  // of the scenario's memory, behind the stacks

}  // namespace

ObjectNames::ObjectNames(const sim::Machine& machine, const runtime_core::Runtime* runtime)
    : machine_(machine) {
  if (runtime != nullptr) {
    add_work(runtime->work);
    add_heap(runtime->heap);
    add("rt.sched.lock", runtime->sched.lock);
    add("rt.sched.npidle", runtime->sched.npidle);
    add("rt.sched.nmspinning", runtime->sched.nmspinning);
    add("rt.sched.gcwaiting", runtime->sched.gcwaiting);
    add("rt.sched.stopnote", runtime->sched.stopnote);
    add("rt.sched", runtime->sched);
    add("rt.stats", runtime->stats);
    add("rt.allm", runtime->allm);
    add("rt.allp", runtime->allp);
    add("rt.gomaxprocs", runtime->gomaxprocs);
    add("rt.persistent", runtime->persistent);
    add("rt.unroll_lock", runtime->unroll_lock);
    add("rt.mprof", runtime->mprof);
    add("rt.tracelock", runtime->tracelock);
    add("rt", *runtime);
  }
  const auto memory_end = reinterpret_cast<std::uint64_t>(machine.env->memory_end);
  // Not from the end of the stacks: how many there are is no matter of the object's.
  const std::uint64_t memory_start =
      (machine.stacks_end() + memory_alignment - 1) & -memory_alignment;
  areas_.push_back({memory_start, memory_end - memory_start, "scenario"});
  areas_.push_back({memory_end, sim::space_base + sim::region_bytes - memory_end, "mapped"});
}

void ObjectNames::add(const std::string& name, const volatile void* start, std::uint64_t bytes) {
  areas_.push_back({reinterpret_cast<std::uint64_t>(start), bytes, name});
}

void ObjectNames::add_work(const runtime_core::Work& work) {
  add("rt.work.full", work.full);
  add("rt.work.empty", work.empty);
  add("rt.work.partial", work.partial);
  add("rt.work.nwait", work.nwait);
  add("rt.work.ndone", work.ndone);
  add("rt.work.alldone", work.alldone);
  add("rt.work.markfor", work.markfor);
  add("rt.work.markthreads", work.markthreads);
  add("rt.work.andlock", work.andlock);
  add("rt.work.gcphase", work.gcphase);
  add("rt.work.gcpercent", work.gcpercent);
  add("rt.work.worldsema", work.worldsema);
  add("rt.work.cycles", work.cycles);
  add("rt.work.sweep.lock", work.sweep.lock);
  add("rt.work.sweep.spanidx", work.sweep.spanidx);
  add("rt.work.sweep.nbgsweep", work.sweep.nbgsweep);
  add("rt.work.sweep.npausesweep", work.sweep.npausesweep);
  add("rt.work.sweep.park", work.sweep.park);
  add("rt.work.fin.lock", work.fin.lock);
  add("rt.work.fin.fingwait", work.fin.fingwait);
  add("rt.work.fin.fingwake", work.fin.fingwake);
  add("rt.work.fin.park", work.fin.park);
  add("rt.work.fin", work.fin);
  add("rt.work.roots_lock", work.roots_lock);
  add("rt.work", work);
}

void ObjectNames::add_heap(const runtime_core::MHeap& heap) {
  add("rt.heap.lock", heap.lock);
  add("rt.heap.sweepgen", heap.sweepgen);
  add("rt.heap.sweepdone", heap.sweepdone);
  add("rt.heap.arena_used", heap.arena_used);
  add("rt.heap.speciallock", heap.speciallock);
  for (std::size_t i = 0; i < std::size(heap.central); i++) {
    add(fmt::format("rt.heap.central[{}]", i), heap.central[i]);
  }
  add("rt.heap", heap);
  if (heap.arena_start == 0) return;
  const auto spans = reinterpret_cast<std::uint64_t>(heap.spans);
  areas_.push_back({spans, heap.bitmap - spans, "span table"});
  areas_.push_back({heap.bitmap, heap.arena_start - heap.bitmap, "bitmap"});
  areas_.push_back({heap.arena_start, heap.arena_end - heap.arena_start, "arena"});
}

std::string ObjectNames::of_address(std::uint64_t address) const {
  if (!sim::in_region(address)) return address == 0 ? "" : "outside";
  if (machine_.is_on_stack(address)) return of_stack(machine_.name_of(address) - 1);
  for (const Area& area : areas_) {
    if (address - area.start >= area.bytes) continue;
    std::uint64_t offset = address - area.start;
    // The bitmap is indexed downwards from where the arena starts.
    if (area.name == "bitmap") return fmt::format("bitmap-{:#x}", area.bytes - offset);
    return offset == 0 ? area.name : fmt::format("{}+{:#x}", area.name, offset);
  }
  return "outside";
}

std::string ObjectNames::of_stack(std::uint64_t number) const {
  const std::uint64_t threads = machine_.options.threads + 1;
  if (number < threads) return fmt::format("stack of thread {}", number);
  return fmt::format("control stack {}", number - threads);
}

std::string ObjectNames::of(const sim::StepRecord& step) const {
  if (step.operation == sim::Operation::system_call) {
    return fmt::format("system call {}", step.address);
  }
  return of_address(step.address);
}

std::string ObjectNames::describe(const sim::StepRecord& step) const {
  std::string text = sim::name_of(step.operation);
  const std::string object = of(step);
  if (!object.empty()) text += " " + object;
  if (step.bytes != 0 && step.operation != sim::Operation::wake) {
    text += fmt::format(" = {:#x}", step.value);
  }
  if (step.pc != 0) text += "  " + sim::symbolise(step.pc);
  return text;
}

}  // namespace cli
