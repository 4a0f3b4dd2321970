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
    if (m.size() == 3 && m[0] == 'J') return jump(m);
    if (m == "JMP") return jump(m);
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
    const Instruction arithmetic = out_.at(out_.size() - 1);
    Instruction i = make(Op::equal, bits);
    i.target = out_.register_named("ZF");
    i.a = ThreadBuilder::reg(arithmetic.target);
    i.b = ThreadBuilder::constant(0);
    out_.emit(i);
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
    Instruction i = make(Op::exchange, bits);
    i.base = memory.operand;
    i.target = other.operand.reg;
    i.a = other.operand;
    i.marks = mark(Mark::atomic);
    i.write_marks = mark(Mark::atomic);
    out_.emit(i);
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
