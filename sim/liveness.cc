// Decodes what can be reached from a place and solves its data flow.
#include "sim/liveness.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <vector>

#include "sim/known_calls.h"
#include "sim/x86_registers.h"

namespace sim {
namespace {

constexpr std::size_t instructions_max = 4000;
constexpr std::int64_t stack_arguments_max = 64;  // bytes
constexpr std::uint8_t all_saved = (1u << Liveness::registers) - 1;
constexpr std::int64_t nowhere = INT64_MIN;    // no pointer to the frame
constexpr std::int64_t mixed = INT64_MIN + 1;  // perhaps one, or one of several

// For each register the bytes above the first stack pointer that it points to, `nowhere` or
// `mixed`.
struct Pointers {
  std::int64_t at[16];
  bool operator==(const Pointers&) const = default;
};

struct Instruction {
  Pointers before;
  std::uint8_t uses = 0, defines = 0, live = 0;
  std::bitset<Liveness::slots> slot_uses, slot_defines, slots_live;
  std::vector<std::uint64_t> next;
};

class Flow {
 public:
  // Behind a call, or from the start of a function, where what the caller does after it is not
  // looked at.
  enum class From : std::uint8_t { call, entry };
  Flow(const Liveness::Place& place, From from, Liveness& others);
  ~Flow() { cs_close(&capstone_); }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  Liveness::Live solve(std::uint64_t pc);

 private:
  void reach(std::uint64_t pc, const Pointers& pointers);
  void step(std::uint64_t pc);
  void read_operands(const cs_insn& insn, Instruction& i);
  void read_memory(const cs_x86_op& op, bool repeats, Instruction& i);
  void read_registers(const cs_insn& insn, Instruction& i);
  void move_pointers(const cs_insn& insn, Instruction& i, Pointers& after);
  void call(const cs_insn& insn, Instruction& i, Pointers& after, std::uint64_t pc);
  void use_slots(Instruction& i, std::int64_t at, std::int64_t bytes);
  void return_from(Instruction& i);

  From from_;
  Liveness& others_;
  csh capstone_ = 0;
  cs_insn* insn_ = nullptr;
  std::map<std::uint64_t, Instruction> code_;
  std::deque<std::uint64_t> todo_;
  std::int64_t return_address_ = nowhere;  // where it lies, if the frame pointer tells
  bool lost_code_ = false;                 // all is live
  bool lost_frame_ = false;                // all slots are live
};

Flow::Flow(const Liveness::Place& place, From from, Liveness& others)
    : from_(from), others_(others) {
  if (cs_open(CS_ARCH_X86, CS_MODE_64, &capstone_) != CS_ERR_OK) {
    lost_code_ = true;
    return;
  }
  cs_option(capstone_, CS_OPT_DETAIL, CS_OPT_ON);
  insn_ = cs_malloc(capstone_);
  Pointers pointers;
  std::fill(std::begin(pointers.at), std::end(pointers.at), nowhere);
  pointers.at[rsp] = 0;
  for (std::uint32_t r = 0; r < Liveness::registers; r++) {
    if (place.above[r] == Liveness::untracked) continue;
    pointers.at[family_of(saved[r])] = static_cast<std::int64_t>(place.above[r]);
  }
  if (pointers.at[rbp] != nowhere) return_address_ = pointers.at[rbp] + 8;
  if (from == From::entry) return_address_ = 0;
  reach(place.pc, pointers);
  while (!todo_.empty() && !lost_code_) {
    const std::uint64_t pc = todo_.front();
    todo_.pop_front();
    step(pc);
  }
  cs_free(insn_, 1);
}

void Flow::reach(std::uint64_t pc, const Pointers& pointers) {
  const auto [at, added] = code_.try_emplace(pc);
  if (added) {
    at->second.before = pointers;
    todo_.push_back(pc);
    if (code_.size() > instructions_max) lost_code_ = true;
    return;
  }
  Pointers merged = at->second.before;
  for (int f = 0; f < 16; f++) {
    if (merged.at[f] == pointers.at[f]) continue;
    if (f == rsp) lost_code_ = true;
    merged.at[f] = mixed;
  }
  if (merged == at->second.before) return;
  at->second.before = merged;
  todo_.push_back(pc);
}

void Flow::use_slots(Instruction& i, std::int64_t at, std::int64_t bytes) {
  const std::int64_t first = std::max<std::int64_t>(at, 0) / 4;
  const std::int64_t end = std::min<std::int64_t>((at + bytes + 3) / 4, Liveness::slots);
  for (std::int64_t s = first; s < end; s++) i.slot_uses.set(static_cast<std::size_t>(s));
}

void Flow::read_memory(const cs_x86_op& op, bool repeats, Instruction& i) {
  const int base = family_of(op.mem.base), index = family_of(op.mem.index);
  const bool indexed = index != no_register;
  if (indexed && i.before.at[index] != nowhere) lost_frame_ = true;
  if (base == no_register || i.before.at[base] == nowhere) return;
  if (indexed || repeats || i.before.at[base] == mixed) {
    lost_frame_ = true;
    return;
  }
  const std::int64_t at = i.before.at[base] + op.mem.disp;
  if ((op.access & CS_AC_READ) != 0 || op.access == 0) use_slots(i, at, op.size);
  if (op.access != CS_AC_WRITE || at % 4 != 0 || op.size % 4 != 0 || at < 0) return;
  for (std::int64_t s = at / 4; s < (at + op.size) / 4 && s < Liveness::slots; s++) {
    i.slot_defines.set(static_cast<std::size_t>(s));
  }
}

void Flow::read_registers(const cs_insn& insn, Instruction& i) {
  cs_regs reads, writes;
  std::uint8_t read_count = 0, write_count = 0;
  if (cs_regs_access(capstone_, &insn, reads, &read_count, writes, &write_count) != CS_ERR_OK) {
    lost_code_ = true;
    return;
  }
  const cs_x86& x = insn.detail->x86;
  const bool clears = (insn.id == X86_INS_XOR || insn.id == X86_INS_SUB) && x.op_count == 2 &&
                      x.operands[0].type == X86_OP_REG && x.operands[1].type == X86_OP_REG &&
                      x.operands[0].reg == x.operands[1].reg && is_whole(x.operands[0].reg);
  for (int r = 0; r < read_count && !clears; r++) {
    if (const int s = saved_index(family_of(reads[r])); s >= 0) i.uses |= 1u << s;
  }
  for (int r = 0; r < write_count; r++) {
    const int s = saved_index(family_of(writes[r]));
    if (s >= 0 && is_whole(writes[r])) i.defines |= 1u << s;
  }
  // A move that depends on a condition leaves the old value where it does not happen.
  const bool conditional = insn.id >= X86_INS_CMOVA && insn.id <= X86_INS_CMOVS;
  if (conditional) {
    i.uses |= i.defines;
    i.defines = 0;
  }
}

// Pointers to the frame may be copied, offset, compared and used as addresses; anything else loses
// sight of them.
void Flow::move_pointers(const cs_insn& insn, Instruction& i, Pointers& after) {
  const cs_x86& x = insn.detail->x86;
  const auto pointer = [&](int op) {
    if (op >= x.op_count || x.operands[op].type != X86_OP_REG) return nowhere;
    const int f = family_of(x.operands[op].reg);
    return f == no_register ? nowhere : i.before.at[f];
  };
  std::int64_t result = nowhere;
  switch (insn.id) {
    case X86_INS_CMP:
    case X86_INS_TEST:
    case X86_INS_NOP:
      return;
    case X86_INS_MOV:
      result = pointer(1);
      if (x.operands[0].type != X86_OP_REG && result != nowhere) lost_frame_ = true;
      if (x.operands[0].type == X86_OP_REG && x.operands[0].size != 8 && result != nowhere) {
        lost_frame_ = true;
      }
      break;
    case X86_INS_LEA: {
      const int base = family_of(x.operands[1].mem.base);
      const bool indexed = x.operands[1].mem.index != X86_REG_INVALID;
      if (base != no_register && i.before.at[base] != nowhere) {
        result = i.before.at[base] + x.operands[1].mem.disp;
        if (indexed || i.before.at[base] == mixed) lost_frame_ = true;
        if (lost_frame_) result = mixed;
      }
      break;
    }
    case X86_INS_ADD:
    case X86_INS_SUB:
      if (pointer(0) != nowhere && pointer(0) != mixed && x.operands[1].type == X86_OP_IMM) {
        result = pointer(0) + (insn.id == X86_INS_ADD ? x.operands[1].imm : -x.operands[1].imm);
        break;
      }
      [[fallthrough]];
    default:
      for (int op = 0; op < x.op_count; op++) {
        const bool only_written = op == 0 && x.operands[0].access == CS_AC_WRITE;
        if (pointer(op) != nowhere && !only_written) lost_frame_ = true;
      }
  }
  cs_regs reads, writes;
  std::uint8_t read_count = 0, write_count = 0;
  cs_regs_access(capstone_, &insn, reads, &read_count, writes, &write_count);
  for (int r = 0; r < write_count; r++) {
    if (const int f = family_of(writes[r]); f != no_register && f != rsp) after.at[f] = nowhere;
  }
  if (x.op_count == 0 || x.operands[0].type != X86_OP_REG) return;
  const int to = family_of(x.operands[0].reg);
  if (to == no_register || (x.operands[0].access & CS_AC_WRITE) == 0) return;
  if (to == rsp && (result == nowhere || result == mixed)) {
    lost_code_ = true;
    return;
  }
  after.at[to] = result;
}

void Flow::call(const cs_insn& insn, Instruction& i, Pointers& after, std::uint64_t pc) {
  const cs_x86_op& target = insn.detail->x86.operands[0];
  const KnownCall known =
      target.type == X86_OP_IMM ? known_call(static_cast<std::uint64_t>(target.imm)) : KnownCall{};
  for (const int argument : arguments) {
    const std::int64_t at = i.before.at[argument];
    if (at == nowhere || known.kind == KnownCall::announces) continue;
    const bool accesses = known.kind == KnownCall::accesses || known.kind == KnownCall::swaps;
    if (accesses && argument == rdi && at != mixed) {
      use_slots(i, at, 8);
    } else if (known.kind == KnownCall::swaps && argument == rsi && at != mixed) {
      use_slots(i, at, known.bytes);
    } else {
      lost_frame_ = true;
    }
  }
  // Arguments beyond the sixth.
  if (known.kind == KnownCall::unknown &&
      (target.type != X86_OP_IMM ||
       others_.takes_stack_arguments(static_cast<std::uint64_t>(target.imm)))) {
    use_slots(i, i.before.at[rsp], stack_arguments_max);
  }
  for (const int f : clobbered) after.at[f] = nowhere;
  if (known.kind == KnownCall::never_returns) return;
  i.next.push_back(pc + insn.size);
}

// The caller's state is live.
void Flow::return_from(Instruction& i) {
  if (from_ == From::entry) return;
  i.uses = all_saved;
  use_slots(i, i.before.at[rsp], 4 * Liveness::slots);
}

void Flow::step(std::uint64_t pc) {
  Instruction& i = code_[pc];
  const Pointers before = i.before;
  i = Instruction{};
  i.before = before;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(pc);
  std::size_t left = 16;
  std::uint64_t address = pc;
  if (!cs_disasm_iter(capstone_, &bytes, &left, &address, insn_)) {
    lost_code_ = true;
    return;
  }
  const cs_insn& insn = *insn_;
  const cs_x86& x = insn.detail->x86;
  Pointers after = before;
  if (insn.id == X86_INS_UD2 || insn.id == X86_INS_HLT || insn.id == X86_INS_INT3) return;
  if (insn.id == X86_INS_RET) return return_from(i);
  read_registers(insn, i);
  for (int op = 0; op < x.op_count; op++) {
    if (x.operands[op].type == X86_OP_MEM && insn.id != X86_INS_LEA && insn.id != X86_INS_NOP) {
      read_memory(x.operands[op], x.prefix[0] != 0 && x.prefix[0] != X86_PREFIX_LOCK, i);
    }
  }
  if (insn.id == X86_INS_CALL) {
    call(insn, i, after, pc);
  } else if (insn.id == X86_INS_PUSH) {
    after.at[rsp] -= 8;
    const int pushed = x.operands[0].type == X86_OP_REG ? family_of(x.operands[0].reg) : -1;
    if (pushed != no_register && before.at[pushed] != nowhere) lost_frame_ = true;
    i.next.push_back(pc + insn.size);
  } else if (insn.id == X86_INS_POP) {
    use_slots(i, before.at[rsp], 8);
    const int to = x.operands[0].type == X86_OP_REG ? family_of(x.operands[0].reg) : -1;
    if (to == no_register) lost_code_ = true;
    if (to != no_register) after.at[to] = nowhere;
    after.at[rsp] += 8;
    i.next.push_back(pc + insn.size);
  } else if (insn.id == X86_INS_LEAVE) {
    if (before.at[rbp] == nowhere || before.at[rbp] == mixed) {
      lost_code_ = true;
      return;
    }
    use_slots(i, before.at[rbp], 8);
    after.at[rsp] = before.at[rbp] + 8;
    after.at[rbp] = nowhere;
    i.next.push_back(pc + insn.size);
  } else if (cs_insn_group(capstone_, &insn, CS_GRP_JUMP)) {
    if (x.operands[0].type != X86_OP_IMM) {
      lost_code_ = true;
      return;
    }
    if (insn.id == X86_INS_JMP && before.at[rsp] == return_address_) {
      // A call in tail position.
      call(insn, i, after, pc);
      i.next.clear();
      return return_from(i);
    }
    i.next.push_back(static_cast<std::uint64_t>(x.operands[0].imm));
    if (insn.id != X86_INS_JMP) i.next.push_back(pc + insn.size);
  } else {
    move_pointers(insn, i, after);
    i.next.push_back(pc + insn.size);
  }
  const std::vector<std::uint64_t> next = i.next;
  for (const std::uint64_t to : next) reach(to, after);
}

Liveness::Live Flow::solve(std::uint64_t pc) {
  if (lost_code_) return {};
  for (bool changed = true; changed;) {
    changed = false;
    for (auto at = code_.rbegin(); at != code_.rend(); ++at) {
      Instruction& i = at->second;
      std::uint8_t live = 0;
      std::bitset<Liveness::slots> slots;
      for (const std::uint64_t next : i.next) {
        live |= code_[next].live;
        slots |= code_[next].slots_live;
      }
      live = static_cast<std::uint8_t>((live & ~i.defines) | i.uses);
      slots = (slots & ~i.slot_defines) | i.slot_uses;
      changed = changed || live != i.live || slots != i.slots_live;
      i.live = live;
      i.slots_live = slots;
    }
  }
  Liveness::Live result;
  result.registers = code_[pc].live;
  if (!lost_frame_) result.slots = code_[pc].slots_live;
  return result;
}

}  // namespace

Liveness& Liveness::of_process() {
  static Liveness liveness;
  return liveness;
}

const Liveness::Live& Liveness::at(const Place& place) {
  const auto found = known_.find(place);
  if (found != known_.end()) return found->second;
  assumed_.clear();
  const Live live = Flow(place, Flow::From::call, *this).solve(place.pc);
  return known_.emplace(place, live).first->second;
}

bool Liveness::takes_stack_arguments(std::uint64_t function) {
  const auto known = takes_stack_arguments_.find(function);
  if (known != takes_stack_arguments_.end()) return known->second;
  // A function that is being looked at counts as one that does.
  const auto [assumption, added] = assumed_.emplace(function, true);
  if (!added) {
    assumes_ = true;
    return assumption->second;
  }
  const bool caller_assumes = assumes_;
  assumes_ = false;
  Place place{function, {}};
  std::fill(std::begin(place.above), std::end(place.above), untracked);
  // Above the return address.
  const bool takes = (Flow(place, Flow::From::entry, *this).solve(function).slots >> 2).any();
  assumed_[function] = takes;
  if (!assumes_) takes_stack_arguments_[function] = takes;
  assumes_ = assumes_ || caller_assumes;
  return takes;
}

}  // namespace sim
