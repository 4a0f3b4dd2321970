// FreeBSD: umtx in the place of futexes, and thr_new (original: os1_freebsd.go; facts §24.2).
#include "runtime_core/os/print.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr long sys_thr_self = 432, sys_umtx_op = 454, sys_thr_new = 455;
constexpr uintptr umtx_wait_uint_private = 15, umtx_wake_private = 16;
constexpr i64 eintr = 4;

// Original: thrparam.
struct ThrParam {
  void (*start_func)(M*);
  M* arg;
  uintptr stack_base, stack_size;
  uintptr tls_base, tls_size;
  u64* child_tid;
  u64* parent_tid;
  i32 flags;
};

i64 umtx_op(std::atomic<u32>* addr, uintptr operation, u32 val, const Timespec* timeout) {
  return syscall6(sys_umtx_op, address_of(addr), operation, val, 0, address_of(timeout));
}

}  // namespace

// As committed the test can never fail: the kernel's error is a positive number.
void FreeBsd::futexsleep(std::atomic<u32>* addr, u32 val, i64 ns) {
  const Timespec timeout{ns / ns_per_second, ns % ns_per_second};
  const i64 ret = umtx_op(addr, umtx_wait_uint_private, val, ns < 0 ? nullptr : &timeout);
  if (ret < 0 && ret != -eintr) throw_("umtx_wait failed");
}

void FreeBsd::futexwakeup(std::atomic<u32>* addr, u32 cnt) {
  if (umtx_op(addr, umtx_wake_private, cnt, nullptr) >= 0) return;
  PrintBuffer out;
  out.text("umtx_wake_addr=").hex(address_of(addr)).text("\n").write();
}

// As committed the result is not looked at: nobody misses a thread that the kernel refuses.
i64 FreeBsd::new_thread(M* mp, void* stk, void (*fn)(M*)) {
  const auto stack = address_of(stk);
  const ThrParam param{.start_func = fn,
                       .arg = mp,
                       .stack_base = stack,
                       .stack_size = 0,
                       .tls_base = address_of(mp->tls),
                       .tls_size = sizeof mp->tls,
                       .child_tid = &mp->procid,
                       .parent_tid = nullptr,
                       .flags = 0};
  const i64 error = syscall6(sys_thr_new, address_of(&param), sizeof param);
  return rules().thr_new_checked ? -error : 0;
}

u64 FreeBsd::gettid() {
  i64 tid = 0;
  syscall6(sys_thr_self, address_of(&tid));
  return static_cast<u64>(tid);
}

}  // namespace runtime_core
