// Reads the bitmap after the mark, counts frees, and walks the free lists at the end.
#include "cli/native/heap_dump.h"

#include <atomic>
#include <unordered_map>

#include "cli/heap_input.h"
#include "cli/heap_output.h"
#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/special.h"
#include "runtime_core/runtime.h"

namespace cli::native {
namespace {

using namespace runtime_core;
using scenarios::HeapDumpView;

bool is_marked(u64 arena_start, u64 address) {
  u8* byte = bitmap_byte(arena_start, address);
  const u8 bits = std::atomic_ref<u8>(*byte).load(relaxed);
  return (bits >> bitmap_shift(arena_start, address) & bit_marked) != 0;
}

class HeapDumpObserver final : public Observer {
 public:
  HeapDumpObserver(std::unique_ptr<LoadedHeap> heap, std::string output)
      : heap_(std::move(heap)), output_(std::move(output)), freed_(heap_->input.objects) {
    // The hooks carry no context; there is one run in a process.
    the_observer = this;
  }

  const scenarios::HeapInput& input() const { return heap_->input; }

  void after_setup(scenarios::Env& env) override {
    view_ = static_cast<HeapDumpView*>(env.state);
    view_->marked = [](const HeapDumpView&) { the_observer->read_marks(); };
    view_->rt->hooks.tracefree = [](M*, void* p, uintptr) { the_observer->note_free(p); };
  }

  void after_finish(const scenarios::Env&, Figures& figures) override {
    check_free_lists();
    figures.add("objects_loaded", heap_->input.objects);
    figures.add("object_bytes_loaded", heap_->object_bytes);
    figures.add("root_words", heap_->root_words);
    figures.add("objects_marked", marked_);
    figures.add("object_bytes_marked", marked_bytes_);
    add_swept(figures);
    add_runtime_figures(figures);
    if (!output_.empty()) write_survivors(figures);
  }

 private:
  static HeapDumpObserver* the_observer;

  // No thread sweeps yet; allocations by others are over.
  void read_marks() {
    for (u64 i = 0; i < heap_->input.objects; i++) {
      const u64 address = view_->address[i];
      index_[address] = i;
      const bool marked = is_marked(view_->arena_start, address);
      if (marked != heap_->reachable[i]) {
        fail("mark.exact", marked ? "an object is marked but not reachable"
                                  : "an object is reachable but not marked");
      }
      if (!marked) continue;
      marked_++;
      marked_bytes_ += heap_->input.size[i];
    }
  }

  // By any sweeping thread. The index is complete: nothing was swept before.
  void note_free(void* p) {
    const auto at = index_.find(reinterpret_cast<u64>(p));
    if (at == index_.end()) fail("alloc.single_owner", "a block was freed that nobody allocated");
    if (heap_->reachable[at->second]) {
      fail("mark.no_lost_object", "an object that is reachable in the dump was swept");
    }
    if (freed_[at->second].fetch_add(1, relaxed) != 0) {
      fail("alloc.single_owner", "an object was freed twice");
    }
  }

  // What is free now was freed, or never was an object.
  void check_free_lists() const {
    const MHeap& h = view_->rt->heap;
    for (u32 i = 0; i < h.nspan; i++) {
      const MSpan* s = h.allspans[i];
      if (s->state.load(relaxed) != span_in_use) continue;
      for (MLink* link = s->freelist; link != nullptr; link = link->next) {
        const auto at = index_.find(reinterpret_cast<u64>(link));
        if (at == index_.end() || freed_[at->second].load(relaxed) != 0) continue;
        fail("mark.no_lost_object", "an object is on a free list and nobody freed it");
      }
    }
  }

  void add_swept(Figures& figures) const {
    u64 objects = 0, bytes = 0;
    for (u64 i = 0; i < freed_.size(); i++) {
      if (freed_[i].load(relaxed) == 0) continue;
      objects++;
      bytes += heap_->input.size[i];
    }
    figures.add("objects_swept", objects);
    figures.add("object_bytes_swept", bytes);
  }

  void add_runtime_figures(Figures& figures) const {
    Runtime* rt = view_->rt;
    M* first = rt->allm.load(relaxed);
    u64 queued = 0, handed_off = 0;
    iterate_finq(first, &queued,
                 [](void* count, const Finalizer*) { ++*static_cast<u64*>(count); });
    for (M* m = first; m != nullptr; m = m->alllink) handed_off += m->gcstats.nhandoff != 0;
    figures.add("finalizers_queued", queued);
    // Each pass counts as a collection of its own (facts A-16).
    figures.add("checkmark_passes", rt->stats.numgc.load(relaxed) - rt->work.cycles.load(relaxed));
    figures.add("markers", rt->work.nproc);
    figures.add("markers_that_handed_off", handed_off);
  }

  void write_survivors(Figures& figures) const {
    std::vector<bool> swept(freed_.size());
    for (u64 i = 0; i < freed_.size(); i++) swept[i] = freed_[i].load(relaxed) != 0;
    const auto written = traces::write_heap_dump(output_, dump_survivors(*heap_, *view_, swept));
    if (!written) figures.set_error(output_ + ": " + written.error.describe());
  }

  std::unique_ptr<LoadedHeap> heap_;
  std::string output_;
  HeapDumpView* view_ = nullptr;
  std::unordered_map<u64, u64> index_;  // by address; looked up, never iterated
  std::vector<std::atomic<u8>> freed_;
  u64 marked_ = 0, marked_bytes_ = 0;
};

HeapDumpObserver* HeapDumpObserver::the_observer = nullptr;

}  // namespace

namespace {

// Reachability changes while it is collected: only the runtime's own checks look.
class ChangingHeap final : public Observer {
 public:
  explicit ChangingHeap(std::unique_ptr<LoadedHeap> heap) : heap_(std::move(heap)) {}
  const scenarios::HeapInput& input() const { return heap_->input; }

 private:
  std::unique_ptr<LoadedHeap> heap_;
};

}  // namespace

std::unique_ptr<Observer> observe_changing_heap(const Options& options, scenarios::Env& env,
                                                std::string* error) {
  if (options.input.empty()) {
    *error = "heap-dump --concurrent needs --input FILE, a Go heap dump";
    return nullptr;
  }
  auto heap = load_heap(options.input, error);
  if (!heap) return nullptr;
  auto observer = std::make_unique<ChangingHeap>(std::move(heap));
  env.input = &observer->input();
  return observer;
}

std::unique_ptr<Observer> observe_heap_dump(const Options& options, scenarios::Env& env,
                                            std::string* error) {
  if (options.input.empty()) {
    *error = "heap-dump needs --input FILE, a Go heap dump";
    return nullptr;
  }
  auto heap = load_heap(options.input, error);
  if (!heap) return nullptr;
  auto observer = std::make_unique<HeapDumpObserver>(std::move(heap), options.output);
  env.input = &observer->input();
  return observer;
}

}  // namespace cli::native
