// What the kernel hands to a new process, and the variables in it that the runtime reads (original:
// runtime1.go, env_posix.go, os_linux.go; facts §24.1, §27).
//
// Threads: all of it during the start, by the bootstrap M alone; the results are constant after it.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct Runtime;

inline constexpr u32 hash_random_bytes = 32;

// Original: debug, dbgvars. The first four are in effect; the others wait for goroutines, their
// stacks and sysmon.
struct DebugVars {
  i32 allocfreetrace;
  i32 efence;
  i32 gctrace;
  i32 scavenge;
  i32 invalidptr;  // documented as 1, zero as committed
  i32 gcdead;
  i32 scheddetail;
  i32 schedtrace;
};

// Arguments, environment and auxiliary vector. Strings are those of the embedding program.
struct ProcessInfo {
  i32 argc;
  const char* const* argv;
  const char* const* envs;  // ends with a null; null if there is none
  bool envs_known;          // goenvs has run
  const u8* startup_random_data;
  u32 startup_random_data_len;
  u8 urandom_data[hash_random_bytes];
  u8 hashkey[hash_random_bytes];  // original: hashkey, aeskeysched
};

// Original: args. `argv` is the vector of the initial stack: argc arguments and a null, the
// environment and a null, the auxiliary vector; null: a process without any of them.
void args(Runtime* rt, i32 argc, const char* const* argv);
// Original: sysargs. Takes AT_RANDOM from the auxiliary vector.
void sysargs(Runtime* rt, i32 argc, const char* const* argv);
// Original: get_random_data. *rnd is null if nothing random is to be had.
void get_random_data(Runtime* rt, const u8** rnd, u32* rnd_len);
// Original: alginit. The key of hash functions.
void alginit(Runtime* rt);
void goenvs(Runtime* rt);
// The value of a variable, or null. Throws "getenv before env init" before goenvs.
const char* gogetenv(Runtime* rt, const char* key);
// The number at the start of `s` up to what is no digit; 0 if there is none.
i32 goatoi(const char* s);
// GODEBUG: name=number with commas between; unknown names are ignored. What it leaves out is what
// tuning() says.
void parsedebugvars(Runtime* rt);
// GOGC: a percentage, -1 for "off", tuning().gc_percent if there is none.
i32 readgogc(Runtime* rt);

}  // namespace runtime_core
