// Buffered writer of heap dump records, and the cache of types already written (facts §26).
#pragma once

#include "runtime_core/gc/heapdump.h"
#include "runtime_core/gc/internal.h"

namespace runtime_core {

enum DumpTag : u64 {
  tag_eof,
  tag_object,
  tag_other_root,
  tag_type,
  tag_goroutine,
  tag_stack_frame,
  tag_params,
  tag_finalizer,
  tag_itab,
  tag_os_thread,
  tag_mem_stats,
  tag_queued_finalizer,
  tag_data,
  tag_bss,
  tag_defer,
  tag_panic,
  tag_mem_prof,
  tag_alloc_sample,
};
inline constexpr u64 field_kind_eol = 0, field_kind_ptr = 1;

// Buffers what goes to the sink; larger pieces bypass the buffer.
class DumpWriter {
 public:
  explicit DumpWriter(const DumpSink* sink) : sink_(sink) {}

  void raw(const void* bytes, uintptr n) {
    if (n > sizeof(buffer_) - used_) flush();
    if (n > sizeof(buffer_)) {
      sink_->write(sink_->context, bytes, n);
      return;
    }
    const u8* from = static_cast<const u8*>(bytes);
    for (uintptr i = 0; i < n; i++) buffer_[used_++] = from[i];
  }
  // Seven bits a byte, low first, the high bit set while more follow.
  DumpWriter& number(u64 value) {
    u8 bytes[10];
    u32 n = 0;
    for (; value >= 0x80; value >>= 7) bytes[n++] = static_cast<u8>(value | 0x80);
    bytes[n++] = static_cast<u8>(value);
    raw(bytes, n);
    return *this;
  }
  DumpWriter& pointer(const void* p) { return number(reinterpret_cast<u64>(p)); }
  DumpWriter& range(const void* bytes, uintptr n) {
    number(n);
    raw(bytes, n);
    return *this;
  }
  DumpWriter& text(const char* s) { return range(s, text_length(s)); }
  DumpWriter& text(const char* a, const char* dot, const char* b) {
    number(text_length(a) + text_length(dot) + text_length(b));
    raw(a, text_length(a));
    raw(dot, text_length(dot));
    raw(b, text_length(b));
    return *this;
  }
  void flush() {
    if (used_ > 0) sink_->write(sink_->context, buffer_, used_);
    used_ = 0;
  }

 private:
  static uintptr text_length(const char* s) {
    uintptr n = 0;
    while (s != nullptr && s[n] != 0) n++;
    return n;
  }

  const DumpSink* sink_;
  u32 used_ = 0;
  u8 buffer_[4096];
};

// Original: typecache. Buckets by hash, most recently used first. A type that was pushed out is
// written again.
inline constexpr u32 type_cache_buckets = 256, type_cache_assoc = 4;
struct DumpTypeCache {
  const Type* types[type_cache_buckets][type_cache_assoc];
};

// What the program adds to a dump (heapdump_program.cc).
void dump_type(DumpWriter* w, DumpTypeCache* cache, const Type* type);
void dump_itabs(M* mp, DumpWriter* w);
// A stack area is written as a goroutine with one frame.
void dump_goroutines(M* mp, DumpWriter* w);
void dump_area_fields(DumpWriter* w, const RootArea& area);
void dump_mem_prof(M* mp, DumpWriter* w);

}  // namespace runtime_core
