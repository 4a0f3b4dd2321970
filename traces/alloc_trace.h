// Reader and writer of allocation traces: the output of GODEBUG=allocfreetrace=1 without stacks.
//
//   tracealloc(0xc000028000, 0x10, *runtime.p)
//   goroutine 0 [idle]:
//   tracefree(0xc000028000, 0x10)
//   goroutine 1 [running]:
//   tracegc()
//   goroutine 1 [running]:
//   goroutine 2 [force gc (idle)]:
//
// An allocation or a free names one goroutine, its author; a collection names all there are, its
// author first. The type is absent for memory without one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/byte_reader.h"
#include "traces/file.h"
#include "traces/result.h"

namespace traces {

struct AllocLimits {
  std::uint64_t decompressed_bytes = decompressed_bytes_max;
};

enum class AllocKind : std::uint8_t { allocate, free, collect };

struct AllocEvent {
  static constexpr std::uint32_t no_type = 0xffffffff;
  AllocKind kind = AllocKind::allocate;
  std::uint32_t type = no_type;  // index into AllocTrace::names
  std::uint64_t address = 0;
  std::uint64_t size = 0;  // bytes
  ByteRange goroutines;    // into AllocTrace::goroutines, never empty
  bool operator==(const AllocEvent&) const = default;
};

struct AllocGoroutine {
  std::uint64_t id = 0;
  std::uint32_t state = 0;  // index into AllocTrace::names
  bool operator==(const AllocGoroutine&) const = default;
};

struct AllocTrace {
  std::vector<AllocEvent> events;
  std::vector<AllocGoroutine> goroutines;
  std::vector<std::string> names;  // types and states, each once, in order of appearance
  bool operator==(const AllocTrace&) const = default;
};

struct AllocFigures {
  std::uint64_t allocations = 0;
  std::uint64_t frees = 0;
  std::uint64_t frees_unmatched = 0;  // of objects that were not allocated in the trace
  std::uint64_t collections = 0;
  std::uint64_t live_end = 0;
  std::uint64_t goroutines = 0;  // different ids
  bool operator==(const AllocFigures&) const = default;
};

AllocFigures figures_of(const AllocTrace& trace);

// `input`: a trace, plain or zstd. Error offsets count decompressed bytes.
Result<AllocTrace> read_alloc_trace(std::string input, const AllocLimits& limits = {});
Result<AllocTrace> read_alloc_trace_file(const std::string& path, const AllocLimits& limits = {});

std::string encode_alloc_trace(const AllocTrace& trace);
Result<std::uint64_t> write_alloc_trace(const std::string& path, const AllocTrace& trace);

}  // namespace traces
