// Reader and writer of Go heap dumps ("go1.7 heap dump", runtime/debug.WriteHeapDump).
//
// Kept: what a collector needs, that is parameters, objects, roots and finalizers. Types, itabs,
// threads, statistics, defers, panics and profiles are checked for form and counted, no more.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/byte_reader.h"
#include "traces/file.h"
#include "traces/result.h"

namespace traces {

struct DumpLimits {
  std::uint64_t decompressed_bytes = decompressed_bytes_max;
};

// Record tags of the format.
enum class DumpTag : std::uint8_t {
  eof,
  object,
  other_root,
  type,
  goroutine,
  stack_frame,
  params,
  finalizer,
  itab,
  os_thread,
  mem_stats,
  queued_finalizer,
  data,
  bss,
  defer,
  panic,
  mem_prof,
  alloc_sample,
  count_
};

struct DumpParams {
  bool big_endian = false;
  std::uint64_t pointer_bytes = 8;  // 4 or 8
  std::uint64_t arena_start = 0;
  std::uint64_t arena_end = 0;
  std::string architecture = "amd64";
  std::string go_version = "go1.19.8";
  std::uint64_t processors = 1;
  bool operator==(const DumpParams&) const = default;
};

// An object, data segment, or the memory of a stack frame.
struct DumpMemory {
  std::uint64_t address = 0;
  ByteRange contents;  // into HeapDump::bytes
  ByteRange fields;    // into HeapDump::field_offsets; offsets of words that may hold pointers
};

struct DumpGoroutine {
  std::uint64_t address = 0, sp = 0, id = 0, go_pc = 0, status = 0;
  bool system = false, background = false;
  std::uint64_t wait_since = 0;
  std::string wait_reason;
  std::uint64_t context = 0;  // a root
  std::uint64_t thread = 0, top_defer = 0, top_panic = 0;
};

struct DumpFrame {
  DumpMemory memory;  // its address is the lowest of the frame
  std::uint64_t depth = 0, child_sp = 0, entry_pc = 0, pc = 0, continue_pc = 0;
  std::string function;
};

struct DumpRoot {
  std::string description;
  std::uint64_t value = 0;
};

struct DumpFinalizer {
  bool queued = false;
  std::uint64_t object = 0, function = 0, code_pc = 0, parameter_type = 0, object_type = 0;
};

struct HeapDump {
  DumpParams params;
  std::vector<DumpMemory> objects;
  std::vector<DumpMemory> data;
  std::vector<DumpMemory> bss;
  std::vector<DumpGoroutine> goroutines;
  std::vector<DumpFrame> frames;
  std::vector<DumpRoot> other_roots;
  std::vector<DumpFinalizer> finalizers;
  std::array<std::uint64_t, static_cast<std::size_t>(DumpTag::count_)> records{};  // read, by tag

  std::string bytes;  // all contents
  std::vector<std::uint64_t> field_offsets;

  // Copies contents and offsets into the pools above, for programs that build a dump.
  DumpMemory make_memory(std::uint64_t address, std::string_view contents,
                         const std::vector<std::uint64_t>& offsets);
  // REQUIRES: `memory` is of this dump.
  std::string_view contents(const DumpMemory& memory) const;
  // The word at `offset`. REQUIRES: a whole word of the contents starts there.
  std::uint64_t word(const DumpMemory& memory, std::uint64_t offset) const;
};

// `input`: a dump, plain or zstd. Error offsets count decompressed bytes.
Result<HeapDump> read_heap_dump(std::string input, const DumpLimits& limits = {});
Result<HeapDump> read_heap_dump_file(const std::string& path, const DumpLimits& limits = {});

// The dump in the original's format, not compressed. Frames follow the goroutines.
std::string encode_heap_dump(const HeapDump& dump);
Result<std::uint64_t> write_heap_dump(const std::string& path, const HeapDump& dump);

}  // namespace traces
