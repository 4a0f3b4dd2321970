// C11 litmus tests: functions P0, P1, ... over atomic locations, compiled to the instructions of
// the interpreter.
#include <fmt/format.h>

#include "scenarios/litmus/thread_builder.h"

namespace scenarios::litmus {
namespace {

constexpr std::uint32_t nesting_max = 64;  // of blocks and parentheses

struct Order {
  const char* name;
  Mark is;
};
constexpr Order orders[] = {{"memory_order_relaxed", Mark::relaxed},
                            {"memory_order_acquire", Mark::acquire},
                            {"memory_order_release", Mark::release},
                            {"memory_order_acq_rel", Mark::acq_rel},
                            {"memory_order_seq_cst", Mark::seq_cst}};

struct Call {
  const char* name;  // without _explicit
  Op op;
};
constexpr Call calls[] = {{"atomic_load", Op::load},
                          {"atomic_store", Op::store},
                          {"atomic_exchange", Op::exchange},
                          {"atomic_fetch_add", Op::fetch_add},
                          {"atomic_thread_fence", Op::fence}};

// Binary operators, loosest first.
struct Operator {
  const char* sign;
  std::uint32_t level;
  Op op;
};
constexpr Operator operators[] = {
    {"|", 0, Op::bit_or}, {"^", 1, Op::bit_xor}, {"&", 2, Op::bit_and}, {"==", 3, Op::equal},
    {"!=", 3, Op::equal}, {"+", 4, Op::add},     {"-", 4, Op::subtract}};
constexpr std::uint32_t levels = 5;

class Parser {
 public:
  Parser(Reader& reader, ThreadBuilder& builder) : in_(reader), out_(builder) {}

  // From the parameters to the closing brace.
  bool run() {
    if (!in_.expect("(")) return false;
    while (!in_.is(")")) {
      if (!parameter()) return false;
      if (!in_.accept(",")) break;
    }
    return in_.expect(")") && block();
  }

 private:
  bool parameter() {
    if (!in_.expect("atomic_int") || !in_.expect("*")) return false;
    std::string_view name;
    if (!in_.word(&name, "a name")) return false;
    parameters_.emplace(name, out_.locations().index_of(name));
    return true;
  }

  Instruction make(Op op, Place place) const {
    Instruction i{};
    i.op = op;
    i.place = place;
    return i;
  }

  bool block() {
    if (!in_.expect("{")) return false;
    if (++nesting_ > nesting_max) return in_.fail(in_.peek().place, "blocks nest too deep");
    while (!in_.is("}")) {
      if (!statement()) return false;
    }
    nesting_--;
    return in_.expect("}");
  }

  bool statement() {
    if (in_.is("{")) return block();
    if (in_.is("if")) return conditional();
    if (in_.accept(";")) return true;
    const bool declares = in_.is("int") && (in_.next(), true);
    const Token& first = in_.peek();
    if (declares || in_.peek(1).text == "=") {
      std::string_view name;
      if (!in_.word(&name, "a name")) return false;
      if (parameters_.count(name) != 0) {
        return in_.fail(first.place, fmt::format("{} is a location; use atomic_store", name));
      }
      if (declares == out_.has_register(name)) {
        return in_.fail(first.place, fmt::format("{} is {}", name,
                                                 declares ? "declared twice" : "not declared"));
      }
      const std::int32_t target = out_.register_named(name);
      if (declares && in_.accept(";")) return true;
      Instruction i = make(Op::move, first.place);
      i.target = target;
      if (!in_.expect("=") || !expression(0, &i.a)) return false;
      out_.emit(i);
      return in_.expect(";");
    }
    Operand ignored;
    return call(&ignored, true) && in_.expect(";");
  }

  bool conditional() {
    Instruction i = make(Op::jump_zero, in_.next().place);
    if (!in_.expect("(") || !expression(0, &i.a) || !in_.expect(")")) return false;
    const std::uint32_t test = out_.size();
    out_.emit(i);
    if (!block()) return false;
    if (!in_.is("else")) {
      out_.at(test).next = out_.size();
      return true;
    }
    const std::uint32_t skip = out_.size();
    out_.emit(make(Op::jump, in_.next().place));
    out_.at(test).next = out_.size();
    if (!(in_.is("if") ? conditional() : block())) return false;
    out_.at(skip).next = out_.size();
    return true;
  }

  static const Operator* operator_at(std::uint32_t level, const Token& token) {
    for (const Operator& o : operators) {
      if (o.level == level && token.text == o.sign) return &o;
    }
    return nullptr;
  }

  bool expression(std::uint32_t level, Operand* to) {
    if (level == levels) return primary(to);
    if (!expression(level + 1, to)) return false;
    while (const Operator* o = operator_at(level, in_.peek())) {
      Instruction i = make(o->op, in_.next().place);
      i.a = *to;
      if (!expression(level + 1, &i.b)) return false;
      *to = into_register(i);
      if (std::string_view(o->sign) == "!=") {
        Instruction negate = make(Op::bit_xor, i.place);
        negate.a = *to;
        negate.b = ThreadBuilder::constant(1);
        *to = into_register(negate);
      }
    }
    return true;
  }

  Operand into_register(Instruction i) {
    i.target = out_.hidden_register();
    out_.emit(i);
    return ThreadBuilder::reg(i.target);
  }

  bool primary(Operand* to) {
    const Token& token = in_.peek();
    if (in_.accept("(")) {
      if (++nesting_ > nesting_max) return in_.fail(token.place, "parentheses nest too deep");
      if (!expression(0, to)) return false;
      nesting_--;
      return in_.expect(")");
    }
    if (token.kind == TokenKind::number || in_.is("-") || in_.is("*")) {
      *to = {};
      return in_.number(&to->constant.number, "a number, a variable or an atomic call");
    }
    if (token.kind == TokenKind::word && out_.has_register(token.text)) {
      *to = ThreadBuilder::reg(out_.register_named(token.text));
      in_.next();
      return true;
    }
    return call(to, false);
  }

  bool memory_order(Marks* to) {
    for (const Order& o : orders) {
      if (in_.accept(o.name)) {
        *to = mark(o.is);
        return true;
      }
    }
    return in_.fail_expected("memory_order_relaxed, _acquire, _release, _acq_rel or _seq_cst");
  }

  bool call(Operand* to, bool result_unused) {
    const Token& token = in_.peek();
    std::string_view name = token.text;
    constexpr std::string_view suffix = "_explicit";
    const bool names_order = name.ends_with(suffix);
    if (names_order) name.remove_suffix(suffix.size());
    const Call* found = nullptr;
    for (const Call& c : calls) {
      if (name == c.name) found = &c;
    }
    if (found == nullptr) return in_.fail_expected("an atomic call or a declared variable");
    const bool has_result = found->op != Op::store && found->op != Op::fence;
    if (!has_result && !result_unused) {
      return in_.fail(token.place, fmt::format("{} has no value", name));
    }
    in_.next();
    Instruction i = make(found->op, token.place);
    if (!arguments(names_order || found->op == Op::fence, &i)) return false;
    if (has_result) {
      *to = into_register(i);
    } else {
      out_.emit(i);
    }
    return true;
  }

  bool arguments(bool names_order, Instruction* i) {
    if (!in_.expect("(")) return false;
    if (i->op != Op::fence) {
      const auto location = parameters_.find(in_.peek().text);
      if (location == parameters_.end()) return in_.fail_expected("an atomic parameter");
      i->base = ThreadBuilder::address_of(location->second);
      in_.next();
      if (i->op != Op::load && (!in_.expect(",") || !expression(0, &i->a))) return false;
      if (names_order && !in_.expect(",")) return false;
    }
    Marks order = mark(Mark::seq_cst);
    const Place place = in_.peek().place;
    if (names_order && !memory_order(&order)) return false;
    const bool releases = order == mark(Mark::release) || order == mark(Mark::acq_rel);
    const bool acquires = order == mark(Mark::acquire) || order == mark(Mark::acq_rel);
    if ((i->op == Op::load && releases) || (i->op == Op::store && acquires)) {
      return in_.fail(place, "C11 does not allow this order here");
    }
    i->marks = order;
    i->write_marks = order;
    if (i->op == Op::fence) i->marks |= mark(Mark::fence);
    return in_.expect(")");
  }

  Reader& in_;
  ThreadBuilder& out_;
  std::map<std::string_view, std::uint32_t> parameters_;
  std::uint32_t nesting_ = 0;
};

}  // namespace

bool parse_c11(Reader& reader, Test& test, LocationTable& locations,
               std::vector<ThreadBuilder>& builders) {
  while (reader.peek().text == fmt::format("P{}", builders.size()) && reader.peek(1).text == "(") {
    if (builders.size() == test.threads.size()) {
      return reader.fail(reader.peek().place, fmt::format("more than {} threads", builders.size()));
    }
    reader.next();
    builders.emplace_back(test.threads[builders.size()], locations);
    if (!Parser(reader, builders.back()).run()) return false;
  }
  return !builders.empty() || reader.fail_expected("P0 (...) {");
}

}  // namespace scenarios::litmus
