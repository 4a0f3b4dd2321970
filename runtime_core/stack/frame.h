// Frames of goroutines as explicit data: what the original's compiler knows of a function, and the
// walk over the frames of a stack (original: _func and its funcdata, gentraceback; facts §18, §22).
//
// A frame from the top down: the arguments and results, in the frame of the caller; the word that
// the call pushed, which says who the caller is; the locals; room for the arguments of calls.
//
// Threads: frames belong to the goroutine; others look while they hold it (sched/g.h).
#pragma once

#include "runtime_core/sched/g.h"

namespace runtime_core {

class Mutator;

// Two bits a word, from the first word up: bits_dead, bits_scalar, bits_pointer.
inline u8 word_type(const u8* map, uintptr word) {
  return static_cast<u8>(map[word / pointers_per_byte] >>
                         (word % pointers_per_byte * bits_per_pointer)) &
         bits_mask;
}

// Maps of words of one kind.
inline constexpr uintptr word_map_max = 256;
struct WordMap {
  u8 bytes[word_map_max / pointers_per_byte];
};
constexpr WordMap make_word_map(u8 type) {
  WordMap map{};
  for (u8& b : map.bytes) b = static_cast<u8>(type << 6 | type << 4 | type << 2 | type);
  return map;
}
inline constexpr WordMap pointer_words = make_word_map(bits_pointer);
inline constexpr WordMap scalar_words = make_word_map(bits_scalar);

// A constant of the program.
struct Function {
  const char* name;
  u32 args;    // words of arguments and results
  u32 locals;  // words
  u32 out;     // words for the arguments and results of what it calls
  const u8* args_map;
  const u8* locals_map;
  void (*body)(Mutator& m);
  bool defers = false;  // it may defer calls

  uintptr frame_bytes() const { return (uintptr{locals} + out) * ptr_size; }
};

struct Frame {
  const Function* function;
  uintptr locals;  // address of the first one; 0: the frame has not been made yet
  uintptr args;    // likewise
  bool dead;       // a fault has ended it, and what it has deferred (original: continpc is 0)
};

// What the goroutine returns to when its first function is over (original: goexit).
inline constexpr const Function* goexit_function = nullptr;

// While these two are at work a signal handler does not look: the three words fit no frame then.
inline void begin_frame_change(Goroutine* gp) {
  gp->frames_change = true;
  std::atomic_signal_fence(seq_cst);
}
inline void end_frame_change(Goroutine* gp) {
  std::atomic_signal_fence(seq_cst);
  gp->frames_change = false;
}

// In the middle of it: here a handler finds them torn.
inline void amid_frame_change() { std::atomic_signal_fence(seq_cst); }

// A call: what the caller pushes. The arguments are there.
inline void push_call(Goroutine* gp, const Function& f) {
  begin_frame_change(gp);
  gp->sp -= ptr_size;
  *reinterpret_cast<const Function**>(gp->sp) = gp->function;
  amid_frame_change();
  gp->function = &f;
  gp->entered = false;
  end_frame_change(gp);
}

// What a fault calls, from anywhere (panic/sigpanic.h). Nothing in the caller's frame is used after
// it, unless the caller has deferred calls: a recovery returns from it, with its results.
extern const Function sigpanic_function;
// Whether the frame with that stack pointer has (panic/defer.cc).
bool has_deferred(const Goroutine* gp, uintptr sp);

// Calls f(frame) for each frame, innermost first.
template <class F>
inline void for_each_frame(const Goroutine* gp, F f) {
  uintptr sp = gp->sp;
  bool entered = gp->entered;
  const Function* callee = nullptr;
  for (const Function* fn = gp->function; fn != goexit_function;) {
    const uintptr varp = entered ? sp + fn->frame_bytes() : sp;
    const uintptr fp = varp + ptr_size;
    if (varp < gp->stack.lo || fp > gp->stack.hi) throw_("traceback stuck");
    const bool dead = callee == &sigpanic_function && !has_deferred(gp, sp);
    f(Frame{fn, entered ? sp + fn->out * ptr_size : 0, fp, dead});
    callee = fn;
    fn = *reinterpret_cast<const Function* const*>(varp);
    sp = fp;
    entered = true;
  }
}

}  // namespace runtime_core
