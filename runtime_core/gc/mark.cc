// Finding, marking and scanning objects (original: mgc.go, inheap..scanblock).
#include "runtime_core/gc/internal.h"
#include "runtime_core/stack/frame.h"

namespace runtime_core {

namespace {

constexpr u8 shared_byte_mask = bit_mask | bit_mask << gc_bits;
constexpr u8 shared_byte_unmarked = bit_boundary | bit_boundary << gc_bits;

// The span of a heap address if it may hold objects there, else null.
MSpan* usable_span(M* mp, uintptr b) {
  MSpan* s = span_of(mp->rt, b);
  if (s == nullptr) return nullptr;
  // A stale entry may belong to a span that moved: all three reads race with the page heap.
  if ((b >> page_shift) < s->start.load(relaxed)) return nullptr;
  if (!rules().span_published_whole) {
    if (b >= s->limit.load(relaxed)) return nullptr;
    return s->state.load(relaxed) == span_in_use ? s : nullptr;
  }
  // Acquire, in this order: partners are the stores that put the span into use, which leave it
  // empty, and the limit that is stored when its blocks have their bits (L19).
  if (s->state.load(acquire) != span_in_use) return nullptr;
  return b < s->limit.load(acquire) ? s : nullptr;
}

void set_mark_bit(M* mp, const MarkBits* mbits) {
  if (!rules().write_mark_bit) return;
  const u8 mark = static_cast<u8>(bit_marked << mbits->shift);
  // Only one-word objects share a byte. If the neighbour is marked already, or there is none,
  // every racing writer stores the same value and a plain store will do.
  const bool shared = (mbits->xbits & shared_byte_mask) == shared_byte_unmarked;
  const bool alone = rules().mark_nproc1_shortcut && work_of(mp).nproc == 1;
  if (rules().mark_locked || (shared && !alone && rules().mark_atomic_shared_byte)) {
    atomicor8(mbits->bitp, mark);
  } else {
    bitmap_store(mbits->bitp, static_cast<u8>(mbits->xbits | mark));
  }
}

// True if the object was not check-marked before.
bool checkmark_object(M* mp, MarkBits* mbits) {
  if (rules().checkmark_tests_mark && !ismarked(mbits)) {
    fail("checkmark.agrees", "checkmark found unmarked object");
  }
  if (ischeckmarked(mbits)) return false;
  docheckmark(mp, mbits);
  if (!ischeckmarked(mbits)) {
    fail("checkmark.agrees", "docheckmark and ischeckmarked disagree");
  }
  return true;
}

// Walks the type bits of a heap object downwards, one nibble a word.
class HeapBits {
 public:
  HeapBits(M* mp, uintptr b) : mp_(mp), base_(b) {
    position_ = bitmap_position(heap_of(mp).arena_start, b).bitp;
  }

  // The type of word i (bytes), or -1 past the end of the object.
  int next(uintptr i) {
    const uintptr at = base_ + i;
    if (at % page_size == 0 && span_of(mp_->rt, at) != span_of(mp_->rt, base_)) return -1;
    const uintptr high = at / ptr_size & 1;
    const u8 bits = static_cast<u8>(bitmap_load(position_) >> (gc_bits * high));
    position_ -= high;
    if (i != 0 && (bits & bit_boundary) != 0) return -1;
    const int type = (bits & bit_ptr_mask) >> 2;
    // The first nibble's dead is no stop: the checkmark pass uses it as "scalar, marked".
    if (i != 0 && type == bits_dead) return -1;
    return type;
  }

 private:
  M* mp_;
  uintptr base_;
  u8* position_;
};

// First in, first out: addresses whose memory is being fetched while others are worked on.
class PrefetchQueue {
 public:
  static u32 depth() {
    const u32 d = tuning().prefetch_depth;
    return d < capacity ? d : capacity;
  }
  bool empty() const { return count_ == 0; }
  bool full() const { return count_ >= depth(); }
  // `fetched` is what the address will be needed for. REQUIRES: not full.
  void push(uintptr address, const void* fetched) {
    prefetch(fetched);
    addresses_[(head_ + count_++) % capacity] = address;
  }
  uintptr pop() {
    const uintptr address = addresses_[head_];
    head_ = (head_ + 1) % capacity;
    count_--;
    return address;
  }

 private:
  static constexpr u32 capacity = 32;
  uintptr addresses_[capacity];
  u32 head_ = 0, count_ = 0;
};

// Greys the object that holds heap address b.
Workbuf* grey_address(M* mp, uintptr b, Workbuf* wbuf) {
  MarkBits mbits;
  const uintptr obj = objectstart(mp, b, &mbits);
  if (obj == 0) return wbuf;
  Workbuf* current = greyobject(mp, obj, &mbits, wbuf);
  // Keeping the old buffer after it was queued is the mutant stale-wbuf-return.
  return rules().grey_returns_workbuf ? current : wbuf;
}

// What one scanblock has on the way; without prefetching, as committed, always empty.
struct Scan {
  explicit Scan(M* m) : mp(m) {}

  M* mp;
  uintptr arena_start = 0, arena_used = 0;
  PrefetchQueue found;    // values of slots, until their mark bits are there
  PrefetchQueue objects;  // out of the work buffer, until their first line is there
};

// One word of scanobject: greys the object that the slot refers to, if its type is pointer.
Workbuf* grey_slot(Scan* scan, uintptr slot_address, int type, Workbuf* wbuf) {
  if (type <= bits_scalar) return wbuf;
  if ((type & bits_pointer) == 0) throw_("unexpected garbage collection bits");
  std::atomic_ref<uintptr> slot(*reinterpret_cast<uintptr*>(slot_address));
  // Acquire: partner is the mutator's release store of the pointer, which published the object.
  const uintptr value = slot.load(acquire);
  if (value == 0 || value < scan->arena_start || value >= scan->arena_used) return wbuf;
  if (PrefetchQueue::depth() == 0) return grey_address(scan->mp, value, wbuf);
  if (scan->found.full()) wbuf = grey_address(scan->mp, scan->found.pop(), wbuf);
  scan->found.push(value, bitmap_position(scan->arena_start, value).bitp);
  return wbuf;
}

// Of an interface, by the word that says what is in it, which may be another one by now.
bool holds_scalar(uintptr type_word) {
  const std::atomic_ref<uintptr> word(*reinterpret_cast<uintptr*>(type_word));
  const auto* type = reinterpret_cast<const Type*>(word.load(acquire));
  return type == nullptr || (type->kind & kind_no_pointers) != 0;
}

// Greys what was found and is still in the queue.
Workbuf* drain_found(Scan* scan, Workbuf* wbuf) {
  while (!scan->found.empty()) wbuf = grey_address(scan->mp, scan->found.pop(), wbuf);
  return wbuf;
}

// The next object to scan, or 0 if neither the buffer nor the queues have any.
uintptr next_object(Scan* scan, Workbuf** wbuf) {
  for (;;) {
    Workbuf* b = *wbuf;
    if (PrefetchQueue::depth() == 0) return b->nobj == 0 ? 0 : b->obj[--b->nobj];
    while (!scan->objects.full() && b->nobj > 0) {
      const uintptr obj = b->obj[--b->nobj];
      scan->objects.push(obj, reinterpret_cast<const void*>(obj));
    }
    if (!scan->objects.empty()) return scan->objects.pop();
    if (scan->found.empty()) return 0;
    *wbuf = drain_found(scan, b);
  }
}

}  // namespace

// Original: inheap. False for stacks and everything outside objects.
bool inheap(M* mp, uintptr b) {
  MHeap& h = heap_of(mp);
  if (b == 0 || b < h.arena_start) return false;
  if (b >= h.arena_used.load(acquire)) return false;
  return usable_span(mp, b) != nullptr;
}

// Original: slottombits.
void slottombits(M* mp, uintptr obj, MarkBits* mbits) {
  const BitmapPosition at = bitmap_position(heap_of(mp).arena_start, obj & ~(ptr_size - 1));
  mbits->bitp = at.bitp;
  mbits->shift = at.shift;
  mbits->xbits = bitmap_load(at.bitp);
  mbits->bits = mbits->xbits >> at.shift & bit_mask;
  mbits->tbits = (mbits->xbits >> at.shift & bit_ptr_mask) >> 2;
}

// Original: objectstart. The object that holds heap address b, or 0 if there is none.
uintptr objectstart(M* mp, uintptr b, MarkBits* mbits) {
  uintptr obj = b & ~(ptr_size - 1);
  for (;;) {
    slottombits(mp, obj, mbits);
    if ((mbits->bits & bit_boundary) != 0) return obj;
    // b is tested, not obj: a large object's limit may cut its last word.
    MSpan* s = usable_span(mp, b);
    if (s == nullptr) return 0;
    uintptr p = s->base();
    if (s->sizeclass.load(relaxed) != 0) {
      const uintptr size = s->elemsize.load(relaxed);
      p += (obj - p) / size * size;
    }
    if (p == obj) fail("mark.block_beginning", "failed to find block beginning");
    obj = p;
  }
}

// Original: ismarked.
bool ismarked(const MarkBits* mbits) {
  if ((mbits->bits & bit_boundary) == 0) {
    throw_("ismarked: bits should have boundary bit set");
  }
  return (mbits->bits & bit_marked) != 0;
}

// Original: gcmarknewobject_m. Allocates black; the slots are nil, so nothing is queued.
void gcmarknewobject(M* mp, uintptr obj, uintptr) {
  Work& work = work_of(mp);
  if (gcphase_of(mp) != GcPhase::marktermination) {
    throw_("marking new object while not in mark termination phase");
  }
  if (work.checkmark) throw_("gcmarknewobject called while doing checkmark");
  MarkBits mbits;
  slottombits(mp, obj, &mbits);
  if ((mbits.bits & bit_marked) != 0) return;
  if (rules().mark_new_atomic) return set_mark_bit(mp, &mbits);
  bitmap_set_owned(mbits.bitp, static_cast<u8>(bit_marked << mbits.shift));
}

// Original: greyobject. Marks obj and queues it if it may hold pointers.
Workbuf* greyobject(M* mp, uintptr obj, MarkBits* mbits, Workbuf* wbuf) {
  if ((obj & (ptr_size - 1)) != 0) throw_("greyobject: obj not pointer-aligned");
  const bool checkmark = work_of(mp).checkmark;
  if (checkmark) {
    if (!checkmark_object(mp, mbits)) return wbuf;
  } else {
    if ((mbits->bits & bit_marked) != 0) return wbuf;
    set_mark_bit(mp, mbits);
  }
  // The first nibble says "dead" only in the normal pass; the check pass scans and finds out.
  const bool queued = checkmark || mbits->tbits != bits_dead;
  event(Event::grey_object, obj, queued, checkmark);
  if (!queued) return wbuf;
  note_discovery(mp);
  if (wbuf->nobj >= workbuf_capacity()) wbuf = getempty(mp, wbuf);
  wbuf->obj[wbuf->nobj++] = obj;
  return wbuf;
}

namespace {

// Original: scanobject. Greys what b points to; with ptrmask null, n may be an over-estimate and
// the heap bitmap ends the object.
Workbuf* scanobject(Scan* scan, uintptr b, uintptr n, const u8* ptrmask, Workbuf* wbuf) {
  M* mp = scan->mp;
  scan->arena_start = heap_of(mp).arena_start;
  scan->arena_used = heap_of(mp).arena_used.load(acquire);
  if (ptrmask != nullptr) {
    for (uintptr i = 0; i < n; i += ptr_size) {
      wbuf = grey_slot(scan, b + i, word_type(ptrmask, i / ptr_size), wbuf);
    }
    return wbuf;
  }
  MarkBits mbits;
  b = objectstart(mp, b, &mbits);
  if (b == 0) return wbuf;
  HeapBits heap_bits(mp, b);
  uintptr i = 0;
  for (bool skips = false; i < n; i += ptr_size) {
    const int type = heap_bits.next(i);
    if (type < 0) break;
    if (!skips) wbuf = grey_slot(scan, b + i, type, wbuf);
    skips = !rules().iface_data_is_pointer && type == bits_interface && holds_scalar(b + i);
  }
  event(Event::scan_object, b, i, work_of(mp).checkmark);
  return wbuf;
}

}  // namespace

// Original: scanblock. Scans b and everything found from it; b == 0 means to work until no
// marker has anything left.
[[gnu::flatten]] void scanblock(M* mp, uintptr b, uintptr n, const u8* ptrmask) {
  Work& work = work_of(mp);
  const bool scan_only = gcphase_of(mp) == GcPhase::scan;
  Workbuf* wbuf = getpartialorempty(mp);
  const bool keepworking = b == 0;
  if (scan_only && keepworking) throw_("scanblock: In GCscan phase but no b passed in.");
  Scan scan(mp);
  if (b != 0) wbuf = scanobject(&scan, b, n, ptrmask, wbuf);
  if (scan_only) {
    if (ptrmask == nullptr && inheap(mp, b)) {
      throw_("scanblock: In GCscan phase and inheap is true.");
    }
    wbuf = drain_found(&scan, wbuf);
    putpartial(mp, wbuf);
    return;
  }
  const uintptr used = heap_of(mp).arena_used.load(acquire);
  for (;;) {
    // Somebody waits and finds nothing: give half away. Both reads are hints.
    if (work.nwait.load(relaxed) > 0 && wbuf->nobj > tuning().handoff_threshold) {
      if (work.full.load(relaxed) == 0) wbuf = handoff(mp, wbuf);
    }
    b = next_object(&scan, &wbuf);
    if (b != 0) {
      wbuf = scanobject(&scan, b, used - b, nullptr, wbuf);
      continue;
    }
    if (!keepworking) {
      putempty(mp, wbuf);
      return;
    }
    wbuf = getfull(mp, wbuf);
    if (wbuf == nullptr) return;
    if (wbuf->nobj == 0) throw_("runtime:scanblock getfull returns empty buffer");
  }
}

}  // namespace runtime_core
