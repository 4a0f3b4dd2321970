// Signals of the BSDs (original: os1_freebsd.go, os1_openbsd.go; facts §24.2, §24.3).
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr uintptr sig_setmask = 3;
constexpr u32 sa_onstack = 1, sa_restart = 2, sa_siginfo = 0x40;
constexpr u32 ss_disable = 4;
constexpr u32 words_max = 4;

struct BsdSigSet {
  u32 word[words_max];
};
constexpr BsdSigSet make_set(SigSet set) {
  const bool all = set == sigset_all;
  const u32 rest = all ? ~u32{0} : 0;
  return {{static_cast<u32>(set), static_cast<u32>(set >> 32), rest, rest}};
}
constexpr SigSet set_of(const BsdSigSet& set) { return set.word[0] | SigSet{set.word[1]} << 32; }

// FreeBSD: handler, flags, four words of mask. OpenBSD: handler, one word of mask, flags.
struct BsdSigAction {
  uintptr handler;
  u32 word[1 + words_max];
};
struct BsdSigAltStack {
  void* sp;
  uintptr size;
  u32 flags;
};

}  // namespace

// OpenBSD's call takes the mask itself and answers with the old one; its wrapper in the original is
// sigprocmask(how, mask), FreeBSD's has two pointers.
template <const BsdNumbers& numbers>
SigSet Bsd<numbers>::sigprocmask(SigSet set) {
  const BsdSigSet wanted = make_set(set);
  if (numbers.sigset_bytes == sizeof(u32)) {
    return static_cast<SigSet>(syscall6(numbers.sigprocmask, sig_setmask, wanted.word[0]));
  }
  BsdSigSet old{};
  syscall6(numbers.sigprocmask, sig_setmask, address_of(&wanted), address_of(&old));
  return set_of(old);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::setsig(i32 sig, uintptr fn, bool restart) {
  const u32 flags = sa_siginfo | sa_onstack | (restart ? sa_restart : 0);
  constexpr u32 all = ~u32{0};
  BsdSigAction sa{fn, {flags, all, all, all, all}};
  if (numbers.mask_before_flags) sa = {fn, {all, flags}};
  syscall6(numbers.sigaction, static_cast<uintptr>(sig), address_of(&sa), 0);
}

template <const BsdNumbers& numbers>
uintptr Bsd<numbers>::getsig(i32 sig) {
  BsdSigAction sa{};
  syscall6(numbers.sigaction, static_cast<uintptr>(sig), 0, address_of(&sa));
  return sa.handler;
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::signalstack(void* p, uintptr n) {
  const BsdSigAltStack st{p, n, p == nullptr ? ss_disable : 0};
  syscall6(numbers.sigaltstack, address_of(&st), 0);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::setitimer_prof(u32 period_us) {
  const Itimerval it = every(period_us);
  syscall6(numbers.setitimer, itimer_prof, address_of(&it), 0);
}

template SigSet Bsd<freebsd_numbers>::sigprocmask(SigSet);
template void Bsd<freebsd_numbers>::setsig(i32, uintptr, bool);
template uintptr Bsd<freebsd_numbers>::getsig(i32);
template void Bsd<freebsd_numbers>::signalstack(void*, uintptr);
template void Bsd<freebsd_numbers>::setitimer_prof(u32);
template SigSet Bsd<openbsd_numbers>::sigprocmask(SigSet);
template void Bsd<openbsd_numbers>::setsig(i32, uintptr, bool);
template uintptr Bsd<openbsd_numbers>::getsig(i32);
template void Bsd<openbsd_numbers>::signalstack(void*, uintptr);
template void Bsd<openbsd_numbers>::setitimer_prof(u32);

}  // namespace runtime_core
