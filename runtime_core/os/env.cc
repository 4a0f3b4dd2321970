// Environment variables and what the runtime makes of them (original: runtime1.go, env_posix.go).
#include "runtime_core/os/env.h"

#include <cstring>

#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

// What follows `prefix` in `s`, or null.
const char* after(const char* s, const char* prefix) {
  while (*prefix != 0) {
    if (*s++ != *prefix++) return nullptr;
  }
  return s;
}

// What follows "NAME=", or null.
const char* value_of(const char* s, const char* name) {
  const char* rest = after(s, name);
  return rest != nullptr && *rest == '=' ? rest + 1 : nullptr;
}

struct DebugName {
  const char* name;
  i32 DebugVars::*value;
};

constexpr DebugName dbgvars[] = {
    {"allocfreetrace", &DebugVars::allocfreetrace},
    {"efence", &DebugVars::efence},
    {"gctrace", &DebugVars::gctrace},
    {"scavenge", &DebugVars::scavenge},
    {"invalidptr", &DebugVars::invalidptr},
    {"gcdead", &DebugVars::gcdead},
    {"scheddetail", &DebugVars::scheddetail},
    {"schedtrace", &DebugVars::schedtrace},
};

}  // namespace

void args(Runtime* rt, i32 argc, const char* const* argv) {
  rt->process.argc = argc;
  rt->process.argv = argv;
  if (argv != nullptr) sysargs(rt, argc, argv);
}

// Original: goenvs_unix, which copies the strings; nobody frees or changes them here.
void goenvs(Runtime* rt) {
  ProcessInfo& process = rt->process;
  process.envs = process.argv == nullptr ? nullptr : process.argv + process.argc + 1;
  process.envs_known = true;
}

const char* gogetenv(Runtime* rt, const char* key) {
  if (!rt->process.envs_known) throw_("getenv before env init");
  if (rt->process.envs == nullptr) return nullptr;
  for (const char* const* env = rt->process.envs; *env != nullptr; env++) {
    if (const char* value = value_of(*env, key)) return value;
  }
  return nullptr;
}

// As the original's: one minus sign, no overflow check.
i32 goatoi(const char* s) {
  const bool negative = *s == '-';
  if (negative) s++;
  u32 n = 0;
  while (*s >= '0' && *s <= '9') n = n * 10 + static_cast<u32>(*s++ - '0');
  return static_cast<i32>(negative ? 0 - n : n);
}

void parsedebugvars(Runtime* rt) {
  DebugVars& debug = rt->debug;
  debug = {};
  debug.allocfreetrace = static_cast<i32>(tuning().allocfreetrace);
  debug.efence = static_cast<i32>(tuning().efence);
  debug.gctrace = static_cast<i32>(tuning().gctrace);
  const char* p = gogetenv(rt, "GODEBUG");
  while (p != nullptr && *p != 0) {
    for (const DebugName& v : dbgvars) {
      if (const char* value = value_of(p, v.name)) debug.*v.value = goatoi(value);
    }
    while (*p != 0 && *p != ',') p++;
    if (*p == ',') p++;
  }
}

i32 readgogc(Runtime* rt) {
  const char* p = gogetenv(rt, "GOGC");
  if (p == nullptr || *p == 0) return static_cast<i32>(tuning().gc_percent);
  const char* rest = after(p, "off");
  return rest != nullptr && *rest == 0 ? -1 : goatoi(p);
}

void sysargs(Runtime* rt, i32 argc, const char* const* argv) {
  on_system([&](auto s) { s.sysargs(rt, argc, argv); });
}

void get_random_data(Runtime* rt, const u8** rnd, u32* rnd_len) {
  on_system([&](auto s) { s.get_random_data(rt, rnd, rnd_len); });
}

void alginit(Runtime* rt) {
  const u8* rnd;
  u32 n;
  get_random_data(rt, &rnd, &n);
  if (rnd == nullptr) return;
  std::memcpy(rt->process.hashkey, rnd, n < hash_random_bytes ? n : hash_random_bytes);
}

}  // namespace runtime_core
