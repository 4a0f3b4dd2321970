// The interpreter of one thread.
#include "scenarios/litmus/thread_run.h"

#include <algorithm>

namespace scenarios::litmus {
namespace {

// What a register holds while the thread runs.
struct Known {
  std::optional<Value> value;
  LocalSet from = 0;  // the loads that it depends on
};

std::int64_t shortened(std::int64_t number, std::uint8_t bits) {
  return bits == 32 ? static_cast<std::int32_t>(number) : number;
}

class Interpreter {
 public:
  Interpreter(const Thread& thread, const ThreadInputs& inputs, std::uint32_t iterations,
              ThreadRun* run)
      : thread_(thread),
        inputs_(inputs),
        iterations_(iterations),
        run_(*run),
        registers_(thread.registers.size()),
        turns_(thread.code.size()) {
    for (std::size_t r = 0; r < registers_.size(); r++) registers_[r].value = thread.initial[r];
  }

  void run() {
    run_.events.clear();
    run_.stop = Stop::finished;
    while (at_ < thread_.code.size() && step(thread_.code[at_])) {
    }
    run_.registers.clear();
    for (const Known& r : registers_) run_.registers.push_back(r.value);
  }

 private:
  bool stop(Stop why) {
    run_.stop = why;
    return false;
  }
  bool fail(const Instruction& i, const char* what) {
    run_.error = {i.place, what};
    return stop(Stop::error);
  }

  Known get(const Operand& o) const {
    if (o.reg < 0) return {o.constant, 0};
    return registers_[static_cast<std::size_t>(o.reg)];
  }
  // Cuts a result to the size of the instruction; false when the thread stops.
  bool fit(const Instruction& i, std::optional<Value>* value) {
    if (!*value) return true;
    if ((*value)->location >= 0 && i.bits == 32) {
      return fail(i, "an address does not fit in 32 bits");
    }
    (*value)->number = shortened((*value)->number, i.bits);
    return true;
  }
  bool set(const Instruction& i, Known value) {
    if (!fit(i, &value.value)) return false;
    if (i.target != no_register) registers_[static_cast<std::size_t>(i.target)] = value;
    return true;
  }

  // False when the thread stops.
  bool step(const Instruction& i) {
    switch (i.op) {
      case Op::move:
        if (!set(i, get(i.a))) return false;
        break;
      case Op::add:
      case Op::subtract:
      case Op::bit_xor:
      case Op::bit_and:
      case Op::bit_or:
      case Op::equal:
        if (!compute(i)) return false;
        break;
      case Op::fence:
        if (!emit(i, TraceEvent::Kind::fence, i.marks)) return false;
        break;
      case Op::jump:
      case Op::jump_zero:
      case Op::jump_nonzero:
        return jump(i);
      default:
        if (!access(i)) return false;
        break;
    }
    at_++;
    return true;
  }

  static bool evaluate(Op op, const Value& a, const Value& b, Value* to) {
    if (op == Op::equal) {
      *to = {-1, a == b ? 1 : 0};
      return true;
    }
    const auto x = static_cast<std::uint64_t>(a.number), y = static_cast<std::uint64_t>(b.number);
    std::uint64_t result = 0;
    switch (op) {
      case Op::add:
        result = x + y;
        break;
      case Op::subtract:
        result = x - y;
        break;
      case Op::bit_xor:
        result = x ^ y;
        break;
      case Op::bit_and:
        result = x & y;
        break;
      default:
        result = x | y;
        break;
    }
    to->number = static_cast<std::int64_t>(result);
    to->location = -1;
    if (a.location < 0 && b.location < 0) return true;
    if (op == Op::add && (a.location < 0 || b.location < 0)) {
      to->location = std::max(a.location, b.location);
      return true;
    }
    const bool cancels = op == Op::subtract || op == Op::bit_xor;
    return cancels && a == b;  // the same address: 0
  }

  // Unknown unless both are known; false when the thread stops.
  bool combine(const Instruction& i, Op op, const Known& a, const Known& b,
               std::optional<Value>* to) {
    if (!a.value || !b.value) return true;
    return evaluate(op, *a.value, *b.value, &to->emplace()) ||
           fail(i, "arithmetic on an address, other than adding a number");
  }

  bool compute(const Instruction& i) {
    const Known a = get(i.a), b = get(i.b);
    Known result{std::nullopt, a.from | b.from};
    return combine(i, i.op, a, b, &result.value) && set(i, result);
  }

  bool jump(const Instruction& i) {
    if (i.op != Op::jump) {
      const Known condition = get(i.a);
      ctrl_ |= condition.from;
      if (!condition.value) return stop(Stop::waits);
      const bool zero = *condition.value == Value{};
      if (zero != (i.op == Op::jump_zero)) {
        at_++;
        return true;
      }
    }
    if (i.next <= at_ && ++turns_[at_] > iterations_) return stop(Stop::cut);
    at_ = i.next;
    return true;
  }

  // Adds an event; it is the last one afterwards.
  bool emit(const Instruction& i, TraceEvent::Kind kind, Marks marks) {
    if (run_.events.size() == thread_events_max) return fail(i, "more than 64 events in a thread");
    TraceEvent e;
    e.kind = kind;
    e.marks = marks;
    e.bits = i.bits;
    e.ctrl = ctrl_;
    e.place = i.place;
    if (kind != TraceEvent::Kind::fence) {
      const Known base = get(i.base), index = get(i.index);
      e.addr = base.from | index.from;
      if (base.value && index.value) {
        Value address;
        if (!evaluate(Op::add, *base.value, *index.value, &address) || address.location < 0 ||
            address.number != 0) {
          return fail(i, "an access to what is no location of the test");
        }
        e.address = address;
      }
    }
    run_.events.push_back(e);
    return true;
  }

  // The load's event number.
  std::uint32_t last() const { return static_cast<std::uint32_t>(run_.events.size()) - 1; }

  bool read(const Instruction& i, Known* to) {
    if (!emit(i, TraceEvent::Kind::read, i.marks)) return false;
    const std::uint32_t event = last();
    if (event < inputs_.reads.size()) to->value = inputs_.reads[event];
    if (to->value) to->value->number = shortened(to->value->number, i.bits);
    to->from = LocalSet{1} << event;
    run_.events.back().value = to->value;
    return true;
  }
  bool write(const Instruction& i, Known value, Marks marks) {
    if (!fit(i, &value.value) || !emit(i, TraceEvent::Kind::write, marks)) return false;
    run_.events.back().value = value.value;
    run_.events.back().data = value.from;
    return true;
  }

  bool access(const Instruction& i) {
    if (i.op == Op::store) return write(i, get(i.a), i.marks | i.write_marks);
    if (i.op == Op::store_exclusive) return store_exclusive(i);
    const Known a = get(i.a), b = get(i.b);
    Known loaded;
    if (!read(i, &loaded)) return false;
    const std::uint32_t event = last();
    switch (i.op) {
      case Op::load_exclusive:
        reserved_ = static_cast<std::int32_t>(event);
        break;
      case Op::exchange:
        if (!write(i, a, i.write_marks)) return false;
        break;
      case Op::fetch_add: {
        Known sum{std::nullopt, a.from};
        if (!combine(i, Op::add, loaded, a, &sum.value)) return false;
        if (!write(i, sum, i.write_marks)) return false;
        run_.events.back().computes = true;
        break;
      }
      case Op::compare_exchange:
        if (!compare_exchange(i, a, b, loaded)) return false;
        break;
      default:
        break;
    }
    if (run_.events.back().kind == TraceEvent::Kind::write) {
      run_.events.back().read = static_cast<std::int32_t>(event);
    }
    return set(i, loaded);
  }

  bool compare_exchange(const Instruction& i, const Known& expected, const Known& desired,
                        const Known& loaded) {
    if (expected.from != 0) {
      return fail(i, "a compare-and-swap whose expected value depends on a load");
    }
    if (decided_ == inputs_.decisions.size()) return stop(Stop::undecided);
    const bool succeeds = inputs_.decisions[decided_++];
    if (loaded.value && (*loaded.value == *expected.value) != succeeds) {
      return stop(Stop::impossible);
    }
    if (!succeeds) return true;
    if (!write(i, desired, i.write_marks)) return false;
    run_.events.back().compares = true;
    return true;
  }

  bool store_exclusive(const Instruction& i) {
    const std::int32_t reservation = reserved_;
    reserved_ = -1;
    bool succeeds = false;
    if (reservation >= 0) {
      const TraceEvent& load = run_.events[static_cast<std::size_t>(reservation)];
      const Known base = get(i.base), index = get(i.index);
      Value address;
      if (!load.address || !base.value || !index.value) return stop(Stop::waits);
      if (evaluate(Op::add, *base.value, *index.value, &address) && address == *load.address) {
        if (decided_ == inputs_.decisions.size()) return stop(Stop::undecided);
        succeeds = inputs_.decisions[decided_++];
      }
    }
    if (succeeds) {
      if (!write(i, get(i.a), i.write_marks)) return false;
      run_.events.back().read = reservation;
    }
    return set(i, {Value{-1, succeeds ? i.succeeds : i.fails}, 0});
  }

  const Thread& thread_;
  const ThreadInputs& inputs_;
  std::uint32_t iterations_;
  ThreadRun& run_;
  std::vector<Known> registers_;
  std::vector<std::uint32_t> turns_;  // by instruction: how often it jumped back
  std::uint32_t at_ = 0;
  LocalSet ctrl_ = 0;
  std::int32_t reserved_ = -1;  // the latest load-reserve, until a store-conditional
  std::size_t decided_ = 0;
};

}  // namespace

void run_thread(const Thread& thread, const ThreadInputs& inputs, std::uint32_t iterations,
                ThreadRun* run) {
  Interpreter(thread, inputs, iterations, run).run();
}

}  // namespace scenarios::litmus
