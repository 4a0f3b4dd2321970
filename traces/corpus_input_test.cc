// Inputs of a corpus: what was written is read, and nothing else is.
#include "traces/corpus_input.h"

#include <doctest/doctest.h>

#include "traces/trace.h"

namespace {

using traces::encode_input;
using traces::read_input;

std::string with_checksum(std::string body) {
  body = "tricolor-input 1\n" + body;
  return body + traces::checksum_of(body);
}

TEST_CASE("what was written is read") {
  for (const model::Input& input :
       {model::Input{}, model::Input{{0, 0, 1, 127, 127, 127}, {3, 0, 1u << 31}},
        model::Input{std::vector<std::uint8_t>(1000, 5), {}}, model::Input{{}, {1}}}) {
    const auto read = read_input(encode_input("lfstack", input));
    REQUIRE(read);
    CHECK(read->scenario == "lfstack");
    CHECK(read->input == input);
  }
}

TEST_CASE("every damage is noticed, with its place and a remedy") {
  const std::string bytes = encode_input("lfstack", {{0, 0, 1}, {2}});
  for (std::size_t i = 0; i < bytes.size(); i++) {
    CAPTURE(i);
    CHECK(!read_input(bytes.substr(0, i)));
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 4);
    const auto read = read_input(flipped);
    REQUIRE(!read);
    CHECK(!read.error.remedy.empty());
    CHECK(read.error.offset <= bytes.size());
  }
  CHECK(!read_input(bytes + "x"));
}

TEST_CASE("what the writer does not write is refused, although its checksum fits") {
  const std::pair<std::string, const char*> wrong[] = {
      {std::string("\1a\1\x80\1\1\0", 7), "actor is 128"},
      {std::string("\1a\1\0\0\0", 6), "empty run"},
      {std::string("\1a\2\3\1\3\1\0", 8), "run in two pieces"},
      {std::string("\1a\1\0\xff\xff\xff\xff\7\0", 10), "length of a run"},
      {std::string("\1a\0\1\xff\xff\xff\xff\x7f", 9), "option is"},
      {std::string("\1a\0\0\0", 5), "bytes after"},
      {std::string("\1a\x7f", 3), "number of runs"},
  };
  for (const auto& [body, message] : wrong) {
    const auto read = read_input(with_checksum(body));
    REQUIRE(!read);
    CHECK(read.error.describe().find(message) != std::string::npos);
  }
  CHECK(read_input(with_checksum(std::string("\1a\0\0", 4))));
}

}  // namespace
