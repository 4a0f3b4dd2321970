// Strict parsing and writing of Go heap dumps, record by record.
#include "traces/heap_dump.h"

#include <cassert>
#include <limits>

namespace traces {

namespace {

constexpr std::string_view magic = "go1.7 heap dump\n";
constexpr const char* remedy =
    "record the dump again with runtime/debug.WriteHeapDump of Go 1.7 or later";

constexpr std::uint64_t kind_end = 0;
constexpr std::uint64_t kind_pointer = 1;
// Numbers of a statistics record: 24 counters, 256 pauses, number of collections.
constexpr int mem_stats_numbers = 24 + 256 + 1;

class Parser {
 public:
  explicit Parser(std::string_view bytes) : reader_(bytes, remedy) {}

  bool parse(HeapDump& dump) {
    reader_.skip(magic.size());
    bool done = false;
    while (!done && reader_.ok()) {
      const std::uint64_t start = reader_.position();
      constexpr auto tags = static_cast<std::uint64_t>(DumpTag::count_);
      const auto tag = static_cast<DumpTag>(reader_.varint_up_to(tags - 1, "record tag"));
      if (!reader_.ok()) break;
      const bool first = start == magic.size();
      if (first != (tag == DumpTag::params)) {
        reader_.fail(start,
                     first ? "first record is not the parameters" : "second record of parameters");
      }
      ++dump.records[static_cast<std::size_t>(tag)];
      done = tag == DumpTag::eof;
      if (!done) record(tag, dump);
    }
    if (reader_.ok() && reader_.remaining() != 0) {
      reader_.fail(reader_.position(), "data after the end record");
    }
    return reader_.ok();
  }

  const Error& error() const { return reader_.error(); }

 private:
  void record(DumpTag tag, HeapDump& dump) {
    switch (tag) {
      case DumpTag::object:
        dump.objects.push_back(memory(dump));
        if (dump.objects.back().contents.size == 0) {
          reader_.fail(reader_.position(), "object without contents before this place");
        }
        return;
      case DumpTag::data:
        dump.data.push_back(memory(dump));
        return;
      case DumpTag::bss:
        dump.bss.push_back(memory(dump));
        return;
      case DumpTag::other_root:
        dump.other_roots.push_back({});
        dump.other_roots.back().description = reader_.string("description of a root");
        dump.other_roots.back().value = reader_.varint();
        return;
      case DumpTag::goroutine:
        goroutine(dump);
        return;
      case DumpTag::stack_frame:
        frame(dump);
        return;
      case DumpTag::params:
        params(dump.params);
        return;
      case DumpTag::finalizer:
      case DumpTag::queued_finalizer:
        finalizer(tag, dump);
        return;
      default:
        skip_record(tag);
    }
  }

  void skip_record(DumpTag tag) {
    switch (tag) {
      case DumpTag::type:
        skip_numbers(2);
        reader_.string("name of a type");
        reader_.boolean("indirection of a type");
        return;
      case DumpTag::itab:
      case DumpTag::alloc_sample:
        return skip_numbers(2);
      case DumpTag::os_thread:
        return skip_numbers(3);
      case DumpTag::mem_stats:
        return skip_numbers(mem_stats_numbers);
      case DumpTag::defer:
        return skip_numbers(7);
      case DumpTag::panic:
        return skip_numbers(6);
      case DumpTag::mem_prof:
        return skip_bucket();
      default:
        assert(false && "record() handles the other tags");
    }
  }

  void skip_numbers(int count) {
    for (int i = 0; i < count; ++i) reader_.varint();
  }

  void skip_bucket() {
    skip_numbers(2);
    const std::uint64_t frames = reader_.count(3, "number of frames of a profile bucket");
    for (std::uint64_t i = 0; i < frames && reader_.ok(); ++i) {
      reader_.string("function of a profile bucket");
      reader_.string("file of a profile bucket");
      reader_.varint();
    }
    skip_numbers(2);
  }

  void params(DumpParams& params) {
    params.big_endian = reader_.boolean("big-endian flag");
    const std::uint64_t start = reader_.position();
    params.pointer_bytes = reader_.varint();
    if (params.pointer_bytes != 4 && params.pointer_bytes != 8) {
      reader_.fail(start, "pointer size is neither 4 nor 8");
    }
    params.arena_start = reader_.varint();
    params.arena_end = reader_.varint();
    params.architecture = reader_.string("architecture");
    params.go_version = reader_.string("Go version");
    params.processors = reader_.varint();
    pointer_bytes_ = params.pointer_bytes;
  }

  // Contents and field list; `address` was read before (a frame has more between).
  DumpMemory contents_at(std::uint64_t address) {
    DumpMemory memory;
    memory.address = address;
    const std::uint64_t start = reader_.position();
    memory.contents = reader_.range("length of contents");
    if (memory.contents.size > std::numeric_limits<std::uint64_t>::max() - address) {
      reader_.fail(start, "contents reach beyond the address space");
    }
    return memory;
  }

  void fields(DumpMemory& memory, HeapDump& dump) {
    memory.fields.first = dump.field_offsets.size();
    while (reader_.ok()) {
      const std::uint64_t start = reader_.position();
      const std::uint64_t kind = reader_.varint_up_to(kind_pointer, "kind of a field");
      if (kind == kind_end) break;
      const std::uint64_t offset = reader_.varint();
      if (memory.contents.size < pointer_bytes_ || offset > memory.contents.size - pointer_bytes_) {
        reader_.fail(start, "field at " + std::to_string(offset) + " is outside its " +
                                std::to_string(memory.contents.size) + " bytes");
      }
      dump.field_offsets.push_back(offset);
    }
    memory.fields.size = dump.field_offsets.size() - memory.fields.first;
  }

  DumpMemory memory(HeapDump& dump) {
    const std::uint64_t address = reader_.varint();
    DumpMemory memory = contents_at(address);
    fields(memory, dump);
    return memory;
  }

  void goroutine(HeapDump& dump) {
    DumpGoroutine& g = dump.goroutines.emplace_back();
    for (std::uint64_t* field : {&g.address, &g.sp, &g.id, &g.go_pc, &g.status}) {
      *field = reader_.varint();
    }
    g.system = reader_.boolean("system flag of a goroutine");
    g.background = reader_.boolean("background flag of a goroutine");
    g.wait_since = reader_.varint();
    g.wait_reason = reader_.string("wait reason of a goroutine");
    for (std::uint64_t* field : {&g.context, &g.thread, &g.top_defer, &g.top_panic}) {
      *field = reader_.varint();
    }
  }

  void frame(HeapDump& dump) {
    DumpFrame& frame = dump.frames.emplace_back();
    const std::uint64_t address = reader_.varint();
    frame.depth = reader_.varint();
    frame.child_sp = reader_.varint();
    frame.memory = contents_at(address);
    frame.entry_pc = reader_.varint();
    frame.pc = reader_.varint();
    frame.continue_pc = reader_.varint();
    frame.function = reader_.string("function of a frame");
    fields(frame.memory, dump);
  }

  void finalizer(DumpTag tag, HeapDump& dump) {
    DumpFinalizer& f = dump.finalizers.emplace_back();
    f.queued = tag == DumpTag::queued_finalizer;
    for (std::uint64_t* field :
         {&f.object, &f.function, &f.code_pc, &f.parameter_type, &f.object_type}) {
      *field = reader_.varint();
    }
  }

  ByteReader reader_;
  std::uint64_t pointer_bytes_ = 8;
};

// The writer's counterpart of Parser.
class Encoder {
 public:
  explicit Encoder(const HeapDump& dump) : dump_(dump), out_(magic) {}

  std::string encode() {
    params();
    for (const DumpMemory& object : dump_.objects) {
      tag(DumpTag::object);
      memory(object);
    }
    for (const DumpRoot& root : dump_.other_roots) {
      tag(DumpTag::other_root);
      append_string(out_, root.description);
      append_varint(out_, root.value);
    }
    for (const DumpGoroutine& g : dump_.goroutines) goroutine(g);
    for (const DumpFrame& f : dump_.frames) frame(f);
    for (const DumpMemory& segment : dump_.data) {
      tag(DumpTag::data);
      memory(segment);
    }
    for (const DumpMemory& segment : dump_.bss) {
      tag(DumpTag::bss);
      memory(segment);
    }
    for (const DumpFinalizer& f : dump_.finalizers) {
      tag(f.queued ? DumpTag::queued_finalizer : DumpTag::finalizer);
      numbers({f.object, f.function, f.code_pc, f.parameter_type, f.object_type});
    }
    tag(DumpTag::eof);
    return std::move(out_);
  }

 private:
  void tag(DumpTag tag) { append_varint(out_, static_cast<std::uint64_t>(tag)); }

  void numbers(std::initializer_list<std::uint64_t> values) {
    for (const std::uint64_t value : values) append_varint(out_, value);
  }

  void params() {
    const DumpParams& p = dump_.params;
    tag(DumpTag::params);
    numbers({p.big_endian, p.pointer_bytes, p.arena_start, p.arena_end});
    append_string(out_, p.architecture);
    append_string(out_, p.go_version);
    append_varint(out_, p.processors);
  }

  void fields(const DumpMemory& memory) {
    for (std::uint64_t i = 0; i < memory.fields.size; ++i) {
      numbers({kind_pointer, dump_.field_offsets[memory.fields.first + i]});
    }
    append_varint(out_, kind_end);
  }

  void memory(const DumpMemory& memory) {
    append_varint(out_, memory.address);
    append_string(out_, dump_.contents(memory));
    fields(memory);
  }

  void goroutine(const DumpGoroutine& g) {
    tag(DumpTag::goroutine);
    numbers({g.address, g.sp, g.id, g.go_pc, g.status, g.system, g.background, g.wait_since});
    append_string(out_, g.wait_reason);
    numbers({g.context, g.thread, g.top_defer, g.top_panic});
  }

  void frame(const DumpFrame& f) {
    tag(DumpTag::stack_frame);
    numbers({f.memory.address, f.depth, f.child_sp});
    append_string(out_, dump_.contents(f.memory));
    numbers({f.entry_pc, f.pc, f.continue_pc});
    append_string(out_, f.function);
    fields(f.memory);
  }

  const HeapDump& dump_;
  std::string out_;
};

}  // namespace

DumpMemory HeapDump::make_memory(std::uint64_t address, std::string_view contents,
                                 const std::vector<std::uint64_t>& offsets) {
  const DumpMemory memory{
      address, {bytes.size(), contents.size()}, {field_offsets.size(), offsets.size()}};
  bytes += contents;
  field_offsets.insert(field_offsets.end(), offsets.begin(), offsets.end());
  return memory;
}

std::string_view HeapDump::contents(const DumpMemory& memory) const {
  return std::string_view(bytes).substr(memory.contents.first, memory.contents.size);
}

std::uint64_t HeapDump::word(const DumpMemory& memory, std::uint64_t offset) const {
  const std::uint64_t size = params.pointer_bytes;
  assert(size <= memory.contents.size && offset <= memory.contents.size - size);
  std::uint64_t value = 0;
  for (std::uint64_t i = 0; i < size; ++i) {
    const std::uint64_t place = params.big_endian ? i : size - 1 - i;
    const char byte = bytes[memory.contents.first + offset + place];
    value = value << 8 | static_cast<std::uint8_t>(byte);
  }
  return value;
}

Result<HeapDump> read_heap_dump(std::string input, const DumpLimits& limits) {
  Result<std::string> bytes = decompress(std::move(input), limits.decompressed_bytes);
  if (!bytes) return failure<HeapDump>(bytes.error);
  if (std::string_view(*bytes).substr(0, magic.size()) != magic) {
    return failure<HeapDump>({"not a heap dump of format go1.7", 0, remedy});
  }
  HeapDump dump;
  Parser parser(*bytes);
  if (!parser.parse(dump)) return failure<HeapDump>(parser.error());
  dump.bytes = std::move(*bytes);  // the ranges of contents point into the input
  return {std::move(dump)};
}

Result<HeapDump> read_heap_dump_file(const std::string& path, const DumpLimits& limits) {
  Result<std::string> bytes = read_file(path, limits.decompressed_bytes);
  if (!bytes) return failure<HeapDump>(bytes.error);
  return read_heap_dump(std::move(*bytes), limits);
}

std::string encode_heap_dump(const HeapDump& dump) { return Encoder(dump).encode(); }

Result<std::uint64_t> write_heap_dump(const std::string& path, const HeapDump& dump) {
  return write_file(path, encode_heap_dump(dump));
}

}  // namespace traces
