// An execution as a stream of records that two processes can compare: every choice, operation and
// event, and at the end the memory that was written.
//
// Equal executions give equal records whatever the address layout of the process and the pattern of
// memory that was never written: addresses of the host all count as one, and so do the two patterns
// byte by byte. Addresses of the simulated memory are the same everywhere.
#pragma once

#include <cstdint>

#include "sim/space.h"
#include "sim/surroundings.h"

namespace sim {

struct RunRecord {
  enum class Kind : std::uint8_t {
    start,      // a: the hash of the machine so far
    choice,     // what: its kind, bytes: options, a: the answer, b and c: threads and drains
    operation,  // what: Operation, a: the address, b: the value read or written
    event,      // what: its kind, a, b, c
    line,       // at the end: a: the region offset of 64 written bytes, b: their hash
    over,       // a: the hash of the machine, what: how it ended
  };
  Kind kind;
  std::uint8_t thread;
  std::uint16_t what;
  std::uint32_t bytes;
  std::uint64_t a, b, c;
  std::uint64_t pc;  // not compared; 0: unknown

  bool same_as(const RunRecord& o) const {
    return kind == o.kind && thread == o.thread && what == o.what && bytes == o.bytes && a == o.a &&
           b == o.b && c == o.c;
  }
};
static_assert(sizeof(RunRecord) == 40);

class RunListener {
 public:
  virtual ~RunListener() = default;
  virtual void on_record(const RunRecord& record) = 0;
};

// All records so far, as one number.
class RunDigest final : public RunListener {
 public:
  void reset() { value_ = 0; }
  std::uint64_t value() const { return value_; }
  void on_record(const RunRecord& r) override {
    add(static_cast<std::uint64_t>(r.kind) | std::uint64_t{r.thread} << 8 |
        std::uint64_t{r.what} << 16 | std::uint64_t{r.bytes} << 32);
    add(r.a);
    add(r.b);
    add(r.c);
  }

 private:
  void add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9e3779b97f4a7c15ull;
    value_ ^= value_ >> 29;
  }
  std::uint64_t value_ = 0;
};

// One value for all addresses of the host, and one byte for both patterns.
inline std::uint64_t comparable(std::uint64_t word) {
  constexpr std::uint64_t host_base = space_base + space_bytes, host_end = std::uint64_t{1} << 47;
  if (word >= host_base && word < host_end) return host_base;
  std::uint64_t result = 0;
  for (int shift = 0; shift < 64; shift += 8) {
    const auto byte = static_cast<std::uint8_t>(word >> shift);
    result |= std::uint64_t{byte == other_memory_pattern ? memory_pattern : byte} << shift;
  }
  return result;
}

}  // namespace sim
