// AArch64 assembly of litmus tests.
#include <fmt/format.h>

#include "scenarios/litmus/thread_builder.h"

namespace scenarios::litmus {
namespace {

// X12 for X12 and W12, XZR for both names of the zero register, or nothing.
std::string register_name(std::string_view name) {
  if (name == "XZR" || name == "WZR") return "XZR";
  if (!name.starts_with('X') && !name.starts_with('W')) return "";
  const std::optional<std::uint32_t> number = register_number(name.substr(1), 30);
  return number ? fmt::format("X{}", *number) : "";
}

struct Register {
  std::int32_t index = no_register;  // of the zero register as well
  std::uint8_t bits = 32;
};

class Parser {
 public:
  Parser(Reader& reader, Place place, ThreadBuilder& builder)
      : in_(reader), out_(builder), place_(place) {}

  bool run(std::string_view m) {
    if (m == "MOV") return move();
    if (m == "CMP") return compare();
    if (m == "B" || m == "B.EQ" || m == "B.NE") return branch(m);
    if (m == "CBZ" || m == "CBNZ") return compare_branch(m);
    if (m == "DMB" || m == "DSB" || m == "ISB") return fence(m);
    if (m == "NOP") return true;
    for (const Arithmetic& known : arithmetics) {
      if (m == known.mnemonic) return arithmetic(known.op);
    }
    for (const Access& known : accesses) {
      if (m == known.mnemonic) return access(known);
    }
    return in_.fail(place_, fmt::format("unknown AArch64 instruction {}", m));
  }

 private:
  struct Arithmetic {
    const char* mnemonic;
    Op op;
  };
  static constexpr Arithmetic arithmetics[] = {{"ADD", Op::add},
                                               {"SUB", Op::subtract},
                                               {"EOR", Op::bit_xor},
                                               {"AND", Op::bit_and},
                                               {"ORR", Op::bit_or}};
  struct Access {
    const char* mnemonic;
    Op op;
    Marks read, write;
  };
  static constexpr Marks a = mark(Mark::acquire), l = mark(Mark::release),
                         q = mark(Mark::acquire_pc), x = mark(Mark::exclusive),
                         amo = mark(Mark::atomic);
  static constexpr Access accesses[] = {
      {"LDR", Op::load, 0, 0},
      {"LDAR", Op::load, a, 0},
      {"LDAPR", Op::load, q, 0},
      {"STR", Op::store, 0, 0},
      {"STLR", Op::store, 0, l},
      {"LDXR", Op::load_exclusive, x, 0},
      {"LDAXR", Op::load_exclusive, x | a, 0},
      {"STXR", Op::store_exclusive, 0, x},
      {"STLXR", Op::store_exclusive, 0, x | l},
      {"SWP", Op::exchange, amo, amo},
      {"SWPA", Op::exchange, amo | a, amo},
      {"SWPL", Op::exchange, amo, amo | l},
      {"SWPAL", Op::exchange, amo | a, amo | l},
      {"LDADD", Op::fetch_add, amo, amo},
      {"LDADDA", Op::fetch_add, amo | a, amo},
      {"LDADDL", Op::fetch_add, amo, amo | l},
      {"LDADDAL", Op::fetch_add, amo | a, amo | l},
      {"CAS", Op::compare_exchange, amo, amo},
      {"CASA", Op::compare_exchange, amo | a, amo},
      {"CASL", Op::compare_exchange, amo, amo | l},
      {"CASAL", Op::compare_exchange, amo | a, amo | l},
  };

  Instruction make(Op op) const {
    Instruction i{};
    i.op = op;
    i.place = place_;
    return i;
  }

  bool read_register(Register* r) {
    const Token& token = in_.peek();
    const std::string name = register_name(token.text);
    if (name.empty()) return in_.fail_expected("a register");
    r->bits = token.text[0] == 'X' ? 64 : 32;
    r->index = name == "XZR" ? no_register : out_.register_named(name);
    in_.next();
    return true;
  }
  static Operand operand(Register r) {
    return r.index == no_register ? ThreadBuilder::constant(0) : ThreadBuilder::reg(r.index);
  }

  // #number
  bool read_immediate(Operand* to) {
    *to = {};
    return in_.expect("#") && in_.number(&to->constant.number);
  }
  bool read_register_or_immediate(Operand* to, std::uint8_t bits) {
    if (in_.is("#")) return read_immediate(to);
    const Place place = in_.peek().place;
    Register r;
    if (!read_register(&r)) return false;
    if (in_.accept(",")) {
      if (bits != 64 || r.bits != 32) return in_.fail(place, "only ,SXTW of a W register here");
      if (!in_.expect("SXTW")) return false;
    } else if (r.bits != bits) {
      return in_.fail(place, "registers of different sizes");
    }
    *to = operand(r);
    return true;
  }

  bool move() {
    Instruction i = make(Op::move);
    Register target;
    if (!read_register(&target) || !in_.expect(",")) return false;
    if (!read_register_or_immediate(&i.a, target.bits)) return false;
    i.target = target.index;
    i.bits = target.bits;
    out_.emit(i);
    return true;
  }

  bool arithmetic(Op op) {
    Instruction i = make(op);
    Register target, first;
    const Place place = in_.peek().place;
    if (!read_register(&target) || !in_.expect(",") || !read_register(&first) || !in_.expect(",") ||
        !read_register_or_immediate(&i.b, target.bits)) {
      return false;
    }
    if (first.bits != target.bits) return in_.fail(place, "registers of different sizes");
    i.target = target.index;
    i.bits = target.bits;
    i.a = operand(first);
    out_.emit(i);
    return true;
  }

  bool compare() {
    Instruction i = make(Op::equal);
    Register first;
    if (!read_register(&first) || !in_.expect(",") ||
        !read_register_or_immediate(&i.b, first.bits)) {
      return false;
    }
    i.a = operand(first);
    i.target = out_.register_named("NZCV");
    out_.emit(i);
    return true;
  }

  bool branch(std::string_view mnemonic) {
    Instruction i = make(Op::jump);
    if (mnemonic != "B") {
      i.op = mnemonic == "B.EQ" ? Op::jump_nonzero : Op::jump_zero;
      i.a = ThreadBuilder::reg(out_.register_named("NZCV"));
    }
    return out_.emit_jump(in_, i);
  }

  bool compare_branch(std::string_view mnemonic) {
    Instruction i = make(mnemonic == "CBZ" ? Op::jump_zero : Op::jump_nonzero);
    Register r;
    if (!read_register(&r) || !in_.expect(",")) return false;
    i.a = operand(r);
    return out_.emit_jump(in_, i);
  }

  bool fence(std::string_view mnemonic) {
    Instruction i = make(Op::fence);
    if (mnemonic == "ISB") {
      i.marks = mark(Mark::isb);
      out_.emit(i);
      return true;
    }
    const Token& domain = in_.peek();
    const std::string_view d = domain.text;
    if (d == "SY" || d == "ISH") {
      i.marks = mark(Mark::dmb_full);
    } else if (d == "LD" || d == "ISHLD") {
      i.marks = mark(Mark::dmb_ld);
    } else if (d == "ST" || d == "ISHST") {
      i.marks = mark(Mark::dmb_st);
    } else {
      return in_.fail_expected("SY, LD, ST, ISH, ISHLD or ISHST");
    }
    in_.next();
    out_.emit(i);
    return true;
  }

  // [Xn], [Xn,#0], [Xn,Xm] or [Xn,Wm,SXTW]
  bool address(Instruction* i) {
    Register base;
    const Place place = in_.peek(1).place;
    if (!in_.expect("[") || !read_register(&base)) return false;
    if (base.bits != 64) return in_.fail(place, "an address is an X register");
    i->base = operand(base);
    if (in_.accept(",") && !read_register_or_immediate(&i->index, 64)) return false;
    return in_.expect("]");
  }

  bool access(const Access& how) {
    Instruction i = make(how.op);
    i.marks = how.read;
    i.write_marks = how.write;
    Register status, first, second;
    const bool two =
        how.op == Op::exchange || how.op == Op::fetch_add || how.op == Op::compare_exchange;
    const Place place = in_.peek().place;
    if (how.op == Op::store_exclusive && (!read_register(&status) || !in_.expect(","))) {
      return false;
    }
    if (!read_register(&first) || !in_.expect(",")) return false;
    if (two && (!read_register(&second) || !in_.expect(","))) return false;
    if (two && second.bits != first.bits) return in_.fail(place, "registers of different sizes");
    i.bits = first.bits;
    if (!address(&i)) return false;
    if (two && (how.op == Op::compare_exchange ? first : second).index == no_register) {
      return in_.fail(place, "a read-modify-write into the zero register is not supported");
    }
    switch (how.op) {
      case Op::store_exclusive:
        i.target = status.index;
        i.a = operand(first);
        break;
      case Op::store:
        i.a = operand(first);
        break;
      case Op::compare_exchange:
        i.target = first.index;
        i.a = operand(first);
        i.b = operand(second);
        break;
      case Op::exchange:
      case Op::fetch_add:
        i.target = second.index;
        i.a = operand(first);
        break;
      default:
        i.target = first.index;
        break;
    }
    out_.emit(i);
    return true;
  }

  Reader& in_;
  ThreadBuilder& out_;
  Place place_;
};

bool parse(Reader& reader, const Token& mnemonic, ThreadBuilder& builder) {
  return Parser(reader, mnemonic.place, builder).run(mnemonic.text);
}

}  // namespace

const Assembly aarch64_assembly = {register_name, parse};

}  // namespace scenarios::litmus
