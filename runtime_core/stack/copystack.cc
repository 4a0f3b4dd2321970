// A stack moves: frames are copied, and what points into them follows (original: adjustframe,
// copystack, shrinkstack, shrinkfinish; facts §18).
//
// The original has other pointers into stacks to adjust: of deferred calls, panics and waiting
// channel operations. The closure context does not exist here.
#include <cstring>

#include "runtime_core/runtime.h"
#include "runtime_core/stack/frame.h"
#include "runtime_core/stack/stack.h"

namespace runtime_core {

namespace {

constexpr int fill_fresh = 0xfd, fill_unused = 0xfb, fill_old = 0xfc;

struct AdjustInfo {
  const DebugVars* debug;
  Stack old;
  uintptr delta;  // from the old place of a word to its new one
};

void fillstack(Stack stk, int byte) {
  if (tuning().stack_poison_copy == 0) return;
  std::memset(reinterpret_cast<void*>(stk.lo), byte, stk.hi - stk.lo);
}

bool is_junk(const AdjustInfo& info, uintptr p) {
  if (p == poison_gc || p == poison_stack) return true;
  return p != 0 && p < page_size && info.debug->invalidptr != 0;
}

// Original: adjustpointers. As in the C version, and not as committed, arguments are not
// looked at for junk: the caller may have left some.
void adjust_words(const AdjustInfo& info, uintptr at, u32 words, const u8* map, bool is_local) {
  for (u32 i = 0; i < words; i++) {
    uintptr& word = reinterpret_cast<uintptr*>(at)[i];
    switch (word_type(map, i)) {
      case bits_dead:
        if (info.debug->gcdead != 0) word = poison_stack;
        break;
      case bits_scalar:
        break;
      case bits_pointer:
        if (is_local && is_junk(info, word)) throw_("invalid stack pointer");
        if (info.old.lo <= word && word < info.old.hi) word += info.delta;
        break;
      default:
        throw_("unexpected pointer bits");
    }
  }
}

// Original: adjustpointer. Markers may be reading it: where it points matters to nobody but the
// goroutine and who holds it.
void adjust_word(const AdjustInfo& info, uintptr* word) {
  if (*word < info.old.lo || *word >= info.old.hi) return;
  std::atomic_ref<uintptr>(*word).store(*word + info.delta, relaxed);
}
template <class T>
void adjust_pointer(const AdjustInfo& info, T** pointer) {
  adjust_word(info, reinterpret_cast<uintptr*>(pointer));
}

// What a channel writes to, or reads from, while the goroutine waits.
void adjustsudogs(const AdjustInfo& info, Goroutine* gp) {
  if (!rules().copystack_adjusts_sudogs) return;
  for (Sudog* s = gp->waiting; s != nullptr; s = s->waitlink) {
    adjust_pointer(info, &s->elem);
    adjust_pointer(info, &s->selectdone);
  }
}

// The arguments as those of a frame, and the pointers of the records, which are never on a stack.
void adjustdefers(const AdjustInfo& info, Goroutine* gp) {
  if (!rules().copystack_adjusts_defers) return;
  for (Defer* d = gp->defers; d != nullptr; d = d->link) {
    const u32 args = d->fn != nullptr ? d->fn->args : 0;
    if (args > 0) {
      adjust_words(info, reinterpret_cast<uintptr>(d->args()), args, d->fn->args_map, false);
    }
    for (u32 i = 0; i < args; i++) {
      event(Event::slot_store, reinterpret_cast<u64>(&d->args()[i]), 0, d->args()[i]);
    }
    adjust_word(info, &d->argp);
    adjust_pointer(info, &d->panic);
  }
}

// Original: adjustframe. Arguments are adjusted with the frame that they were passed to.
void adjustframe(const AdjustInfo& info, const Frame& frame) {
  const Function* f = frame.function;
  if (frame.dead) return;
  if (frame.locals != 0 && f->locals > 0) {
    if (f->locals_map == nullptr) throw_("missing stackmap");
    adjust_words(info, frame.locals, f->locals, f->locals_map, true);
  }
  if (f->args == 0 || !rules().copystack_adjusts_arguments) return;
  if (f->args_map == nullptr) throw_("missing stackmap");
  adjust_words(info, frame.args, f->args, f->args_map, false);
}

// A marker may be about to look a pointer into it up; so its span must not become free before
// marking has ended. The memory itself says which one is next.
void queue_free(M* mp, Stack old) {
  StackPool& pool = *mp->rt->stacks;
  lock(mp, &pool.lock);
  *reinterpret_cast<Stack*>(old.lo) = pool.freequeue;
  pool.freequeue = old;
  unlock(mp, &pool.lock);
}

// As committed (L08) it waits for the status that it has read.
u32 start_copying(Goroutine* gp) {
  if (rules().shrink_takes_either_status) return casgcopystack(gp);
  const u32 old_status = readgstatus(gp) & ~g_scan;
  if (old_status != g_waiting && old_status != g_runnable) {
    throw_("status is not Gwaiting or Grunnable");
  }
  casgstatus(gp, old_status, g_copystack);
  return old_status;
}

}  // namespace

void copystack(M* mp, Goroutine* gp, uintptr newsize) {
  if (gp->syscallsp != 0) throw_("stack growth not allowed in system call");
  const Stack old = gp->stack;
  if (old.lo == 0) throw_("nil stackbase");
  const uintptr used = old.hi - gp->sp;
  const Stack fresh = stackalloc(mp, newsize);
  fillstack(fresh, fill_fresh);
  const AdjustInfo info{&mp->rt->debug, old, fresh.hi - old.hi};
  for_each_frame(gp, [&](const Frame& frame) { adjustframe(info, frame); });
  adjustdefers(info, gp);
  adjust_pointer(info, &gp->panics);  // the records lie in frames; original: adjustpanics
  adjustsudogs(info, gp);
  fillstack(fresh, fill_unused);
  std::memmove(reinterpret_cast<void*>(fresh.hi - used), reinterpret_cast<void*>(gp->sp), used);
  gp->stack = fresh;
  gp->sp = fresh.hi - used;
  gp->stackguard0.store(stackguard_of(gp), relaxed);
  note_stack(gp);
  fillstack(old, fill_old);
  if (newsize > old.hi - old.lo || !rules().shrunk_stack_waits) {
    stackfree(mp, old);
  } else {
    queue_free(mp, old);
  }
}

void shrinkstack(M* mp, Goroutine* gp) {
  if (readgstatus(gp) == g_dead) {
    // It gets another one when it is used again.
    if (gp->stack.lo != 0) stackfree(mp, gp->stack);
    gp->stack = {};
    return;
  }
  if (gp->stack.lo == 0) return;  // it runs no Go function
  const uintptr oldsize = gp->stack.hi - gp->stack.lo;
  const uintptr newsize = oldsize / 2;
  if (newsize < fixed_stack) return;
  const uintptr used = gp->stack.hi - gp->sp;
  if (used >= oldsize / 4) return;
  // What it has called may write to its frames.
  if (rules().shrink_spares_syscalls && gp->syscallsp != 0) return;
  const u32 old_status = start_copying(gp);
  copystack(mp, gp, newsize);
  casgstatus(gp, g_copystack, old_status);
}

void shrinkfinish(M* mp) {
  StackPool* pool = mp->rt->stacks;
  if (pool == nullptr) return;
  lock(mp, &pool->lock);
  Stack s = pool->freequeue;
  pool->freequeue = {};
  unlock(mp, &pool->lock);
  while (s.lo != 0) {
    const Stack next = *reinterpret_cast<Stack*>(s.lo);
    stackfree(mp, s);
    s = next;
  }
}

}  // namespace runtime_core
