// Names of addresses that stay the same when code and layout change elsewhere: fields of the
// runtime by their own name, other memory by the area that it lies in.
#pragma once

#include <string>
#include <vector>

#include "runtime_core/runtime.h"
#include "sim/machine.h"

namespace cli {

class ObjectNames {
 public:
  // After the scenario's setup; `runtime` may be null.
  ObjectNames(const sim::Machine& machine, const runtime_core::Runtime* runtime);

  // Of what a step is about; nothing for a step without one.
  std::string of(const sim::StepRecord& step) const;
  std::string of_address(std::uint64_t address) const;
  // Operation, object, value and source line.
  std::string describe(const sim::StepRecord& step) const;

 private:
  struct Area {
    std::uint64_t start, bytes;
    std::string name;
  };
  void add(const std::string& name, const volatile void* start, std::uint64_t bytes);
  template <class T>
  void add(const std::string& name, const T& object) {
    add(name, &object, sizeof(T));
  }
  void add_work(const runtime_core::Work& work);
  void add_heap(const runtime_core::MHeap& heap);

  std::string of_stack(std::uint64_t number) const;

  const sim::Machine& machine_;
  std::vector<Area> areas_;  // small ones before those that hold them
};

}  // namespace cli
