// The allocation trace: an event's line, then who caused it (original: tracealloc..tracegc).
#include "runtime_core/heap/alloctrace.h"

#include "runtime_core/os/print.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr u32 skipped_frames = 3;  // of the allocator and the tracer
constexpr u32 frames_max = 100;    // original: TracebackMaxFrames

// Threads stand for goroutines here, numbered from one.
void print_header(PrintBuffer* out, const M* mp, const char* state) {
  out->text("goroutine ").number(static_cast<u64>(mp->id) + 1).text(" [").text(state).text("]:\n");
}

void print_frame(M* mp, PrintBuffer* out, uintptr pc, bool is_caller) {
  const DumpProgram* program = mp->rt->hooks.dump_program;
  DumpLine line{};
  if (program != nullptr && program->describe_pc != nullptr &&
      program->describe_pc(program->context, pc, is_caller, &line)) {
    out->text(line.function).text("(...)\n\t").text(line.file).text(":").number(line.line);
  } else {
    out->text("?(...)\n\t?:0");
  }
  out->text(" pc=").hex(pc).text("\n");
}

// The caller's stack; REQUIRES: tracelock.
void print_caller(M* mp, PrintBuffer* out) {
  print_header(out, mp, "running");
  const auto callers = mp->rt->hooks.callers;
  if (callers != nullptr) {
    uintptr pcs[frames_max];
    const u32 n = callers(mp, skipped_frames, pcs, frames_max);
    for (u32 i = 0; i < n; i++) print_frame(mp, out, pcs[i], i > 0);
  }
  out->text("\n").write();
}

}  // namespace

void tracealloc(M* mp, void* p, uintptr size, const Type* type) {
  lock(mp, &mp->rt->tracelock);
  printlock(mp);
  PrintBuffer out;
  out.text("tracealloc(").pointer(p).text(", ").hex(size);
  if (type != nullptr) out.text(", ").text(type_string(type));
  out.text(")\n");
  print_caller(mp, &out);
  printunlock(mp);
  unlock(mp, &mp->rt->tracelock);
}

void tracefree(M* mp, void* p, uintptr size) {
  lock(mp, &mp->rt->tracelock);
  printlock(mp);
  PrintBuffer out;
  out.text("tracefree(").pointer(p).text(", ").hex(size).text(")\n");
  print_caller(mp, &out);
  printunlock(mp);
  unlock(mp, &mp->rt->tracelock);
}

// The world is stopped: names all threads, whose stacks cannot be walked from here.
void tracegc(M* mp) {
  lock(mp, &mp->rt->tracelock);
  printlock(mp);
  PrintBuffer out;
  out.text("tracegc()\n");
  for (M* m = mp->rt->allm.load(acquire); m != nullptr; m = m->alllink) {
    print_header(&out, m, m == mp ? "garbage collection" : "stopped");
  }
  out.text("end tracegc\n\n").write();
  printunlock(mp);
  unlock(mp, &mp->rt->tracelock);
}

}  // namespace runtime_core
