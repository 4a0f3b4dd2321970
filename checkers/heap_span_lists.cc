// heap.span_lists: at the end every span is on the one list of its state, the span table points
// back at it, and its free list holds each free block once.
#include <memory>
#include <set>

#include "checkers/shadow.h"
#include "runtime_core/heap/msize.h"

namespace checkers {
namespace {

using runtime_core::max_mheap_list;
using runtime_core::MHeap;
using runtime_core::MSpan;
using runtime_core::num_size_classes;
using Verdict = std::optional<sim::Finding>;

sim::Finding broken(const char* message) { return {"heap.span_lists", message}; }

// Every list of one heap, with what its spans must be like.
struct ListKind {
  std::uint8_t state;
  std::uint64_t npages;  // 0: any
  int sizeclass;         // -1: any
  bool has_free_block;
};

class HeapSpanLists final : public sim::EventObserver {
 public:
  explicit HeapSpanLists(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override { return sim::at_end; }
  Verdict on_event(const sim::ObservedEvent&) override { return std::nullopt; }

  Verdict on_end() override {
    if (shadow_.runtime == nullptr) return std::nullopt;
    listed_.clear();
    if (Verdict v = check_lists(shadow_.runtime->heap)) return v;
    return check_spans(shadow_.runtime->heap);
  }

 private:
  Verdict check_lists(const MHeap& h) {
    for (int i = 0; i < max_mheap_list; i++) {
      const auto pages = static_cast<std::uint64_t>(i);
      if (Verdict v = walk(h.free[i], {runtime_core::span_free, pages, -1, false})) return v;
      if (Verdict v = walk(h.busy[i], {runtime_core::span_in_use, pages, 0, false})) return v;
    }
    if (Verdict v = walk(h.freelarge, {runtime_core::span_free, 0, -1, false})) return v;
    if (Verdict v = walk(h.busylarge, {runtime_core::span_in_use, 0, 0, false})) return v;
    for (int i = 1; i < num_size_classes; i++) {
      const runtime_core::MCentral& c = h.central[i].mcentral;
      if (Verdict v = walk(c.nonempty, {runtime_core::span_in_use, 0, i, true})) return v;
      if (Verdict v = walk(c.empty, {runtime_core::span_in_use, 0, i, false})) return v;
    }
    return std::nullopt;
  }

  Verdict walk(const MSpan& list, const ListKind& kind) {
    const MSpan* before = &list;
    for (const MSpan* s = list.next.load(); s != &list; s = s->next.load()) {
      if (s == nullptr || s->prev.load() != before) return broken("a list of spans is cut");
      if (!listed_.insert(s).second) return broken("a span is on two lists, or twice on one");
      if (s->state.load() != kind.state) return broken("a span is on a list of another state");
      if (kind.npages != 0 && s->npages.load() != kind.npages) {
        return broken("a span is on the list of another length");
      }
      if (kind.sizeclass >= 0 && s->sizeclass.load() != kind.sizeclass) {
        return broken("a span is on the list of another size class");
      }
      if (kind.has_free_block && s->freelist == nullptr) {
        return broken("a full span is on the list of spans with a free block");
      }
      before = s;
    }
    if (list.prev.load() != before) return broken("a list of spans is cut");
    return std::nullopt;
  }

  Verdict check_spans(const MHeap& h) {
    std::uint64_t pages = 0;
    for (std::uint32_t i = 0; i < h.nspan; i++) {
      const MSpan* s = h.allspans[i];
      const std::uint8_t state = s->state.load();
      if (state == runtime_core::span_dead) continue;
      pages += s->npages.load();
      const bool is_listed = listed_.count(s) != 0;
      if (state == runtime_core::span_stack) {
        if (is_listed) return broken("a stack span is on a list");
      } else if (!is_listed) {
        return broken("a span is on no list");
      }
      if (Verdict v = check_table(h, s)) return v;
      if (state != runtime_core::span_in_use || s->sizeclass.load() == 0) continue;
      if (Verdict v = check_free_list(s)) return v;
    }
    const std::uint64_t used = h.arena_used.load() - h.arena_start;
    if (!shadow_.runtime->small_layout && pages << runtime_core::page_shift != used) {
      return broken("the spans do not add up to the arena");
    }
    return std::nullopt;
  }

  static Verdict check_table(const MHeap& h, const MSpan* s) {
    const std::uint64_t first = s->start.load() - (h.arena_start >> runtime_core::page_shift);
    const std::uint64_t count = s->npages.load();
    const bool ends_only = s->state.load() == runtime_core::span_free;
    for (std::uint64_t page = 0; page < count; page++) {
      if (ends_only && page != 0 && page + 1 != count) continue;
      if (h.spans[first + page].load() != s) return broken("the span table misses a span");
    }
    return std::nullopt;
  }

  // As many different blocks as the shadow heap says are free, all of them in the span.
  Verdict check_free_list(const MSpan* s) const {
    const std::uint64_t start = s->start.load() << runtime_core::page_shift;
    const std::uint64_t size = s->elemsize.load();
    const std::uint64_t capacity = (s->npages.load() << runtime_core::page_shift) / size;
    std::uint64_t length = 0;
    for (const runtime_core::MLink* link = s->freelist; link != nullptr; link = link->next) {
      const auto at = reinterpret_cast<std::uint64_t>(link);
      if (++length > capacity) return broken("a free list is a ring");
      if (at - start >= capacity * size || (at - start) % size != 0) {
        return broken("a free list leaves its span");
      }
      if (shadow_.heap.is_owned(at)) return broken("a block with an owner is on a free list");
    }
    const std::uint64_t owned = shadow_.heap.owned_in(reinterpret_cast<std::uint64_t>(s));
    if (length + owned != capacity) {
      return sim::Finding{"heap.no_leak", "a block has no owner and is on no free list"};
    }
    return std::nullopt;
  }

  const Shadow& shadow_;
  std::set<const MSpan*> listed_;  // of one on_end
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_heap_span_lists(const Shadow& shadow) {
  return std::make_unique<HeapSpanLists>(shadow);
}

}  // namespace checkers
