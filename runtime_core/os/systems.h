// The systems that the runtime knows, each with what differs between them; os.cc and mem.cc choose
// by tuning().kernel. Adding one is a file and an entry here.
//
// Threads: any. Errors: those of os.h, mem.h, thread.h and signal.h.
#pragma once

#include "runtime_core/os/signal.h"
#include "runtime_core/probe.h"

namespace runtime_core {

struct CounterEnds;
struct G;
struct M;
struct NetPoll;
struct PollDesc;
struct Runtime;

enum class System : u32 { linux, freebsd, openbsd };

inline constexpr i64 ns_per_second = 1'000'000'000;
struct Timespec {
  i64 sec, nsec;
};

template <class T>
uintptr address_of(T* p) {
  return reinterpret_cast<uintptr>(p);
}

struct Timeval {
  i64 sec, usec;
};
struct Itimerval {
  Timeval interval, value;
};
inline constexpr uintptr itimer_prof = 2;
constexpr Itimerval every(u32 us) {
  const Timeval t{us / 1'000'000, us % 1'000'000};
  return {t, t};
}

struct Linux {
  static void futexsleep(std::atomic<u32>* addr, u32 val, i64 ns);
  static void futexwakeup(std::atomic<u32>* addr, u32 cnt);
  static i32 semasleep(M* mp, i64 ns);
  static void semawakeup(M* mp);

  static void osyield();
  static void usleep(u32 us);
  static i64 nanotime();
  static i64 walltime();
  static i32 getproccount();
  [[noreturn]] static void exit(i32 code);
  static void write_error(const char* text);

  static i64 new_thread(M* mp, void* stk, void (*fn)(M*));  // -errno: there is none
  static u64 gettid();

  static void* sys_alloc(uintptr n, std::atomic<u64>* stat);
  static void sys_unused(void* v, uintptr n);
  static void sys_free(void* v, uintptr n, std::atomic<u64>* stat);
  static void sys_fault(void* v, uintptr n);
  static void* sys_reserve(void* hint, uintptr n, bool* reserved);
  static void sys_map(void* v, uintptr n, bool reserved, std::atomic<u64>* stat);

  static constexpr i32 fpe_intdiv = 1, fpe_intovf = 2;
  static SigSet sigprocmask(SigSet set);
  static void setsig(i32 sig, uintptr fn, bool restart);
  static uintptr getsig(i32 sig);
  static void signalstack(void* p, uintptr n);
  static void setitimer_prof(u32 period_us);

  static void sysargs(Runtime* rt, i32 argc, const char* const* argv);
  static void get_random_data(Runtime* rt, const u8** rnd, u32* rnd_len);

  static constexpr u64 counter_max = ~u64{0} - 1;
  static i64 open_counter(CounterEnds* ends);
  static i64 read_counter(i32 fd, u64* value);
  static i64 write_counter(i32 fd, u64 value);

  static bool netpollinit(NetPoll* np);
  static bool netpolladd(NetPoll* np, i32 fd, PollDesc* pd);
  static bool netpolldel(NetPoll* np, i32 fd);
  static i64 netpollonce(NetPoll* np, bool block, G** list);
};

// Numbers and shapes in which the two BSDs differ, in calls that both have.
struct BsdNumbers {
  long clock_gettime, nanosleep, sched_yield, sigprocmask, sigaction, sigaltstack, setitimer, mmap,
      kqueue, kevent;
  uintptr clock_monotonic;
  uintptr madv_free;
  uintptr sigset_bytes;    // 32 bits a word
  bool mask_before_flags;  // in a sigaction
  bool urandom;            // where random bytes come from
};

inline constexpr u64 bsd_pipe_bytes = 16384;  // what a pipe holds

template <const BsdNumbers& numbers>
struct Bsd {
  static void osyield();
  static void usleep(u32 us);
  static i64 nanotime();
  static i64 walltime();
  static i32 getproccount();
  [[noreturn]] static void exit(i32 code);
  static void write_error(const char* text);

  static void* sys_alloc(uintptr n, std::atomic<u64>* stat);
  static void sys_unused(void* v, uintptr n);
  static void sys_free(void* v, uintptr n, std::atomic<u64>* stat);
  static void sys_fault(void* v, uintptr n);
  static void* sys_reserve(void* hint, uintptr n, bool* reserved);
  static void sys_map(void* v, uintptr n, bool reserved, std::atomic<u64>* stat);

  static SigSet sigprocmask(SigSet set);
  static void setsig(i32 sig, uintptr fn, bool restart);
  static uintptr getsig(i32 sig);
  static void signalstack(void* p, uintptr n);
  static void setitimer_prof(u32 period_us);

  static void sysargs(Runtime*, i32, const char* const*) {}  // no auxiliary vector is read
  static void get_random_data(Runtime* rt, const u8** rnd, u32* rnd_len);

  static constexpr u64 counter_max = bsd_pipe_bytes;
  static i64 read_counter(i32 fd, u64* value);
  static i64 write_counter(i32 fd, u64 value);

  static bool netpollinit(NetPoll* np);
  static bool netpolladd(NetPoll* np, i32 fd, PollDesc* pd);
  static bool netpolldel(NetPoll*, i32) { return true; }  // closing the descriptor is enough
  static i64 netpollonce(NetPoll* np, bool block, G** list);
};

inline constexpr BsdNumbers freebsd_numbers = {232, 240, 331, 340, 416, 53,    83,   477,
                                               362, 363, 4,   5,   16,  false, false};
inline constexpr BsdNumbers openbsd_numbers = {87,  91, 298, 48, 46, 288,  69,  197,
                                               269, 72, 3,   6,  4,  true, true};

struct FreeBsd : Bsd<freebsd_numbers> {
  static constexpr i32 fpe_intdiv = 2, fpe_intovf = 1;
  static void futexsleep(std::atomic<u32>* addr, u32 val, i64 ns);
  static void futexwakeup(std::atomic<u32>* addr, u32 cnt);
  // It has futexes: the runtime asks for no semaphores, and a stand-in is built on them.
  static i32 semasleep(M* mp, i64 ns) { return Linux::semasleep(mp, ns); }
  static void semawakeup(M* mp) { Linux::semawakeup(mp); }
  static i64 new_thread(M* mp, void* stk, void (*fn)(M*));
  static u64 gettid();
  static i64 open_counter(CounterEnds* ends);
};

struct OpenBsd : Bsd<openbsd_numbers> {
  static constexpr i32 fpe_intdiv = 1, fpe_intovf = 2;
  static void futexsleep(std::atomic<u32>*, u32, i64) { throw_("futexsleep on openbsd"); }
  static void futexwakeup(std::atomic<u32>*, u32) { throw_("futexwakeup on openbsd"); }
  static i32 semasleep(M* mp, i64 ns);
  static void semawakeup(M* mp);
  static i64 new_thread(M* mp, void* stk, void (*fn)(M*));
  static u64 gettid();
  static i64 open_counter(CounterEnds* ends);
};

// f(S()) for the system S that the program runs on; natively that is Linux.
template <class F>
inline auto on_system(F f) {
  if constexpr (simulated) {
    switch (static_cast<System>(tuning().kernel)) {
      case System::freebsd:
        return f(FreeBsd());
      case System::openbsd:
        return f(OpenBsd());
      case System::linux:
        break;
    }
  }
  return f(Linux());
}

}  // namespace runtime_core
