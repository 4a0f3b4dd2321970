// Power assembly of litmus tests.
#include <fmt/format.h>

#include "scenarios/litmus/thread_builder.h"

namespace scenarios::litmus {
namespace {

std::string register_name(std::string_view name) {
  const bool known = name.starts_with('r') && register_number(name.substr(1), 31);
  return known ? std::string(name) : "";
}

class Parser {
 public:
  Parser(Reader& reader, Place place, ThreadBuilder& builder)
      : in_(reader), out_(builder), place_(place) {}

  bool run(std::string_view m) {
    if (m == "li" || m == "mr") return move(m == "li");
    if (m == "addi" || m == "xori" || m == "ori") return arithmetic_immediate(m);
    if (m == "cmpw" || m == "cmpwi") return compare(m == "cmpwi");
    if (m == "b" || m == "beq" || m == "bne") return branch(m);
    if (m == "lwz" || m == "stw") return displaced(m == "lwz" ? Op::load : Op::store);
    if (m == "nop") return true;
    for (const Fence& f : fences) {
      if (m == f.mnemonic) return fence(f.is);
    }
    for (const Arithmetic& a : arithmetics) {
      if (m == a.mnemonic) return arithmetic(a.op);
    }
    for (const Indexed& i : indexed) {
      if (m == i.mnemonic) return indexed_access(i);
    }
    return in_.fail(place_, fmt::format("unknown Power instruction {}", m));
  }

 private:
  struct Arithmetic {
    const char* mnemonic;
    Op op;
  };
  static constexpr Arithmetic arithmetics[] = {
      {"add", Op::add}, {"xor", Op::bit_xor}, {"and", Op::bit_and}, {"or", Op::bit_or}};
  struct Fence {
    const char* mnemonic;
    Mark is;
  };
  static constexpr Fence fences[] = {{"sync", Mark::sync},
                                     {"lwsync", Mark::lwsync},
                                     {"eieio", Mark::eieio},
                                     {"isync", Mark::isync}};
  struct Indexed {
    const char* mnemonic;
    Op op;
    Marks marks;
  };
  static constexpr Indexed indexed[] = {{"lwzx", Op::load, 0},
                                        {"stwx", Op::store, 0},
                                        {"lwarx", Op::load_exclusive, mark(Mark::exclusive)},
                                        {"stwcx.", Op::store_exclusive, mark(Mark::exclusive)}};

  Instruction make(Op op, std::uint8_t bits) const {
    Instruction i{};
    i.op = op;
    i.bits = bits;
    i.place = place_;
    return i;
  }
  std::int32_t flags() { return out_.register_named("cr0"); }

  bool read_register(std::int32_t* r) {
    const std::string name = register_name(in_.peek().text);
    if (name.empty()) return in_.fail_expected("a register");
    *r = out_.register_named(name);
    in_.next();
    return true;
  }
  // As the first register of an address or of addi: there r0 is the number 0.
  bool read_base(Operand* to) {
    if (in_.accept("r0")) {
      *to = ThreadBuilder::constant(0);
      return true;
    }
    return read_operand(to);
  }
  bool read_operand(Operand* to) {
    std::int32_t r = no_register;
    if (!read_register(&r)) return false;
    *to = ThreadBuilder::reg(r);
    return true;
  }
  bool read_number(Operand* to) {
    *to = {};
    return in_.number(&to->constant.number);
  }

  bool finish(Instruction i) {
    out_.emit(i);
    return true;
  }

  bool move(bool immediate) {
    Instruction i = make(Op::move, 64);
    if (!read_register(&i.target) || !in_.expect(",")) return false;
    if (!(immediate ? read_number(&i.a) : read_operand(&i.a))) return false;
    return finish(i);
  }
  bool arithmetic(Op op) {
    Instruction i = make(op, 64);
    return read_register(&i.target) && in_.expect(",") && read_operand(&i.a) && in_.expect(",") &&
           read_operand(&i.b) && finish(i);
  }
  bool arithmetic_immediate(std::string_view m) {
    Instruction i = make(m == "addi" ? Op::add : m == "xori" ? Op::bit_xor : Op::bit_or, 64);
    if (!read_register(&i.target) || !in_.expect(",")) return false;
    if (!(m == "addi" ? read_base(&i.a) : read_operand(&i.a))) return false;
    return in_.expect(",") && read_number(&i.b) && finish(i);
  }
  bool compare(bool immediate) {
    Instruction i = make(Op::equal, 64);
    i.target = flags();
    return read_operand(&i.a) && in_.expect(",") &&
           (immediate ? read_number(&i.b) : read_operand(&i.b)) && finish(i);
  }
  bool branch(std::string_view m) {
    Instruction i = make(m == "b" ? Op::jump : m == "beq" ? Op::jump_nonzero : Op::jump_zero, 64);
    if (m != "b") i.a = ThreadBuilder::reg(flags());
    return out_.emit_jump(in_, i);
  }
  bool fence(Mark is) {
    Instruction i = make(Op::fence, 64);
    i.marks = mark(is);
    return finish(i);
  }
  bool read_value(Instruction* i) {
    if (i->op == Op::load || i->op == Op::load_exclusive) return read_register(&i->target);
    return read_operand(&i->a);
  }
  bool displaced(Op op) {
    Instruction i = make(op, 32);
    return read_value(&i) && in_.expect(",") && read_number(&i.index) && in_.expect("(") &&
           read_base(&i.base) && in_.expect(")") && finish(i);
  }
  bool indexed_access(const Indexed& how) {
    Instruction i = make(how.op, 32);
    i.marks = how.marks;
    i.write_marks = how.marks;
    if (how.op == Op::store_exclusive) {  // eq is set if it succeeds
      i.target = flags();
      i.succeeds = 1;
      i.fails = 0;
    }
    return read_value(&i) && in_.expect(",") && read_base(&i.base) && in_.expect(",") &&
           read_operand(&i.index) && finish(i);
  }

  Reader& in_;
  ThreadBuilder& out_;
  Place place_;
};

bool parse(Reader& reader, const Token& mnemonic, ThreadBuilder& builder) {
  return Parser(reader, mnemonic.place, builder).run(mnemonic.text);
}

}  // namespace

const Assembly ppc_assembly = {register_name, parse};

}  // namespace scenarios::litmus
