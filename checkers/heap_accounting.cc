// heap.accounting: at the end the counters of the heap are what the spans and the events add up to.
#include <memory>

#include "checkers/dense_map.h"
#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::MHeap;
using runtime_core::MSpan;
using runtime_core::page_shift;
using Verdict = std::optional<sim::Finding>;

sim::Finding broken(const char* message) { return {"heap.accounting", message}; }

// What the events add up to.
struct Totals {
  std::uint64_t bytes;  // of blocks that have an owner
  std::uint64_t large_frees;
};

// What the spans add up to.
struct SpanTotals {
  std::uint64_t used_pages = 0, free_pages = 0, large_objects = 0;
  std::uint64_t finalizer_records = 0, profile_records = 0;
};

class HeapAccounting final : public sim::EventObserver {
 public:
  explicit HeapAccounting(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    using enum Event;
    return sim::kinds(alloc_slot, alloc, free_object, free_span, span_counted) | sim::at_end;
  }
  void attach(sim::Space& space) override {
    space_ = &space;
    small_frees_.attach(space, 256);
    totals_ = static_cast<Totals*>(space.allocate_tool(sizeof(Totals)));
    last_freed_ = static_cast<std::uint64_t*>(space.allocate_tool(64 * sizeof(std::uint64_t)));
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::alloc_slot:
        space_->mut(*totals_).bytes += e.b;
        break;
      case Event::alloc:
        if (is_large(e.a)) space_->mut(*totals_).bytes += e.c;
        break;
      case Event::free_object:
        freed(e.b);
        break;
      case Event::free_span:
        space_->mut(last_freed_[e.thread]) = e.c;
        break;
      case Event::span_counted:
        if (e.b != last_freed_[e.thread]) return broken("a sweep reports pages of another span");
        break;
      default:
        break;
    }
    return std::nullopt;
  }

  Verdict on_end() override {
    if (shadow_.runtime == nullptr) return std::nullopt;
    if (Verdict v = check_spans()) return v;
    return check_counters();
  }

 private:
  bool is_large(std::uint64_t block) const {
    const auto shadow = shadow_.heap.block_of(block);
    return shadow && shadow->base == block && shadow->state == BlockState::large;
  }

  void freed(std::uint64_t bytes) {
    Totals& t = space_->mut(*totals_);
    t.bytes -= bytes;
    if (shadow_.heap.freed_state() == BlockState::large) {
      t.large_frees++;
    } else {
      small_frees_.put(bytes, small_frees_.get(bytes, 0) + 1);
    }
  }

  void count_records(const MSpan* s, SpanTotals* sum) const {
    for (const runtime_core::Special* r = s->specials; r != nullptr; r = r->next) {
      const bool finalizer = r->kind == runtime_core::kind_special_finalizer;
      (finalizer ? sum->finalizer_records : sum->profile_records)++;
    }
  }

  Verdict check_spans() const {
    const MHeap& h = shadow_.runtime->heap;
    SpanTotals sum;
    for (std::uint32_t i = 0; i < h.nspan; i++) {
      const MSpan* s = h.allspans[i];
      const std::uint8_t state = s->state.load();
      if (state == runtime_core::span_free) sum.free_pages += s->npages.load();
      if (state == runtime_core::span_stack) sum.used_pages += s->npages.load();
      if (state != runtime_core::span_in_use) continue;
      sum.used_pages += s->npages.load();
      count_records(s, &sum);
      const std::uint64_t owned = shadow_.heap.owned_in(reinterpret_cast<std::uint64_t>(s));
      if (s->sizeclass.load() == 0) {
        sum.large_objects++;
      } else if (s->ref != owned) {
        return broken("a span's count of handed out blocks is wrong");
      }
    }
    const runtime_core::MStats& stats = shadow_.runtime->stats;
    if (stats.heap_inuse != sum.used_pages << page_shift) return broken("heap_inuse is wrong");
    if (stats.heap_idle != sum.free_pages << page_shift) return broken("heap_idle is wrong");
    if (h.specialfinalizeralloc.inuse !=
        sum.finalizer_records * sizeof(runtime_core::SpecialFinalizer)) {
      return broken("finalizer records were leaked or freed twice");
    }
    if (h.specialprofilealloc.inuse != sum.profile_records * sizeof(runtime_core::SpecialProfile)) {
      return broken("profile records were leaked or freed twice");
    }
    return std::nullopt;
  }

  Verdict check_counters() const {
    const MHeap& h = shadow_.runtime->heap;
    const runtime_core::MStats& stats = shadow_.runtime->stats;
    std::uint64_t bytes = stats.heap_alloc.load();
    std::uint64_t large_frees = h.nlargefree;
    std::uint64_t small_frees[runtime_core::num_size_classes];
    for (int i = 0; i < runtime_core::num_size_classes; i++) small_frees[i] = h.nsmallfree[i];
    for (int i = 0; i < runtime_core::max_gomaxprocs; i++) {
      const runtime_core::P* p = shadow_.runtime->allp[i].load();
      if (p == nullptr) break;
      if (p->mcache == nullptr) continue;
      bytes += static_cast<std::uint64_t>(p->mcache->local_cachealloc);
      large_frees += p->mcache->local_nlargefree;
      for (int c = 0; c < runtime_core::num_size_classes; c++) {
        small_frees[c] += p->mcache->local_nsmallfree[c];
      }
    }
    if (bytes != totals_->bytes) return broken("heap_alloc is wrong");
    if (large_frees != totals_->large_frees) return broken("nlargefree is wrong");
    for (int i = 0; i < runtime_core::num_size_classes; i++) {
      const std::uint64_t expected = small_frees_.get(stats.by_size[i].size, 0);
      if (i > 0 && small_frees[i] != expected) return broken("nsmallfree is wrong");
    }
    // The goal starts at or above what is alive and every freed byte lowers both.
    if (stats.next_gc.load() > ~std::uint64_t{0} / 2 && stats.numgc.load() != 0) {
      return broken("the goal of the next collection fell below zero");
    }
    return std::nullopt;
  }

  sim::Space* space_ = nullptr;
  const Shadow& shadow_;
  Totals* totals_ = nullptr;
  DenseMap small_frees_;                 // bytes of a block -> how many were freed
  std::uint64_t* last_freed_ = nullptr;  // thread -> pages of the span it freed last
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_heap_accounting(const Shadow& shadow) {
  return std::make_unique<HeapAccounting>(shadow);
}

}  // namespace checkers
