// What the simulated FreeBSD and OpenBSD have in common.
#pragma once

#include <cerrno>
#include <optional>

#include "runtime_core/os/systems.h"
#include "sim/kernels.h"

namespace sim {

// Errors of the BSDs that have another number on Linux.
inline constexpr std::int64_t bsd_eagain = 35, bsd_etimedout = 60;
inline constexpr std::uint64_t bsd_nonblock = 4;  // of a descriptor

// The calls that both have, with a positive error number for a result as their registers hold it,
// or, of calls on descriptors, a negative one.
// Nothing: it is none of these.
std::optional<std::int64_t> bsd_call(Machine& m, const runtime_core::BsdNumbers& numbers,
                                     long number, const KernelArguments& args, std::uint64_t pc);
// Starts a thread; its id goes to `tid`. Returns it, or -errno of Linux.
std::int64_t bsd_start(Machine& m, std::uint64_t function, std::uint64_t argument,
                       std::uint64_t tid, std::uint64_t pc);

}  // namespace sim
