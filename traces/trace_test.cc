// Trace files: round trips, and refusal of everything damaged.
#include "traces/trace.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include "traces/byte_reader.h"
#include "traces/file.h"

namespace traces {
namespace {

Trace small_trace() {
  Trace trace;
  trace.header = {{"version", "0.1"},
                  {"scenario", "lfstack"},
                  {"memory_model", "tso"},
                  {"seed", std::uint64_t{0xffffffffffffffff}},
                  {"procs", 2},
                  {"params", {{"threads", "2"}}},
                  {"tuning", boost::json::object()},
                  {"mutants", {"lfstack-no-count"}},
                  {"invariant", "lfstack.multiset"},
                  {"message", "node 1 popped twice \"\n"},
                  {"trace_hash", "0123456789abcdef"}};
  trace.objects = {"", "rt.work.full", "arena+0x2000"};
  trace.keys = {{0, 3, 1, 0}, {255, 255, 2, 0xffffffff}};
  trace.choices = {{model::ChoiceKind::schedule, 1, 2}, {model::ChoiceKind::load, 299, 300}};
  trace.events = {{7, 255, 0, 300, ~std::uint64_t{0}}, {0xffffffff, 0, 1, 2, 3}};
  return trace;
}

bool same(const Trace& a, const Trace& b) {
  return a.header == b.header && a.objects == b.objects && a.choices == b.choices &&
         a.keys == b.keys && a.events == b.events;
}

std::string encoded(const Trace& trace) {
  const Result<std::string> bytes = encode_trace(trace);
  REQUIRE(bytes);
  return *bytes;
}

// A file with this body and the right checksum.
std::string sealed(std::string body) {
  std::uint64_t hash = fnv1a(body);
  for (int i = 0; i < 8; ++i, hash >>= 8) body += static_cast<char>(hash);
  return body;
}

std::string file_with(const std::string& header, const std::string& rest) {
  std::string body = "tricolor-trace 2\n";
  append_string(body, header);
  return sealed(body + rest);
}

// One object, one choice of seven bytes with its key, no event.
std::string one_choice(const char (&bytes)[8]) {
  return std::string("\1\1x\1", 4) + std::string(bytes, 7) + '\0';
}

const std::string least_header = R"({"scenario":"s","memory_model":"sc"})";

TEST_CASE("fnv1a matches its published values") {
  CHECK(fnv1a("") == 0xcbf29ce484222325u);
  CHECK(fnv1a("a") == 0xaf63dc4c8601ec8cu);
  CHECK(fnv1a("foobar") == 0x85944171f73967e8u);
}

TEST_CASE("a trace is read as it was written") {
  const std::string bytes = encoded(small_trace());
  CHECK(bytes.substr(0, 17) == "tricolor-trace 2\n");
  const Result<Trace> back = read_trace(bytes);
  REQUIRE(back);
  CHECK(same(*back, small_trace()));
  CHECK(encoded(*back) == bytes);
}

TEST_CASE("any choices and events survive") {
  const bool ok = rc::check([] {
    Trace trace = small_trace();
    trace.choices.clear();
    trace.keys.clear();
    trace.events.clear();
    for (const std::uint32_t raw : *rc::gen::arbitrary<std::vector<std::uint32_t>>()) {
      const std::uint32_t options = std::max(raw, 2u);
      const auto chosen = *rc::gen::inRange<std::uint32_t>(0, options);
      trace.choices.push_back({static_cast<model::ChoiceKind>(raw % 5), chosen, options});
      trace.keys.push_back({static_cast<std::uint8_t>(raw), static_cast<std::uint8_t>(raw >> 8),
                            raw % 3, *rc::gen::arbitrary<std::uint32_t>()});
    }
    for (const std::uint64_t raw : *rc::gen::arbitrary<std::vector<std::uint64_t>>()) {
      const auto other = *rc::gen::arbitrary<std::uint64_t>();
      trace.events.push_back({static_cast<std::uint32_t>(other), static_cast<std::uint8_t>(raw),
                              raw, raw << 32, other << 40});
    }
    const Result<std::string> bytes = encode_trace(trace);
    RC_ASSERT(static_cast<bool>(bytes));
    const Result<Trace> back = read_trace(*bytes);
    RC_ASSERT(static_cast<bool>(back));
    RC_ASSERT(same(*back, trace));
  });
  CHECK(ok);
}

TEST_CASE("a trace cut anywhere is refused, and the error lies within what is left") {
  const std::string bytes = encoded(small_trace());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<Trace> cut = read_trace(std::string_view(bytes).substr(0, size));
    REQUIRE_FALSE(cut);
    CHECK(cut.error.offset <= size);
    CHECK_FALSE(cut.error.message.empty());
    CHECK_FALSE(cut.error.remedy.empty());
  }
  CHECK_FALSE(read_trace(bytes + '\0'));
}

TEST_CASE("a trace with any one bit flipped is refused") {
  const std::string bytes = encoded(small_trace());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(read_trace(flipped));
  }
}

TEST_CASE("damage is named even when the checksum is right") {
  struct Case {
    std::string bytes, message;
  };
  const std::string none("\0\0\0", 3);
  const Case cases[] = {
      {"", "not a tricolor trace"},
      {"tricolor-trace 1\n........", "another format version"},
      {file_with("[]", none), "not a JSON object"},
      {file_with("{", none), "not JSON"},
      {file_with(R"({"scenario":"s"})", none), "lacks \"memory_model\""},
      {file_with(R"({"scenario":1,"memory_model":"sc"})", none), "wrong type of \"scenario\""},
      {file_with(R"({"scenario":"s","memory_model":"sc","mutants":[1]})", none), "mutants"},
      {file_with(R"({"scenario":"s","memory_model":"sc","x":{"y":[0.1]}})", none), "integer"},
      {file_with(least_header, one_choice("\0\1\0\0\1\0\0")), "fewer than two options"},
      {file_with(least_header, one_choice("\0\2\2\0\1\0\0")), "out of range"},
      {file_with(least_header, one_choice("\5\2\0\0\1\0\0")), "kind of a choice"},
      {file_with(least_header, one_choice("\0\2\0\0\1\1\0")), "an object without a name"},
      {file_with(least_header, std::string("\1\1\n\0\0", 5)), "not plain text"},
      {file_with(least_header, std::string("\x80\0\0\0", 4)), "padded"},
      {file_with(least_header, std::string("\0\0\0\0", 4)), "after the last event"},
      // Counts that would take terabytes.
      {file_with(least_header, "\xff\xff\xff\xff\xff\x7f"), "number of objects"},
      {file_with(least_header, std::string("\1\xff\xff\xff\xff\xff\x7f", 7)), "name of an object"},
      {file_with(least_header, std::string("\0\xff\xff\xff\xff\xff\x7f", 7)), "number of choices"},
      {file_with(least_header, std::string("\0\0\xff\xff\xff\xff\xff\x7f", 8)), "number of events"},
      {sealed("tricolor-trace 2\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "header length"},
      {sealed("tricolor-trace 2\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), "64 bits"},
  };
  for (const Case& c : cases) {
    const Result<Trace> trace = read_trace(c.bytes);
    REQUIRE_FALSE(trace);
    INFO(trace.error.describe());
    CHECK(trace.error.message.find(c.message) != std::string::npos);
    CHECK_FALSE(trace.error.remedy.empty());
  }
  CHECK(read_trace(file_with(least_header, none)));
}

TEST_CASE("a trace that could not be read back is not written") {
  Trace trace = small_trace();
  trace.header["message"] = "\xff is not UTF-8";
  CHECK_FALSE(encode_trace(trace));
  trace = small_trace();
  trace.header["params"].as_object()["probability"] = 0.1;
  CHECK_FALSE(encode_trace(trace));
  trace = small_trace();
  trace.choices[0].chosen = 2;
  CHECK_FALSE(encode_trace(trace));
  trace = small_trace();
  trace.header.erase("scenario");
  CHECK_FALSE(encode_trace(trace));
}

TEST_CASE("traces go through files") {
  const std::string path = "/tmp/tricolor-trace-test." + std::to_string(getpid());
  const Result<std::uint64_t> written = write_trace(path, small_trace());
  REQUIRE(written);
  CHECK(*written == encoded(small_trace()).size());
  const Result<Trace> back = read_trace_file(path);
  REQUIRE(back);
  CHECK(same(*back, small_trace()));
  unlink(path.c_str());
  CHECK_FALSE(read_trace_file(path));
}

}  // namespace
}  // namespace traces
