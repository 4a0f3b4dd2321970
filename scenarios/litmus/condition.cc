// Reading, evaluating and writing propositions.
#include "scenarios/litmus/condition.h"

#include <fmt/format.h>

#include <algorithm>

namespace scenarios::litmus {
namespace {

using Kind = Proposition::Kind;

constexpr std::uint32_t nesting_max = 64;

class Parser {
 public:
  Parser(Reader& reader, const ReadObserved& observed, const AddressOf& address)
      : in_(reader), observed_(observed), address_(address) {}

  // Implication binds loosest and to the right.
  bool implication(Proposition* to) {
    if (!chain(Kind::disjunction, "\\/", to)) return false;
    if (!in_.accept("=>")) return true;
    Proposition right;
    if (!implication(&right)) return false;
    Proposition left = std::move(*to);
    *to = {};
    to->kind = Kind::implication;
    to->parts = {std::move(left), std::move(right)};
    return true;
  }

 private:
  bool chain(Kind kind, std::string_view sign, Proposition* to) {
    const auto part = [&](Proposition* p) {
      return kind == Kind::disjunction ? chain(Kind::conjunction, "/\\", p) : unary(p);
    };
    if (!part(to)) return false;
    if (!in_.is(sign)) return true;
    Proposition all;
    all.kind = kind;
    all.parts.push_back(std::move(*to));
    while (in_.accept(sign)) {
      Proposition next;
      if (!part(&next)) return false;
      all.parts.push_back(std::move(next));
    }
    *to = std::move(all);
    return true;
  }

  bool unary(Proposition* to) {
    if (++nesting_ > nesting_max) return in_.fail(in_.peek().place, "conditions nest too deep");
    const bool fine = nested(to);
    nesting_--;
    return fine;
  }

  bool nested(Proposition* to) {
    if (in_.accept("(")) return implication(to) && in_.expect(")");
    if (in_.accept("not") || in_.accept("~")) {
      Proposition inner;
      if (!unary(&inner)) return false;
      to->kind = Kind::negation;
      to->parts = {std::move(inner)};
      return true;
    }
    if (in_.is("true") || in_.is("false")) {
      to->kind = in_.next().text == "true" ? Kind::conjunction : Kind::disjunction;
      return true;
    }
    return atom(to);
  }

  bool atom(Proposition* to) {
    to->kind = Kind::atom;
    if (!observed_(in_, &to->left) || !in_.expect("=")) return false;
    const Token& token = in_.peek();
    if (in_.is("-") || (token.kind == TokenKind::number && in_.peek(1).text != ":")) {
      to->value = {};
      return in_.number(&to->value.number);
    }
    if (token.kind == TokenKind::word) {
      const std::optional<Value> value = address_(token.text);
      if (!value) return in_.fail_expected("a number or the name of a location");
      to->value = *value;
      in_.next();
      return true;
    }
    to->compares_two = true;
    return observed_(in_, &to->right);
  }

  Reader& in_;
  const ReadObserved& observed_;
  const AddressOf& address_;
  std::uint32_t nesting_ = 0;
};

constexpr std::uint32_t top = 0, of_implication = 1, of_disjunction = 2, of_conjunction = 3;

std::string write(const Test& test, const Proposition& p, std::uint32_t around);

// herd puts parentheses around all but a conjunction in a conjunction and an implication in one.
std::string join(const Test& test, const Proposition& p, const char* sign, std::uint32_t level,
                 std::uint32_t around) {
  std::string text;
  for (const Proposition& part : p.parts) {
    if (&part != p.parts.data()) text += sign;
    text += write(test, part, level);
  }
  const bool bare = around == top || (around == level && level != of_disjunction);
  return bare ? text : "(" + text + ")";
}

std::string write(const Test& test, const Proposition& p, std::uint32_t around) {
  switch (p.kind) {
    case Kind::atom: {
      const auto side = [&](const Observed& o) {
        return o.thread < 0 ? fmt::format("[{}]", name_of(test, o)) : name_of(test, o);
      };
      return side(p.left) + "=" + (p.compares_two ? side(p.right) : to_string(test, p.value));
    }
    case Kind::negation:
      return "not (" + write(test, p.parts[0], top) + ")";
    case Kind::conjunction:
      if (p.parts.empty()) return "true";
      return join(test, p, " /\\ ", of_conjunction, around);
    case Kind::disjunction:
      if (p.parts.empty()) return "false";
      return join(test, p, " \\/ ", of_disjunction, around);
    case Kind::implication:
      return join(test, p, " => ", of_implication, around);
  }
  return "";
}

}  // namespace

bool parse_proposition(Reader& reader, const ReadObserved& observed, const AddressOf& address,
                       Proposition* to) {
  return Parser(reader, observed, address).implication(to);
}

bool holds(const Proposition& p, const Lookup& value_of) {
  const auto part_holds = [&](const Proposition& part) { return holds(part, value_of); };
  switch (p.kind) {
    case Kind::atom:
      return value_of(p.left) == (p.compares_two ? value_of(p.right) : p.value);
    case Kind::negation:
      return !holds(p.parts[0], value_of);
    case Kind::conjunction:
      return std::all_of(p.parts.begin(), p.parts.end(), part_holds);
    case Kind::disjunction:
      return std::any_of(p.parts.begin(), p.parts.end(), part_holds);
    case Kind::implication:
      return !holds(p.parts[0], value_of) || holds(p.parts[1], value_of);
  }
  return false;
}

void collect(const Proposition& p, std::vector<Observed>* to) {
  if (p.kind == Kind::atom) {
    to->push_back(p.left);
    if (p.compares_two) to->push_back(p.right);
  }
  for (const Proposition& part : p.parts) collect(part, to);
}

std::string to_string(const Test& test, Quantifier quantifier, const Proposition& p) {
  const char* word = quantifier == Quantifier::exists       ? "exists"
                     : quantifier == Quantifier::not_exists ? "~exists"
                                                            : "forall";
  return fmt::format("{} ({})", word, write(test, p, top));
}

}  // namespace scenarios::litmus
