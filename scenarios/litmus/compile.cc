// The mapping of a C11 test to a processor, instruction by instruction.
#include "scenarios/litmus/compile.h"

#include "sim/axioms/mapping.h"

namespace scenarios::litmus {
namespace {

using sim::axioms::Mapped;
using sim::axioms::Operation;

std::optional<Operation> operation_of(Op op) {
  switch (op) {
    case Op::load:
      return Operation::load;
    case Op::store:
      return Operation::store;
    case Op::exchange:
    case Op::fetch_add:
      return Operation::read_modify_write;
    case Op::fence:
      return Operation::fence;
    default:
      return std::nullopt;
  }
}

Mark order_of(Marks marks) {
  for (const Mark m : {Mark::relaxed, Mark::acquire, Mark::release, Mark::acq_rel}) {
    if ((marks & mark(m)) != 0) return m;
  }
  return Mark::seq_cst;
}

class Compiler {
 public:
  Compiler(std::string_view model, const Thread& from, Thread& to)
      : model_(model), from_(from), to_(to) {}

  void run() {
    std::vector<std::uint32_t> starts;  // by old instruction: its first new one
    for (const Instruction& i : from_.code) {
      starts.push_back(size());
      compile(i);
    }
    starts.push_back(size());
    for (const std::uint32_t jump : jumps_) to_.code[jump].next = starts[to_.code[jump].next];
  }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(to_.code.size()); }

  void compile(const Instruction& i) {
    const std::optional<Operation> operation = operation_of(i.op);
    if (!operation) {
      if (i.op == Op::jump || i.op == Op::jump_zero || i.op == Op::jump_nonzero) {
        jumps_.push_back(size());
      }
      to_.code.push_back(i);
      return;
    }
    const Mapped m = *sim::axioms::mapped(model_, *operation, order_of(i.marks));
    if (m.before != 0) fence(i, m.before);
    if (*operation == Operation::fence) return;
    Instruction access = i;
    access.marks = m.read;
    access.write_marks = m.write;
    if (m.exchanges) access.op = Op::exchange;
    to_.code.push_back(access);
    if (m.behind == 0) return;
    if (m.branches) branch_on(access);
    fence(i, m.behind);
  }

  void fence(const Instruction& i, Marks marks) {
    Instruction f{};
    f.op = Op::fence;
    f.marks = marks;
    f.place = i.place;
    to_.code.push_back(f);
  }

  // To the next instruction, whatever the value: what stands behind depends on it.
  void branch_on(const Instruction& access) {
    Instruction same{};
    same.op = Op::equal;
    same.place = access.place;
    same.a.reg = same.b.reg = access.target;
    same.target = static_cast<std::int32_t>(to_.registers.size());
    to_.registers.emplace_back();
    to_.initial.emplace_back();
    to_.code.push_back(same);
    Instruction jump{};
    jump.op = Op::jump_nonzero;
    jump.place = access.place;
    jump.a.reg = same.target;
    jump.next = size() + 1;
    to_.code.push_back(jump);
  }

  std::string_view model_;
  const Thread& from_;
  Thread& to_;
  std::vector<std::uint32_t> jumps_;  // of the old program, by new number
};

}  // namespace

std::optional<Test> compiled_for(std::string_view model, const Test& test) {
  if (test.architecture != Architecture::c11) return std::nullopt;
  if (!sim::axioms::mapped(model, Operation::load, Mark::relaxed)) return std::nullopt;
  Test compiled = test;
  for (std::size_t t = 0; t < test.threads.size(); t++) {
    compiled.threads[t].code.clear();
    Compiler(model, test.threads[t], compiled.threads[t]).run();
  }
  return compiled;
}

}  // namespace scenarios::litmus
