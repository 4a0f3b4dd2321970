// Panics: the deferred calls that they run, and the way back (original: gopanic, gorecover,
// recovery, Goexit, printpanics).
#include "runtime_core/panic/panic.h"

#include "runtime_core/mutator/mutator.h"
#include "runtime_core/panic/defer.h"
#include "runtime_core/panic/sigpanic.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

// argp, type, value and link; message, and the two flags.
constexpr u8 panic_words[] = {0xaa, bits_scalar | bits_scalar << 2};
static_assert(sizeof(Panic) == 6 * ptr_size);
constexpr Function gopanic_function = {
    "gopanic", 0, sizeof(Panic) / ptr_size, defer_args_max, nullptr, panic_words, nullptr};
constexpr Function goexit_call = {"Goexit", 0, 0, defer_args_max, nullptr, nullptr, nullptr};

void enter(Goroutine* gp, const Function& f) {
  push_call(gp, f);
  enter_frame(gp, f);
}

// REQUIRES: gopanic's frame is the innermost.
Panic* panic_in_frame(const Goroutine* gp) {
  return reinterpret_cast<Panic*>(gp->sp + gopanic_function.out * ptr_size);
}

// A program's last words.
class Text {
 public:
  void add(const char* s) {
    for (; *s != '\0' && length_ + 1 < sizeof(text_); s++) text_[length_++] = *s;
  }
  const char* c_str() const { return text_; }

 private:
  char text_[256] = {};
  uintptr length_ = 0;
};

// Original: printpanics, the outermost first.
void add_panics(Text* text, const Panic* p) {
  if (p->link != nullptr) {
    add_panics(text, p->link);
    text->add(p->link->recovered != 0 ? " [recovered]; " : "; ");
  }
  text->add("panic: ");
  text->add(p->message != nullptr ? p->message : type_string(p->type));
}

[[noreturn]] void end_program(const Panic* p) {
  Text text;
  add_panics(&text, p);
  fail("runtime.panic", text.c_str());
}

// A call that an earlier panic, or Goexit, was running when this one came: that one is over.
void drop_started(Goroutine* gp, Defer* d) {
  if (d->panic != nullptr) d->panic->aborted = 1;
  store_link(gp->m, &d->panic, static_cast<Panic*>(nullptr));
  d->fn = nullptr;
  set_defers(gp, d->link);
  freedefer(gp->m, d);
}

// Runs the innermost deferred call. Returns what its frame has for the arguments of calls.
uintptr run_deferred(Goroutine* gp, Defer* d, const char* mistake) {
  place_arguments(gp, d);
  call_function(gp, *d->fn);
  if (gp->defers != d) throw_(mistake);
  store_link(gp->m, &d->panic, static_cast<Panic*>(nullptr));
  d->fn = nullptr;
  set_defers(gp, d->link);
  const uintptr argp = d->argp;
  freedefer(gp->m, d);
  return argp;
}

[[noreturn]] void jump_to(Goroutine* gp, Landing* landing) {
  gp->landing = landing;
  __builtin_longjmp(landing->place, 1);
}

// Original: recovery. The function whose calls have their arguments at argp returns.
[[noreturn]] void recovery(Goroutine* gp, uintptr argp) {
  if (argp < gp->stack.lo || argp >= gp->stack.hi) throw_("bad recovery");
  Landing* landing = gp->landing;
  while (landing != nullptr && reinterpret_cast<uintptr>(at_place(gp, landing->sp)) != argp) {
    landing = landing->outer;
  }
  if (landing == nullptr) throw_("bad recovery");
  begin_frame_change(gp);
  gp->sp = argp;
  gp->function = landing->function;
  gp->entered = true;
  end_frame_change(gp);
  note_stack(gp);
  // What is left of its last call is dead.
  for (u32 i = 0; i < landing->function->out; i++) {
    event(Event::slot_store, reinterpret_cast<u64>(&reinterpret_cast<u64*>(argp)[i]), 0, 0);
  }
  jump_to(gp, landing);
}

void check_panic_is_allowed(M* mp) {
  if (on_g0(mp)) throw_("panic on system stack");
  if (mp->mallocing != 0) throw_("panic during malloc");
  if (mp->gcing != 0) throw_("panic during gc");
  if (mp->locks != 0) throw_("panic holding locks");
}

// The frame may move in each call, and the record with it.
[[noreturn]] void run_panic(Goroutine* gp) {
  while (Defer* d = gp->defers) {
    note_dead_frames(gp);
    if (d->started) {
      drop_started(gp, d);
      continue;
    }
    d->started = true;
    store_link(gp->m, &d->panic, gp->panics);
    gp->panics->argp = gp->sp;
    const uintptr argp = run_deferred(gp, d, "bad defer entry in panic");
    gp->panics->argp = 0;
    if (gp->panics->recovered == 0) continue;
    gp->panics = gp->panics->link;
    // Those that this one has interrupted are over with it.
    while (gp->panics != nullptr && gp->panics->aborted != 0) gp->panics = gp->panics->link;
    if (gp->panics == nullptr) gp->sig = 0;
    recovery(gp, argp);
  }
  end_program(gp->panics);
}

[[noreturn]] void start_panic(Goroutine* gp, const Type* type, StackPlace value,
                              const char* message) {
  check_panic_is_allowed(gp->m);
  if (gp->function == goexit_function) fail("runtime.panic", message);  // the runtime's own
  enter(gp, gopanic_function);
  Panic* p = panic_in_frame(gp);
  p->type = type;
  p->message = message;
  if (is_somewhere(value)) {
    const uintptr word = *at_place(gp, value);
    event(Event::slot_store, reinterpret_cast<u64>(&p->value), 0, word);
    p->value = reinterpret_cast<void*>(word);
  }
  p->link = gp->panics;
  gp->panics = p;
  run_panic(gp);
}

}  // namespace

void gopanic(Goroutine* gp, const Type* type, StackPlace value) {
  start_panic(gp, type, value, nullptr);
}

void panicstring(Goroutine* gp, const char* message) { start_panic(gp, nullptr, nowhere, message); }

const Panic* gorecover(Goroutine* gp) {
  Panic* p = gp->panics;
  const uintptr argp = gp->sp + gp->function->frame_bytes() + ptr_size;
  if (p == nullptr || p->recovered != 0 || p->argp != argp) return nullptr;
  p->recovered = 1;
  return p;
}

void goexit(Goroutine* gp) {
  enter(gp, goexit_call);
  while (Defer* d = gp->defers) {
    note_dead_frames(gp);
    if (d->started) {
      drop_started(gp, d);
      continue;
    }
    d->started = true;
    run_deferred(gp, d, "bad defer entry in Goexit");
  }
  Landing* landing = gp->landing;
  while (landing->outer != nullptr) landing = landing->outer;
  jump_to(gp, landing);
}

// A recovery may come here more than once: what is still deferred may panic again.
[[gnu::noinline]] void run_deferring(Goroutine* gp) {
  Landing landing;
  landing.outer = gp->landing;
  landing.sp = place_of(gp, gp->sp);
  landing.function = gp->function;
  gp->landing = &landing;
  if (__builtin_setjmp(landing.place) == 0) {
    Mutator mutator(gp);
    gp->function->body(mutator);
  }
  deferreturn(gp);
  gp->landing = landing.outer;
}

[[gnu::noinline]] void run_until_goexit(Goroutine* gp) {
  Landing landing;
  landing.outer = nullptr;
  landing.sp = nowhere;
  landing.function = nullptr;
  gp->landing = &landing;
  if (__builtin_setjmp(landing.place) == 0) {
    run_function(gp, *gp->function);
  } else {
    gp->fn = nullptr;  // if it is main, the program does not end with it
  }
  gp->landing = nullptr;
}

}  // namespace runtime_core
