// Splitting a litmus test into tokens.
#include "scenarios/litmus/lexer.h"

#include <fmt/format.h>

namespace scenarios::litmus {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  Scanner(std::string_view input, Place place, std::optional<Error>* error)
      : input_(input), place_(place), error_(error) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    while (skip_blanks() && at_ < input_.size()) {
      Token token = scan();
      if (*error_) return tokens;
      tokens.push_back(token);
    }
    tokens.push_back({TokenKind::end, input_.substr(input_.size()), 0, place_});
    return tokens;
  }

 private:
  bool starts(std::string_view text) const { return input_.substr(at_, text.size()) == text; }
  char at(std::size_t ahead) const {
    return at_ + ahead < input_.size() ? input_[at_ + ahead] : '\0';
  }
  void advance(std::size_t count) {
    for (; count > 0 && at_ < input_.size(); count--) {
      if (input_[at_++] == '\n') {
        place_.line++;
        place_.column = 1;
      } else {
        place_.column++;
      }
    }
  }
  void fail(Place place, std::string message) {
    if (!*error_) *error_ = Error{place, std::move(message)};
  }

  // False after an error.
  bool skip_blanks() {
    while (at_ < input_.size()) {
      const char c = input_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance(1);
      } else if (starts("//")) {
        while (at_ < input_.size() && input_[at_] != '\n') advance(1);
      } else if (starts("(*") || starts("/*")) {
        const Place begin = place_;
        const std::string_view end = starts("(*") ? "*)" : "*/";
        advance(2);
        while (at_ < input_.size() && !starts(end)) advance(1);
        if (at_ == input_.size()) {
          fail(begin, fmt::format("the comment has no end; close it with {}", end));
          return false;
        }
        advance(2);
      } else {
        break;
      }
    }
    return true;
  }

  Token scan() {
    const std::size_t begin = at_;
    Token token{TokenKind::sign, {}, 0, place_};
    const char c = input_[at_];
    if (is_letter(c)) {
      token.kind = TokenKind::word;
      // A dot belongs to the word: stwcx. and B.EQ are mnemonics.
      while (is_letter(at(0)) || is_digit(at(0)) || at(0) == '.') advance(1);
    } else if (is_digit(c)) {
      scan_number(token);
    } else if (c == '"') {
      token.kind = TokenKind::text;
      advance(1);
      while (at_ < input_.size() && input_[at_] != '"') advance(1);
      if (at_ == input_.size()) fail(token.place, "the text has no closing quotation mark");
      advance(1);
    } else {
      scan_sign(token);
    }
    token.text = input_.substr(begin, at_ - begin);
    return token;
  }

  void scan_number(Token& token) {
    token.kind = TokenKind::number;
    const bool hexadecimal = starts("0x") || starts("0X");
    if (hexadecimal) advance(2);
    const std::int64_t base = hexadecimal ? 16 : 10;
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (;; digits++) {
      const char c = at(0);
      std::int64_t digit = base;
      if (is_digit(c)) digit = c - '0';
      if (hexadecimal && c >= 'a' && c <= 'f') digit = c - 'a' + 10;
      if (hexadecimal && c >= 'A' && c <= 'F') digit = c - 'A' + 10;
      if (digit >= base) break;
      if (value > (INT64_MAX - digit) / base) return fail(token.place, "the number is too large");
      value = value * base + digit;
      advance(1);
    }
    if (digits == 0 || is_letter(at(0))) return fail(token.place, "expected a number");
    token.number = value;
  }

  void scan_sign(Token& token) {
    for (const char* two : {"/\\", "\\/", "=>", "==", "!=", "&&"}) {
      if (starts(two)) return advance(2);
    }
    if (std::string_view("{}()[];:,=|&^+-*~#$%!<>/@").find(input_[at_]) == std::string_view::npos) {
      fail(token.place, fmt::format("unexpected character {}", printable(input_[at_])));
    }
    advance(1);
  }

  static std::string printable(char c) {
    if (c >= ' ' && c <= '~') return fmt::format("'{}'", c);
    return fmt::format("of value {}", static_cast<unsigned char>(c));
  }

  std::string_view input_;
  Place place_;
  std::optional<Error>* error_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view input, Place first, std::optional<Error>* error) {
  return Scanner(input, first, error).run();
}

bool Reader::word(std::string_view* to, std::string_view what) {
  if (peek().kind != TokenKind::word) return fail_expected(what);
  *to = next().text;
  return true;
}

bool Reader::number(std::int64_t* to, std::string_view what) {
  const bool negative = accept("-");
  if (peek().kind != TokenKind::number) return fail_expected(what);
  const std::int64_t digits = next().number;
  *to = negative ? -digits : digits;
  return true;
}

bool Reader::fail_expected(std::string_view what) {
  const Token& token = peek();
  const std::string found =
      token.kind == TokenKind::end ? "the end" : fmt::format("'{}'", token.text);
  return fail(token.place, fmt::format("expected {}, found {}", what, found));
}

}  // namespace scenarios::litmus
