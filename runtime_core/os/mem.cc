// Memory from the system that the program runs on (original: mem_linux.go, mem_bsd.go).
#include "runtime_core/os/mem.h"

#include "runtime_core/os/systems.h"

namespace runtime_core {

void* sys_alloc(uintptr n, std::atomic<u64>* stat) {
  return on_system([&](auto s) { return s.sys_alloc(n, stat); });
}
void sys_unused(void* v, uintptr n) {
  on_system([&](auto s) { s.sys_unused(v, n); });
}
// On every system the next access brings the pages back.
void sys_used(void*, uintptr) {}
void sys_free(void* v, uintptr n, std::atomic<u64>* stat) {
  on_system([&](auto s) { s.sys_free(v, n, stat); });
}
void sys_fault(void* v, uintptr n) {
  on_system([&](auto s) { s.sys_fault(v, n); });
}
void* sys_reserve(void* hint, uintptr n, bool* reserved) {
  return on_system([&](auto s) { return s.sys_reserve(hint, n, reserved); });
}
void sys_map(void* v, uintptr n, bool reserved, std::atomic<u64>* stat) {
  on_system([&](auto s) { s.sys_map(v, n, reserved, stat); });
}

}  // namespace runtime_core
