// Words, numbers and signs of a litmus test, with their places. Comments are (* ... *) and // ....
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/litmus/program.h"

namespace scenarios::litmus {

enum class TokenKind : std::uint8_t { word, number, text, sign, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // of the input; a sign is one character, or one of /\ \/ => == != &&
  std::int64_t number = 0;
  Place place;
};

// REQUIRES: `input` outlives the tokens. `first` is the place of its first character.
// Returns the tokens, the last of kind `end`, or sets *error.
std::vector<Token> tokenize(std::string_view input, Place first, std::optional<Error>* error);

// Reads tokens one by one; the first error is kept, and every later read fails.
class Reader {
 public:
  Reader(const std::vector<Token>& tokens, std::optional<Error>* error)
      : tokens_(tokens), error_(error) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& next() {
    const Token& token = peek();
    if (at_ + 1 < tokens_.size()) at_++;
    return token;
  }
  bool is(std::string_view text) const {
    return peek().kind != TokenKind::text && peek().text == text;
  }
  bool accept(std::string_view text) {
    if (!is(text)) return false;
    next();
    return true;
  }
  bool expect(std::string_view text) { return accept(text) || fail_expected(text); }
  // A word; a number, perhaps with a minus before it. `what`: how an error names it.
  bool word(std::string_view* to, std::string_view what);
  bool number(std::int64_t* to, std::string_view what = "a number");
  bool at_end() const { return peek().kind == TokenKind::end; }
  // Always false. The first error wins.
  bool fail(Place place, std::string message) {
    if (!*error_) *error_ = Error{place, std::move(message)};
    return false;
  }
  bool fail_expected(std::string_view what);

 private:
  const std::vector<Token>& tokens_;
  std::optional<Error>* error_;
  std::size_t at_ = 0;
};

}  // namespace scenarios::litmus
