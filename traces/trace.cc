// Encoding and strict decoding of trace files.
#include "traces/trace.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cassert>
#include <limits>

#include "traces/byte_reader.h"
#include "traces/file.h"

namespace traces {

namespace {

constexpr std::string_view magic = "tricolor-trace 2\n";
constexpr std::string_view magic_any_version = "tricolor-trace ";
constexpr std::uint64_t choice_bytes_min = 7;
constexpr std::uint64_t object_bytes_min = 1;
constexpr std::uint64_t event_bytes_min = 5;
constexpr const char* remedy =
    "the file is damaged or was not written by tricolor: record it again";

enum class Type { string, integer, object, strings };
struct Key {
  const char* name;
  Type type;
  bool required;
};
constexpr Key keys[] = {
    {"scenario", Type::string, true},    {"memory_model", Type::string, true},
    {"version", Type::string, false},    {"explorer", Type::string, false},
    {"invariant", Type::string, false},  {"message", Type::string, false},
    {"trace_hash", Type::string, false}, {"seed", Type::integer, false},
    {"procs", Type::integer, false},     {"params", Type::object, false},
    {"tuning", Type::object, false},     {"mutants", Type::strings, false},
};

bool has_type(const boost::json::value& value, Type type) {
  switch (type) {
    case Type::string:
      return value.is_string();
    case Type::integer:
      return value.is_int64() || value.is_uint64();
    case Type::object:
      return value.is_object();
    case Type::strings:
      return value.is_array() &&
             std::all_of(value.get_array().begin(), value.get_array().end(),
                         [](const boost::json::value& item) { return item.is_string(); });
  }
  return false;
}

// Fractions do not survive Boost.JSON's fast parser to the last bit, so there must be none. The
// parser limits the depth of nesting, hence of this recursion.
bool has_fraction(const boost::json::value& value) {
  if (const auto* array = value.if_array()) {
    return std::any_of(array->begin(), array->end(), has_fraction);
  }
  if (const auto* object = value.if_object()) {
    return std::any_of(object->begin(), object->end(),
                       [](const auto& pair) { return has_fraction(pair.value()); });
  }
  return value.is_double();
}

void read_header(ByteReader& reader, Trace& trace) {
  const ByteRange range = reader.range("header length");
  if (!reader.ok()) return;
  const std::string_view text = reader.view(range);
  boost::json::error_code code;
  boost::json::value value = boost::json::parse({text.data(), text.size()}, code);
  if (code) return reader.fail(range.first, "header is not JSON: " + code.message());
  if (!value.is_object()) return reader.fail(range.first, "header is not a JSON object");
  if (has_fraction(value)) {
    return reader.fail(range.first, "header has a number that is not a 64-bit integer");
  }
  trace.header = std::move(value.get_object());
  for (const Key& key : keys) {
    const boost::json::value* found = trace.header.if_contains(key.name);
    if (found == nullptr && key.required) {
      return reader.fail(range.first, std::string("header lacks \"") + key.name + "\"");
    }
    if (found != nullptr && !has_type(*found, key.type)) {
      return reader.fail(range.first,
                         std::string("header has the wrong type of \"") + key.name + "\"");
    }
  }
}

void read_objects(ByteReader& reader, Trace& trace) {
  const std::uint64_t count = reader.count(object_bytes_min, "number of objects");
  trace.objects.reserve(count);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const ByteRange range = reader.range("name of an object");
    if (!reader.ok()) return;
    const std::string_view name = reader.view(range);
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
      return reader.fail(range.first, "name of an object is not plain text");
    }
    trace.objects.emplace_back(name);
  }
}

void read_key(ByteReader& reader, Trace& trace) {
  constexpr std::uint64_t byte_max = std::numeric_limits<std::uint8_t>::max();
  constexpr std::uint64_t number_max = std::numeric_limits<std::uint32_t>::max();
  StepKey key;
  key.thread = static_cast<std::uint8_t>(reader.varint_up_to(byte_max, "thread of a choice"));
  key.operation = static_cast<std::uint8_t>(reader.varint_up_to(byte_max, "operation of a choice"));
  const std::uint64_t start = reader.position();
  key.object = static_cast<std::uint32_t>(reader.varint_up_to(number_max, "object of a choice"));
  if (reader.ok() && key.object >= trace.objects.size()) {
    reader.fail(start, "choice about an object without a name");
  }
  key.occurrence =
      static_cast<std::uint32_t>(reader.varint_up_to(number_max, "occurrence of a choice"));
  trace.keys.push_back(key);
}

void read_choices(ByteReader& reader, Trace& trace) {
  const std::uint64_t count = reader.count(choice_bytes_min, "number of choices");
  trace.choices.reserve(count);
  trace.keys.reserve(count);
  constexpr auto kinds = static_cast<std::uint64_t>(model::ChoiceKind::count_);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t start = reader.position();
    const std::uint64_t kind = reader.varint_up_to(kinds - 1, "kind of a choice");
    const std::uint64_t options =
        reader.varint_up_to(std::numeric_limits<std::uint32_t>::max(), "options of a choice");
    const std::uint64_t chosen = reader.varint();
    if (reader.ok() && options < 2) reader.fail(start, "choice with fewer than two options");
    if (reader.ok() && chosen >= options) reader.fail(start, "choice of an option out of range");
    trace.choices.push_back({static_cast<model::ChoiceKind>(kind),
                             static_cast<std::uint32_t>(chosen),
                             static_cast<std::uint32_t>(options)});
    read_key(reader, trace);
  }
}

void read_events(ByteReader& reader, Trace& trace) {
  const std::uint64_t count = reader.count(event_bytes_min, "number of events");
  trace.events.reserve(count);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    EventRecord event;
    event.kind = static_cast<std::uint32_t>(
        reader.varint_up_to(std::numeric_limits<std::uint32_t>::max(), "kind of an event"));
    event.thread = static_cast<std::uint8_t>(
        reader.varint_up_to(std::numeric_limits<std::uint8_t>::max(), "thread of an event"));
    event.a = reader.varint();
    event.b = reader.varint();
    event.c = reader.varint();
    trace.events.push_back(event);
  }
}

std::optional<Error> check_magic(std::string_view bytes) {
  if (bytes.substr(0, magic.size()) == magic) return std::nullopt;
  if (bytes.size() >= magic.size() &&
      bytes.substr(0, magic_any_version.size()) == magic_any_version) {
    return Error{"trace of another format version", magic_any_version.size(),
                 "this tool reads version 2: record it again, or use the tool that wrote it"};
  }
  return Error{"not a tricolor trace", 0, "give a file that --trace wrote"};
}

}  // namespace

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3u;
  return hash;
}

std::string checksum_of(std::string_view bytes) {
  std::string result;
  std::uint64_t hash = fnv1a(bytes);
  for (std::uint64_t i = 0; i < checksum_bytes; ++i, hash >>= 8) result += static_cast<char>(hash);
  return result;
}

Result<Trace> read_trace(std::string_view bytes) {
  if (const std::optional<Error> wrong = check_magic(bytes)) return failure<Trace>(*wrong);
  if (bytes.size() < magic.size() + checksum_bytes) {
    return failure<Trace>({"trace ends early", bytes.size(), remedy});
  }
  const std::string_view body = bytes.substr(0, bytes.size() - checksum_bytes);
  ByteReader reader(body, remedy);
  reader.skip(magic.size());
  Trace trace;
  read_header(reader, trace);
  read_objects(reader, trace);
  read_choices(reader, trace);
  read_events(reader, trace);
  if (reader.ok() && reader.remaining() != 0) {
    reader.fail(reader.position(), "data after the last event");
  }
  if (reader.ok() && checksum_of(body) != bytes.substr(body.size())) {
    reader.fail(body.size(), "checksum does not match");
  }
  if (!reader.ok()) return failure<Trace>(reader.error());
  return {std::move(trace)};
}

Result<std::string> encode_trace(const Trace& trace) {
  std::string out(magic);
  append_string(out, boost::json::serialize(trace.header));
  append_varint(out, trace.objects.size());
  for (const std::string& object : trace.objects) append_string(out, object);
  append_varint(out, trace.choices.size());
  assert(trace.keys.size() == trace.choices.size());
  for (std::size_t i = 0; i < trace.choices.size(); ++i) {
    const model::Choice& choice = trace.choices[i];
    const StepKey& key = trace.keys[i];
    append_varint(out, static_cast<std::uint64_t>(choice.kind));
    append_varint(out, choice.options);
    append_varint(out, choice.chosen);
    append_varint(out, key.thread);
    append_varint(out, key.operation);
    append_varint(out, key.object);
    append_varint(out, key.occurrence);
  }
  append_varint(out, trace.events.size());
  for (const EventRecord& event : trace.events) {
    append_varint(out, event.kind);
    append_varint(out, event.thread);
    append_varint(out, event.a);
    append_varint(out, event.b);
    append_varint(out, event.c);
  }
  out += checksum_of(out);
  // A trace that cannot be read back is worthless; better to know while its content exists.
  if (const Result<Trace> back = read_trace(out); !back) return failure<std::string>(back.error);
  return {std::move(out)};
}

Result<std::uint64_t> write_trace(const std::string& path, const Trace& trace) {
  const Result<std::string> bytes = encode_trace(trace);
  if (!bytes) return failure<std::uint64_t>(bytes.error);
  return write_file(path, *bytes);
}

Result<Trace> read_trace_file(const std::string& path) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return failure<Trace>(bytes.error);
  return read_trace(*bytes);
}

}  // namespace traces
