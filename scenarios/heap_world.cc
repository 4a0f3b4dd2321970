// Booting a small runtime for the heap scenarios, and the stores they announce to the checkers.
#include "scenarios/heap_world.h"

#include "scenarios/finalizers.h"
#include "scenarios/threads.h"

namespace scenarios {

using namespace runtime_core;

const Tuning heap_world_tuning = {
    .mheap_map_total_bits = 24,
    .heap_alloc_chunk = 1 << 16,
    .grow_round_pages = 1,
    .mutex_active_spin = 0,
    .mutex_passive_spin = 0,
    .getfull_procyield_rounds = 0,
    .getfull_osyield_rounds = 0,
    .checkmark = 0,
    .persistent_chunk = 128 << 10,
    .mem_profile_rate = 0,
    .allspans_initial_bytes = 4096,
    .fin_block_capacity = 1,
    .ncpu = 2,
};

namespace {

// Four bits a word, the type in the upper two: a pointer, then dead words.
struct LinkedMask {
  u8 bytes[block_bytes / ptr_size / words_per_bitmap_byte];
};
constexpr LinkedMask linked_mask = {{bits_pointer << 2}};

}  // namespace

void make_linked_type(Type* type) {
  type->size = block_bytes;
  type->kind = kind_struct;
  type->align = ptr_size;
  type->gc[0] = reinterpret_cast<uintptr>(linked_mask.bytes);
}

void make_finalizer(FinalizerTypes* f, uintptr bytes, uintptr align,
                    void (*fn)(M* mp, void* object)) {
  f->object_type.size = bytes;
  f->object_type.kind = kind_struct | kind_no_pointers;
  f->object_type.align = static_cast<u8>(align);
  make_pointer_type(&f->pointer_type, &f->object_type);
  f->function.fn = fn;
  f->function.parameter = &f->pointer_type;
  f->function.arity = 1;
}

void boot(Env& env, HeapWorld* w, u32 threads, u32 root_words) {
  w->rt = allocate<Runtime>(env);
  w->ms = allocate<M>(env, threads);
  w->threads = threads;
  w->roots = allocate<u64>(env, root_words);
  w->root_words = root_words;
  make_linked_type(&w->linked_type);
  start_threads(env, w->rt, w->ms, threads);
  mstart1(&w->ms[0]);
  // Collections are the scenario's to start.
  w->rt->stats.next_gc.store(no_goal, relaxed);
  w->rt->stats.enablegc.store(true, relaxed);
  add_root_area(&w->ms[0], RootArea{reinterpret_cast<uintptr>(w->roots), u64{root_words} * ptr_size,
                                    nullptr, RootKind::data});
}

void bind(HeapWorld* w) {
  for (u32 i = 1; i < w->threads; i++) mstart1(&w->ms[i]);
}

M* enter(HeapWorld* w, u32 id) {
  M* mp = &w->ms[id];
  mp->g = &mp->program;
  return mp;
}

void leave(M* mp) {
  mp->g = &mp->g0;
  mp->wantp = false;
  handoffp(mp, releasep(mp));
}

M* enter_again(HeapWorld* w) {
  M* mp = &w->ms[0];
  mstart1(mp);
  return mp;
}

void set_slot(u64* slot, void* value) {
  std::atomic_ref<u64> cell(*slot);
  const u64 old = cell.load(relaxed);
  event(Event::slot_store, reinterpret_cast<u64>(slot), old, reinterpret_cast<u64>(value));
  cell.store(reinterpret_cast<u64>(value), rules().publish_release ? release : relaxed);
}

void* new_plain(M* mp) { return mallocgc(mp, block_bytes, nullptr, flag_no_scan); }

void* new_linked(HeapWorld* w, M* mp) { return newobject(mp, &w->linked_type); }

void fill_roots(HeapWorld* w, M* mp, u32 first, u32 count) {
  for (u32 i = 0; i < count; i++) set_root(w, first + i, new_plain(mp));
}

void stamp(void* object, u64 value) {
  event(Event::touch, reinterpret_cast<u64>(object));
  static_cast<u64*>(object)[block_bytes / ptr_size - 1] = value;
}

u64 stamp_of(void* object) {
  event(Event::touch, reinterpret_cast<u64>(object));
  return static_cast<u64*>(object)[block_bytes / ptr_size - 1];
}

void sweep_all(M* mp) {
  while (bgsweep_step(mp)) safepoint(mp);
}

}  // namespace scenarios
