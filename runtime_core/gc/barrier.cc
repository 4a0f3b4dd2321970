// Write barriers: Dijkstra's, coarsened to shade every stored pointer (original: mgc.go,
// mgc0.go; facts 11). They do nothing but while a heap is marked that programs change.
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

void store_word(uintptr* dst, uintptr src) {
  // Release publishes the object to a marker's acquire load of the slot.
  const auto order = rules().publish_release ? release : relaxed;
  if (rules().wb_store_fences) {
    std::atomic_ref<uintptr>(*dst).exchange(src, seq_cst);
  } else {
    std::atomic_ref<uintptr>(*dst).store(src, order);
  }
}

// The value of word i of a source: another thread's slot, or a local copy.
uintptr load_word(const uintptr* src, uintptr i) {
  return std::atomic_ref<uintptr>(const_cast<uintptr&>(src[i])).load(relaxed);
}

bool mask_word_is_pointer(const u8* mask, uintptr word) {
  const u8 nibble = mask[word / 2] >> (gc_bits * (word % 2)) & 0xf;
  return (nibble >> 2 & bits_mask) == bits_pointer;
}

}  // namespace

// Original: shaded. Addresses outside the heap count as grey.
bool shaded(M* mp, uintptr slot) {
  if (!inheap(mp, slot)) return true;
  MarkBits mbits;
  if (objectstart(mp, slot, &mbits) == 0) return true;
  if (work_of(mp).checkmark) return ischeckmarked(&mbits);
  return (mbits.bits & bit_marked) != 0;
}

namespace {

// Marks the object at b, if there is one. The buffer with it is the caller's to queue.
Workbuf* grey_into_buffer(M* mp, uintptr b) {
  if (!inheap(mp, b)) throw_("shade: passed an address not in the heap");
  Workbuf* wbuf = get_barrier_buffer(mp);
  MarkBits mbits;
  const uintptr obj = objectstart(mp, b, &mbits);
  if (obj == 0) return wbuf;
  Workbuf* current = greyobject(mp, obj, &mbits, wbuf);
  return rules().grey_returns_workbuf ? current : wbuf;
}

}  // namespace

// Original: shade. REQUIRES: b in the heap.
void shade(M* mp, uintptr b) {
  put_barrier_buffer(mp, grey_into_buffer(mp, b));
  note_discovery(mp);
}

// Original: gcmarkwb_m.
void gcmarkwb(M* mp, uintptr* slot, uintptr ptr) {
  switch (gcphase_of(mp)) {
    case GcPhase::off:
    case GcPhase::quiesce:
    case GcPhase::stw:
    case GcPhase::sweep:
    case GcPhase::scan:
      return;
    case GcPhase::mark:
    case GcPhase::marktermination:
      if (!rules().wb_shades) return;
      if (!rules().wb_in_markterm && gcphase_of(mp) == GcPhase::marktermination) return;
      if (rules().wb_checks_slot_colour && !shaded(mp, reinterpret_cast<uintptr>(slot))) return;
      if (ptr != 0 && inheap(mp, ptr)) shade(mp, ptr);
      return;
  }
  throw_("gcphasework in bad gcphase");
}

namespace {

// Of the barriers that look at something before they store: whether they then shade.
bool looks_first(M* mp, const uintptr* dst) {
  if (rules().wb_phase_before_store && gcphase_of(mp) != GcPhase::mark) return false;
  return !rules().wb_colour_before_store || shaded(mp, reinterpret_cast<uintptr>(dst));
}

bool runs_in_goroutine(M* mp) { return mp->rt->sched.runs_goroutines && !on_g0(mp); }

// A barrier of a goroutine that the compiler lets stop in the middle, where it had a stack check
// (3ae17043), and that may go on on another M.
void barrier_with_stops(G* gp, uintptr src) {
  const GcPhase phase = gcphase_of(gp->m);
  if (gp->m->inwb || gp->m->dying != 0) return;
  if (phase != GcPhase::mark && phase != GcPhase::marktermination) return;
  if (src == 0 || !inheap(gp->m, src)) return;
  gp->m->inwb = true;
  Workbuf* wbuf = grey_into_buffer(gp->m, src);
  if (!rules().wb_pinned) {
    gp->m->inwb = false;
    prologue(gp);
    return putpartial(gp->m, wbuf);
  }
  putpartial(gp->m, wbuf);
  prologue(gp);
  gp->m->inwb = false;
}

}  // namespace

// Original: writebarrierptr.
void writebarrierptr(M* mp, uintptr* dst, uintptr src) {
  const bool shades = looks_first(mp, dst);
  const uintptr shaded_value = rules().wb_shades_old ? load_word(dst, 0) : src;
  store_word(dst, src);
  if (shades) writebarrierptr_nostore(mp, dst, shaded_value);
}

// Original: writebarrierptr_nostore. A barrier inside a barrier (lock, allocation of a buffer)
// does nothing.
void writebarrierptr_nostore(M* mp, uintptr* dst, uintptr src) {
  if (mp == nullptr) return;
  if (src != 0 && (src < page_size || src == 0xf969696969696969 || src == 0x6868686868686868)) {
    throw_("bad pointer in write barrier");
  }
  if ((!rules().wb_pinned || !rules().wb_inwb_same_m) && runs_in_goroutine(mp)) {
    return barrier_with_stops(mp->g, src);
  }
  acquirem(mp);
  if (!mp->inwb && mp->dying == 0) {
    mp->inwb = true;
    systemstack(mp, [&] { gcmarkwb(mp, dst, src); });
    mp->inwb = false;
  }
  releasem(mp);
}

void writebarrierstring(M* mp, uintptr* dst, const uintptr* src) {
  writebarrierfat_words(mp, dst, src, 2, 0b01);
}

void writebarrierslice(M* mp, uintptr* dst, const uintptr* src) {
  writebarrierfat_words(mp, dst, src, 3, 0b001);
}

void writebarrieriface(M* mp, uintptr* dst, const uintptr* src) {
  writebarrierfat_words(mp, dst, src, 2, 0b11);
}

// Original: the 25 functions writebarrierfat01 .. writebarrierfat1111; bit i is word i.
void writebarrierfat_words(M* mp, uintptr* dst, const uintptr* src, u32 n, u32 pattern) {
  for (u32 i = 0; i < n; i++) {
    const uintptr value = load_word(src, i);
    if ((pattern >> i & 1) != 0) {
      writebarrierptr(mp, &dst[i], value);
    } else {
      store_word(&dst[i], value);
    }
  }
}

// Original: writebarrierfat. The type's mask says which words are pointers.
void writebarrierfat(M* mp, const Type* typ, uintptr* dst, const uintptr* src) {
  const u8* mask = load_ptr_mask(mp, typ);
  for (uintptr i = 0; i < typ->size / ptr_size; i++) {
    const uintptr value = load_word(src, i);
    if (mask_word_is_pointer(mask, i) && rules().wb_copies) {
      writebarrierptr(mp, &dst[i], value);
    } else {
      store_word(&dst[i], value);
    }
  }
}

// Original: writebarriercopy. Copies n elements, backward if forward would overwrite the source.
uintptr writebarriercopy(M* mp, const Type* typ, uintptr* dst, const uintptr* src, uintptr n) {
  const uintptr words = typ->size / ptr_size;
  const bool backward = src < dst && dst < src + n * words;
  for (uintptr i = 0; i < n; i++) {
    const uintptr at = (backward ? n - 1 - i : i) * words;
    writebarrierfat(mp, typ, dst + at, src + at);
  }
  return n;
}

// A pointer store in the runtime's own data: the compiler of this commit put barriers there.
void runtime_store(M* mp, uintptr* dst, uintptr src) {
  if (rules().runtime_store_barriers) {
    writebarrierptr(mp, dst, src);
  } else {
    store_word(dst, src);
  }
}

}  // namespace runtime_core
