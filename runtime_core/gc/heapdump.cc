// Writes the heap in the format "go1.4 heap dump" (original: heapdump.go; facts 26).
#include "runtime_core/gc/heapdump_writer.h"

namespace runtime_core {

namespace {

constexpr u32 free_marks_max = 1024;  // objects of the smallest class a span

void dump_params(M* mp, DumpWriter* w) {
  MHeap& h = heap_of(mp);
  w->number(tag_params).number(0).number(ptr_size).number(h.arena_start);
  w->number(h.arena_used.load(relaxed)).number('6').text("");
  w->number(static_cast<u64>(mp->rt->ncpu));
}

// The field list of a heap object stops at the first dead word, the first one included.
void dump_object(M* mp, DumpWriter* w, uintptr p, uintptr size) {
  w->number(tag_object).number(p).range(reinterpret_cast<void*>(p), size);
  for (uintptr i = 0; i < size; i += ptr_size) {
    MarkBits mbits;
    slottombits(mp, p + i, &mbits);
    if (mbits.tbits == bits_dead || (i > 0 && (mbits.bits & bit_boundary) != 0)) break;
    if (mbits.tbits == bits_pointer) w->number(field_kind_ptr).number(i);
  }
  w->number(field_kind_eol);
}

void dump_span_objects(M* mp, DumpWriter* w, MSpan* s) {
  const uintptr size = s->elemsize.load(relaxed);
  const u32 n = span_objects(s);
  if (n > free_marks_max) throw_("freemark array doesn't have enough entries");
  bool is_free[free_marks_max] = {};
  for (MLink* link = s->freelist; link != nullptr; link = link->next) {
    is_free[(reinterpret_cast<uintptr>(link) - s->base()) / size] = true;
  }
  for (u32 i = 0; i < n; i++) {
    if (!is_free[i]) dump_object(mp, w, s->base() + i * size, size);
  }
}

template <class F>
void for_each_in_use_span(M* mp, F f) {
  MHeap& h = heap_of(mp);
  for (u32 i = 0; i < h.nspan; i++) {
    MSpan* s = h.allspans[i];
    if (s->state.load(relaxed) == span_in_use) f(s);
  }
}

void dump_areas(M* mp, DumpWriter* w, RootKind kind, DumpTag tag) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nroots; i++) {
    const RootArea& area = work.roots[i];
    if (area.kind != kind) continue;
    w->number(tag).number(area.start).range(reinterpret_cast<void*>(area.start), area.bytes);
    dump_area_fields(w, area);
  }
}

void dump_threads(M* mp, DumpWriter* w) {
  for (M* m = mp->rt->allm.load(acquire); m != nullptr; m = m->alllink) {
    w->number(tag_os_thread).pointer(m).number(static_cast<u64>(m->id)).number(m->procid);
  }
}

void dump_finalizer(DumpWriter* w, DumpTag tag, const void* object, const FuncVal* fn,
                    const Type* fint, const Type* ot) {
  w->number(tag).pointer(object).pointer(fn);
  w->pointer(reinterpret_cast<const void*>(fn->fn)).pointer(fint).pointer(ot);
}

void dump_span_finalizers(DumpWriter* w, MSpan* s) {
  for (Special* sp = s->specials; sp != nullptr; sp = sp->next) {
    if (sp->kind != kind_special_finalizer) continue;
    auto* spf = reinterpret_cast<SpecialFinalizer*>(sp);
    const auto* object = reinterpret_cast<const void*>(s->base() + sp->offset);
    dump_finalizer(w, tag_finalizer, object, spf->fn, spf->fint, spf->ot);
  }
}

void dump_queued(void* context, const Finalizer* f) {
  dump_finalizer(static_cast<DumpWriter*>(context), tag_queued_finalizer, f->arg, f->fn, f->fint,
                 f->ot);
}

void dump_mem_stats(M* mp, DumpWriter* w) {
  MStats& s = memstats_of(mp);
  w->number(tag_mem_stats).number(s.alloc).number(s.total_alloc).number(s.sys);
  w->number(s.nlookup).number(s.nmalloc).number(s.nfree).number(s.heap_alloc.load(relaxed));
  w->number(s.heap_sys.load(relaxed)).number(s.heap_idle).number(s.heap_inuse);
  w->number(s.heap_released).number(s.heap_objects).number(s.stacks_inuse);
  w->number(s.stacks_sys.load(relaxed));
  w->number(s.mspan_inuse).number(s.mspan_sys.load(relaxed)).number(s.mcache_inuse);
  w->number(s.mcache_sys.load(relaxed));
  w->number(s.buckhash_sys.load(relaxed));
  w->number(s.gc_sys.load(relaxed));
  w->number(s.other_sys.load(relaxed));
  w->number(s.next_gc.load(relaxed));
  w->number(s.last_gc.load(relaxed));
  w->number(s.pause_total_ns);
  for (u64 pause : s.pause_ns) w->number(pause);
  w->number(s.numgc.load(relaxed));
}

// Original: mdump. World stopped.
void dump(M* mp, const DumpSink* sink) {
  for_each_in_use_span(mp, [&](MSpan* s) { mspan_ensure_swept(mp, s); });
  updatememstats(mp, nullptr);  // flushes the caches: free lists are complete
  DumpWriter writer(sink);
  DumpWriter* w = &writer;
  constexpr char header[] = "go1.4 heap dump\n";
  w->raw(header, sizeof(header) - 1);
  dump_params(mp, w);
  dump_itabs(mp, w);
  for_each_in_use_span(mp, [&](MSpan* s) { dump_span_objects(mp, w, s); });
  dump_goroutines(mp, w);
  dump_threads(mp, w);
  dump_areas(mp, w, RootKind::data, tag_data);
  dump_areas(mp, w, RootKind::bss, tag_bss);
  for_each_in_use_span(mp, [&](MSpan* s) { dump_span_finalizers(w, s); });
  iterate_finq(mp, w, dump_queued);
  dump_mem_stats(mp, w);
  dump_mem_prof(mp, w);
  w->number(tag_eof);
  w->flush();
}

}  // namespace

void write_heap_dump(M* mp, const DumpSink* sink) {
  mp = take_world(mp);
  systemstack(mp, [&] { dump(mp, sink); });
  give_world_back(mp);
}

}  // namespace runtime_core
