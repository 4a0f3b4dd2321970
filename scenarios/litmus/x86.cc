// X86 and X86_64 assembly of litmus tests, in Intel's or AT&T's order of operands.
//
// A mnemonic with a size (movl) or a register with % makes it AT&T's: source first.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/litmus/thread_builder.h"

namespace scenarios::litmus {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

constexpr const char* names_32[] = {"EAX", "EBX", "ECX", "EDX", "ESI", "EDI"};

// EAX, whatever the case.
std::string register_name_32(std::string_view name) {
  const std::string up = upper(name);
  for (const char* known : names_32) {
    if (up == known) return up;
  }
  return "";
}
// rax, for rax and eax.
std::string register_name_64(std::string_view name) {
  const std::string low = lower(name);
  for (const char* known : names_32) {
    const std::string tail = lower(known).substr(1);
    if (low == "r" + tail || low == "e" + tail) return "r" + tail;
  }
  for (std::uint32_t n = 8; n < 16; n++) {
    const std::string full = fmt::format("r{}", n);
    if (low == full || low == full + "d") return full;
  }
  return "";
}

struct Slot {
  enum class Kind : std::uint8_t { reg, number, memory } kind = Kind::number;
  Operand operand;  // the register, the number or the address
  std::uint8_t bits = 32;
  bool percent = false;
  Place place;
};

class Parser {
 public:
  Parser(Reader& reader, Place place, ThreadBuilder& builder, bool wide)
      : in_(reader), out_(builder), wide_(wide), place_(place) {}

  bool run(std::string_view mnemonic) {
    const std::string m = upper(mnemonic);
    if (m == "NOP") return true;
    if (m == "MFENCE") return fence();
    if (m[0] == 'J') return jump(m);
    if (m == "LOCK") return locked();
    for (const Two& two : twos) {
      const std::string name = two.mnemonic;
      const bool sized = m == name + "L" || m == name + "Q";
      if (m == name || sized) return two_operands(two.op, sized ? m.back() : '\0');
    }
    return in_.fail(place_, fmt::format("unknown x86 instruction {}", mnemonic));
  }

 private:
  using Kind = Slot::Kind;
  struct Two {
    const char* mnemonic;
    Op op;
  };
  static constexpr Two twos[] = {{"MOV", Op::move},    {"XCHG", Op::exchange}, {"ADD", Op::add},
                                 {"XOR", Op::bit_xor}, {"AND", Op::bit_and},   {"CMP", Op::equal}};

  Instruction make(Op op, std::uint8_t bits) const {
    Instruction i{};
    i.op = op;
    i.bits = bits;
    i.place = place_;
    return i;
  }
  std::string register_name(std::string_view name) const {
    return wide_ ? register_name_64(name) : register_name_32(name);
  }

  bool fence() {
    Instruction i = make(Op::fence, 32);
    i.marks = mark(Mark::mfence);
    out_.emit(i);
    return true;
  }

  bool jump(const std::string& m) {
    Instruction i = make(Op::jump, 32);
    if (m == "JE" || m == "JZ" || m == "JNE" || m == "JNZ") {
      i.op = m[1] == 'N' ? Op::jump_zero : Op::jump_nonzero;
      i.a = ThreadBuilder::reg(out_.register_named("ZF"));
    } else if (m != "JMP") {
      return in_.fail(place_, fmt::format("unknown x86 instruction {}", m));
    }
    return out_.emit_jump(in_, i);
  }

  // $1, EAX, %eax, [x], (x), [EAX] or (%rax)
  bool read_slot(Slot* to) {
    to->place = in_.peek().place;
    if (in_.accept("$")) return in_.number(&to->operand.constant.number);
    if (in_.is("[") || in_.is("(")) {
      const std::string_view close = in_.is("[") ? "]" : ")";
      in_.next();
      to->kind = Kind::memory;
      to->percent = in_.accept("%");
      const Token& token = in_.peek();
      if (token.kind != TokenKind::word) return in_.fail_expected("a location or a register");
      const std::string name = register_name(token.text);
      if (to->percent && name.empty()) return in_.fail_expected("a register");
      to->operand = name.empty() ? ThreadBuilder::address_of(out_.locations().index_of(token.text))
                                 : ThreadBuilder::reg(out_.register_named(name));
      in_.next();
      return in_.expect(close);
    }
    to->kind = Kind::reg;
    to->percent = in_.accept("%");
    const Token& token = in_.peek();
    const std::string name = register_name(token.text);
    if (name.empty()) return in_.fail_expected("$number, a register or [location]");
    to->operand = ThreadBuilder::reg(out_.register_named(name));
    const char last = token.text.back(), first = token.text.front();
    const bool word_32 = first == 'e' || first == 'E' || last == 'd' || last == 'D';
    to->bits = wide_ && !word_32 ? 64 : 32;
    in_.next();
    return true;
  }

  bool two_operands(Op op, char size) {
    Slot first, second;
    if (!read_slot(&first) || !in_.expect(",") || !read_slot(&second)) return false;
    const bool source_first = size != '\0' || first.percent || second.percent;
    const Slot& target = source_first ? second : first;
    const Slot& source = source_first ? first : second;
    std::uint8_t bits = std::max(first.kind == Kind::reg ? first.bits : std::uint8_t{32},
                                 second.kind == Kind::reg ? second.bits : std::uint8_t{32});
    if (size != '\0') bits = size == 'Q' ? 64 : 32;
    for (const Slot* p : {&first, &second}) {
      if (p->kind == Kind::reg && p->bits != bits) {
        return in_.fail(p->place, "operands of different sizes");
      }
    }
    if (op == Op::move) return move(target, source, bits);
    if (op == Op::exchange) return exchange(target, source, bits);
    if (target.kind != Kind::reg || source.kind == Kind::memory) {
      return in_.fail(place_, "only MOV and XCHG may name memory here");
    }
    Instruction i = make(op, bits);
    i.target = op == Op::equal ? out_.register_named("ZF") : target.operand.reg;
    i.a = target.operand;
    i.b = source.operand;
    out_.emit(i);
    if (op != Op::equal) spoil_flags(bits);
    return true;
  }

  // Arithmetic sets the flags as well; no jump may rely on a comparison before it.
  void spoil_flags(std::uint8_t bits) {
    const Operand result = ThreadBuilder::reg(out_.at(out_.size() - 1).target);
    set_zero_flag(result, ThreadBuilder::constant(0), bits);
  }

  bool move(const Slot& target, const Slot& source, std::uint8_t bits) {
    if (target.kind == Kind::number) return in_.fail(target.place, "a number is no target");
    if (target.kind == Kind::memory && source.kind == Kind::memory) {
      return in_.fail(place_, "MOV from memory to memory; use a register between");
    }
    Instruction i = make(Op::move, bits);
    if (target.kind == Kind::memory) {
      i.op = Op::store;
      i.base = target.operand;
      i.a = source.operand;
    } else {
      i.target = target.operand.reg;
      i.a = source.operand;
      if (source.kind == Kind::memory) {
        i.op = Op::load;
        i.base = source.operand;
      }
    }
    out_.emit(i);
    return true;
  }

  bool exchange(const Slot& a, const Slot& b, std::uint8_t bits) {
    const Slot& memory = a.kind == Kind::memory ? a : b;
    const Slot& other = a.kind == Kind::memory ? b : a;
    if (memory.kind != Kind::memory || other.kind != Kind::reg) {
      return in_.fail(place_, "XCHG of a register and a location only");
    }
    Instruction i = locked_access(Op::exchange, memory, bits);
    i.target = other.operand.reg;
    i.a = other.operand;
    out_.emit(i);
    return true;
  }

  // --- behind LOCK: read-modify-writes of a location ---

  struct Locked {
    const char* mnemonic;
    bool (Parser::*emit)(const Slot& memory, const Slot& other, std::uint8_t bits);
    bool takes_one;
    bool takes_number;
  };
  bool locked() {
    static constexpr Locked lockable[] = {{"ADD", &Parser::locked_add, false, true},
                                          {"SUB", &Parser::locked_subtract, false, true},
                                          {"INC", &Parser::locked_add, true, true},
                                          {"DEC", &Parser::locked_subtract, true, true},
                                          {"XADD", &Parser::exchange_and_add, false, false},
                                          {"CMPXCHG", &Parser::compare_and_exchange, false, false},
                                          {"XCHG", &Parser::exchange, false, false}};
    const Place place = in_.peek().place;
    std::string_view text;
    if (!in_.word(&text, "the instruction that is locked")) return false;
    const std::string m = upper(text);
    for (const Locked& l : lockable) {
      const std::string name = l.mnemonic;
      const bool sized = m == name + "L" || m == name + "Q";
      if (m == name || sized) return locked(l, sized ? m.back() : '\0', place);
    }
    return in_.fail(place, fmt::format("unknown instruction {} behind LOCK; there are ADD, SUB, "
                                       "INC, DEC, XADD, CMPXCHG, XCHG",
                                       text));
  }

  bool locked(const Locked& l, char size, Place place) {
    Slot one, other;
    other.operand = ThreadBuilder::constant(1);
    if (!read_slot(&one)) return false;
    if (!l.takes_one && (!in_.expect(",") || !read_slot(&other))) return false;
    const bool swapped = one.kind != Kind::memory;
    const Slot& memory = swapped ? other : one;
    const Slot& source = swapped ? one : other;
    const bool fine = memory.kind == Kind::memory && source.kind != Kind::memory &&
                      (l.takes_number || source.kind == Kind::reg);
    if (!fine) return in_.fail(place, fmt::format("operands that {} does not take", l.mnemonic));
    std::uint8_t bits = source.kind == Kind::reg ? source.bits : 32;
    if (size != '\0') bits = size == 'Q' ? 64 : 32;
    if (source.kind == Kind::reg && source.bits != bits) {
      return in_.fail(source.place, "operands of different sizes");
    }
    return (this->*l.emit)(memory, source, bits);
  }

  Operand compute(Op op, const Operand& a, const Operand& b, std::uint8_t bits) {
    Instruction i = make(op, bits);
    i.target = out_.hidden_register();
    i.a = a;
    i.b = b;
    out_.emit(i);
    return ThreadBuilder::reg(i.target);
  }
  void set_zero_flag(const Operand& a, const Operand& b, std::uint8_t bits) {
    Instruction i = make(Op::equal, bits);
    i.target = out_.register_named("ZF");
    i.a = a;
    i.b = b;
    out_.emit(i);
  }
  Instruction locked_access(Op op, const Slot& memory, std::uint8_t bits) const {
    Instruction i = make(op, bits);
    i.base = memory.operand;
    i.marks = i.write_marks = mark(Mark::atomic);
    return i;
  }

  // What was there before goes to `old`.
  bool add(const Slot& memory, const Operand& amount, std::int32_t old, std::uint8_t bits) {
    Instruction i = locked_access(Op::fetch_add, memory, bits);
    i.a = amount;
    i.target = old;
    out_.emit(i);
    const Operand sum = compute(Op::add, ThreadBuilder::reg(old), amount, bits);
    set_zero_flag(sum, ThreadBuilder::constant(0), bits);
    return true;
  }
  bool locked_add(const Slot& memory, const Slot& amount, std::uint8_t bits) {
    return add(memory, amount.operand, out_.hidden_register(), bits);
  }
  bool locked_subtract(const Slot& memory, const Slot& amount, std::uint8_t bits) {
    const Operand less = compute(Op::subtract, ThreadBuilder::constant(0), amount.operand, bits);
    return add(memory, less, out_.hidden_register(), bits);
  }
  bool exchange_and_add(const Slot& memory, const Slot& other, std::uint8_t bits) {
    const Operand amount = compute(Op::move, other.operand, {}, bits);
    return add(memory, amount, other.operand.reg, bits);
  }
  // EAX is what is expected and, either way, what was there.
  bool compare_and_exchange(const Slot& memory, const Slot& desired, std::uint8_t bits) {
    const std::int32_t accumulator = out_.register_named(wide_ ? "rax" : "EAX");
    const Operand expected = compute(Op::move, ThreadBuilder::reg(accumulator), {}, bits);
    Instruction i = locked_access(Op::compare_exchange, memory, bits);
    i.a = expected;
    i.b = desired.operand;
    i.target = accumulator;
    out_.emit(i);
    set_zero_flag(ThreadBuilder::reg(accumulator), expected, bits);
    return true;
  }

  Reader& in_;
  ThreadBuilder& out_;
  bool wide_;
  Place place_;
};

bool parse_32(Reader& reader, const Token& mnemonic, ThreadBuilder& builder) {
  return Parser(reader, mnemonic.place, builder, false).run(mnemonic.text);
}
bool parse_64(Reader& reader, const Token& mnemonic, ThreadBuilder& builder) {
  return Parser(reader, mnemonic.place, builder, true).run(mnemonic.text);
}

}  // namespace

const Assembly x86_assembly = {register_name_32, parse_32};
const Assembly x86_64_assembly = {register_name_64, parse_64};

}  // namespace scenarios::litmus
