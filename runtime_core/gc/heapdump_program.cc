// What a heap dump says of the program: types, itabs, goroutines, profile (facts §26).
#include "runtime_core/gc/heapdump_writer.h"
#include "runtime_core/os/mem.h"

namespace runtime_core {

namespace {

const DumpProgram no_program{};

const DumpProgram& program_of(M* mp) {
  const DumpProgram* program = mp->rt->hooks.dump_program;
  return program != nullptr ? *program : no_program;
}

// True if the type was there already; it is first in its bucket afterwards.
bool look_up(DumpTypeCache* cache, const Type* type) {
  const Type** bucket = cache->types[type->hash % type_cache_buckets];
  u32 at = 0;
  while (at < type_cache_assoc - 1 && bucket[at] != type) at++;
  const bool found = bucket[at] == type;
  for (; at > 0; at--) bucket[at] = bucket[at - 1];
  bucket[0] = type;
  return found;
}

void dump_itab(DumpWriter* w, DumpTypeCache* cache, const DumpItab& tab) {
  const bool is_indirect = (tab.type->kind & kind_direct_iface) == 0;
  // The data word points to the value unless the value is a pointer itself.
  const Type* data = is_indirect ? tab.type->ptrto : tab.type;
  if (data != nullptr) dump_type(w, cache, data);
  w->number(tag_itab).pointer(tab.itab).pointer(data);
}

void check_status(u64 status) {
  if (status == g_runnable || status == g_syscall || status == g_waiting) return;
  throw_("dumpgs in STW - bad status");
}

void dump_defers(const DumpProgram& program, DumpWriter* w, uintptr area, const void* g) {
  DumpDefer d{};
  for (u32 i = 0; program.defer != nullptr && program.defer(program.context, area, i, &d); i++) {
    w->number(tag_defer).pointer(d.record).pointer(g).number(d.argp).number(d.pc);
    w->pointer(d.fn).number(d.fn == nullptr ? 0 : d.fn_entry).pointer(d.link);
  }
}

void dump_panics(const DumpProgram& program, DumpWriter* w, uintptr area, const void* g) {
  DumpPanic p{};
  for (u32 i = 0; program.panic != nullptr && program.panic(program.context, area, i, &p); i++) {
    w->number(tag_panic).pointer(p.record).pointer(g).pointer(p.arg_type).pointer(p.arg_data);
    w->number(0).pointer(p.link);  // the field of the defer that panicked is gone
  }
}

// Original: dumpgoroutine with one frame. `number` names it if the program does not.
void dump_goroutine(const DumpProgram& program, DumpWriter* w, const RootArea& area, u64 number) {
  DumpGoroutine g{};
  g.g = reinterpret_cast<const void*>(area.start);
  g.goid = number;
  g.status = g_waiting;
  g.waitreason = "dumping heap";
  if (program.goroutine != nullptr) program.goroutine(program.context, area.start, &g);
  if (g.status == g_dead) return;
  check_status(g.status);
  DumpDefer d{};
  DumpPanic p{};
  const uintptr at = area.start;
  const bool defers = program.defer != nullptr && program.defer(program.context, at, 0, &d);
  const bool panics = program.panic != nullptr && program.panic(program.context, at, 0, &p);
  w->number(tag_goroutine).pointer(g.g).number(at).number(g.goid).number(g.gopc);
  w->number(g.status).number(g.is_system).number(0).number(g.waitsince).text(g.waitreason);
  w->pointer(g.ctxt).pointer(g.m).pointer(defers ? d.record : nullptr);
  w->pointer(panics ? p.record : nullptr);
  w->number(tag_stack_frame).number(at).number(0).number(0);
  w->range(reinterpret_cast<void*>(at), area.bytes).number(0).number(0).number(0);
  w->text("stack area");
  dump_area_fields(w, area);
  dump_defers(program, w, at, g.g);
  dump_panics(program, w, at, g.g);
}

// "(0x" pc ")" for a pc in no function.
void dump_unknown_pc(DumpWriter* w, uintptr pc) {
  char text[2 + 2 + 16 + 1];
  u32 at = sizeof(text) - 1;
  text[at] = 0;
  text[--at] = ')';
  do {
    text[--at] = "0123456789abcdef"[pc & 15];
    pc >>= 4;
  } while (pc > 0);
  text[--at] = 'x';
  text[--at] = '0';
  text[--at] = '(';
  w->text(text + at).text("?").number(0);
}

struct ProfileDump {
  const DumpProgram* program;
  DumpWriter* w;
};

// Original: dumpmemprof_callback.
void dump_bucket(void* context, const Bucket* b) {
  const auto* dump = static_cast<const ProfileDump*>(context);
  const DumpProgram& program = *dump->program;
  DumpWriter* w = dump->w;
  w->number(tag_mem_prof).pointer(b).number(b->size).number(b->nstk);
  for (uintptr i = 0; i < b->nstk; i++) {
    const uintptr pc = b->stk()[i];
    DumpLine line{};
    if (program.describe_pc != nullptr && program.describe_pc(program.context, pc, i > 0, &line)) {
      w->text(line.function).text(line.file).number(line.line);
    } else {
      dump_unknown_pc(w, pc);
    }
  }
  w->number(b->mem.final.allocs).number(b->mem.final.frees);
}

void dump_samples(DumpWriter* w, const MSpan* s) {
  for (const Special* sp = s->specials; sp != nullptr; sp = sp->next) {
    if (sp->kind != kind_special_profile) continue;
    const auto* spp = reinterpret_cast<const SpecialProfile*>(sp);
    w->number(tag_alloc_sample).number(s->base() + sp->offset).pointer(spp->bucket);
  }
}

}  // namespace

// Original: dumptype. The committed text reads a named type's strings through one indirection too
// few (facts B-12); here the name is the name.
void dump_type(DumpWriter* w, DumpTypeCache* cache, const Type* type) {
  if (look_up(cache, type)) return;
  w->number(tag_type).pointer(type).number(type->size);
  if (type->pkgpath != nullptr && type->name != nullptr) {
    w->text(type->pkgpath, ".", type->name);
  } else {
    w->text(type_string(type));
  }
  const bool is_direct = (type->kind & kind_direct_iface) != 0;
  w->number(!is_direct || (type->kind & kind_no_pointers) == 0);
}

// Original: dumpitabs.
void dump_itabs(M* mp, DumpWriter* w) {
  const DumpProgram& program = program_of(mp);
  if (program.itab == nullptr) return;
  std::atomic<u64>* stat = &memstats_of(mp).other_sys;
  auto* cache = static_cast<DumpTypeCache*>(sys_alloc(sizeof(DumpTypeCache), stat));
  if (cache == nullptr) out_of_memory("runtime: cannot allocate memory");
  DumpItab tab{};
  for (u32 i = 0; program.itab(program.context, i, &tab); i++) dump_itab(w, cache, tab);
  sys_free(cache, sizeof(DumpTypeCache), stat);
}

void dump_area_fields(DumpWriter* w, const RootArea& area) {
  for (uintptr i = 0; i < area.bytes; i += ptr_size) {
    const uintptr word = i / ptr_size;
    const u32 shift = static_cast<u32>(word % pointers_per_byte * bits_per_pointer);
    const u8* mask = area.ptrmask;
    const bool pointer =
        mask == nullptr || (mask[word / pointers_per_byte] >> shift & bits_mask) == bits_pointer;
    if (pointer) w->number(field_kind_ptr).number(i);
  }
  w->number(field_kind_eol);
}

// Original: dumpgs.
void dump_goroutines(M* mp, DumpWriter* w) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nroots; i++) {
    if (work.roots[i].kind == RootKind::stack) {
      dump_goroutine(program_of(mp), w, work.roots[i], i);
    }
  }
}

// Original: dumpmemprof.
void dump_mem_prof(M* mp, DumpWriter* w) {
  ProfileDump dump{&program_of(mp), w};
  iterate_memprof(mp, &dump, dump_bucket);
  MHeap& h = heap_of(mp);
  for (u32 i = 0; i < h.nspan; i++) {
    if (h.allspans[i]->state.load(relaxed) == span_in_use) dump_samples(w, h.allspans[i]);
  }
}

}  // namespace runtime_core
