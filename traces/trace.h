// The trace file: one recorded execution, enough to repeat it and to explain it.
//
// Layout (version 2); a number is a varint of 7 bits a byte, low first, in its shortest spelling:
//
//   "tricolor-trace 2\n"
//   length, then that many bytes of JSON: the header, an object
//   number of objects; each: length, then that many bytes of its name
//   number of choices; each: kind, options, chosen, and its key: thread, operation, object,
//     occurrence
//   number of events; each: kind, thread, a, b, c
//   8 bytes, low first: FNV-1a of everything before
//
// The key of a choice of the schedule is the next step of the thread that was chosen, any other's
// is what the asking thread did last and how many questions of the kind it was asked before: names
// that survive edits of the code, by which a plan can be followed where the choices do not fit.
//
// A reader needs no other knowledge than this; unknown header keys are kept.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/choice.h"
#include "traces/plan.h"
#include "traces/result.h"

namespace traces {

// What the machine or the runtime did; the meaning of a, b, c belongs to the kind.
struct EventRecord {
  std::uint32_t kind = 0;
  std::uint8_t thread = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t c = 0;
  bool operator==(const EventRecord&) const = default;
};

struct Trace {
  // `scenario` and `memory_model` are required. Known keys and their types:
  //   version, scenario, memory_model, explorer, invariant, message, trace_hash: string
  //   seed, procs: integer; params, tuning: object; mutants: array of strings
  // Any number is an integer of 64 bits; others go in as strings.
  boost::json::object header;
  std::vector<std::string> objects;  // names that the keys refer to
  std::vector<model::Choice> choices;
  std::vector<StepKey> keys;  // one for each choice
  std::vector<EventRecord> events;
};

// FNV-1a, 64 bits (Fowler, Noll, Vo).
std::uint64_t fnv1a(std::string_view bytes);

// What ends a file: fnv1a() of all before it, low byte first.
inline constexpr std::uint64_t checksum_bytes = 8;
std::string checksum_of(std::string_view bytes);

// The bytes of the file. Errors: what read_trace() would not accept (offset: in those bytes).
Result<std::string> encode_trace(const Trace& trace);
Result<Trace> read_trace(std::string_view bytes);

// Atomic: after an error `path` is what it was before. Returns the number of bytes written.
Result<std::uint64_t> write_trace(const std::string& path, const Trace& trace);
Result<Trace> read_trace_file(const std::string& path);

}  // namespace traces
