// The searches: each scenario, small, without mutants, and how its search must end.
#include "scenarios/tables.h"

namespace scenarios {
namespace {

constexpr Expected all = {Verdict::exhausted};
constexpr Expected reduced = {Verdict::exhausted, 2};
constexpr Expected one = {Verdict::bounded, 1};
constexpr Expected two = {Verdict::bounded, 2};
constexpr Expected fails = {Verdict::violation};
constexpr Expected few(u64 executions) { return {Verdict::sampled, executions}; }

}  // namespace

// Where a bound is of one preemption, two take from half a minute to minutes; a smaller line of the
// same scenario is bounded at two. Under tso one search with refused memory is sampled: one
// preemption did not end in minutes.
// clang-format off
const Search all_searches[] = {
    {"c11-program", "", "", all, all},
    {"canary", "", "", fails, fails},
    {"concurrent-gc", "chain=1", "", one, one},
    {"concurrent-gc", "chain=1,program=1", "", one, one},
    {"concurrent-gc", "chain=1,program=2", "", one, one},
    {"counter", "threads=5", "", all, all},
    {"data-race", "", "", fails, fails},
    {"data-race", "ordered=1", "", all, all},
    {"finalizer-queue", "", "", two, two},
    {"finalizer-sweep", "", "", two, two},
    {"finalizer-sweep", "dead=3,bytes=1024,lazy=1,collections=1,late=1", "", two, two},
    {"finalizer-sweep", "dead=1,bytes=256,lazy=1", "", two, one},
    {"finalizer-sweep", "dead=1,bytes=2048,lazy=1", "", two, two},
    {"gc-programs", "", "", two, two},
    {"gc-programs", "in_place=1", "", reduced, reduced},
    {"handoff", "", "", two, two},
    {"known-orders", "", "", all, all},
    {"known-orders", "shape=2", "", all, all},
    {"known-orders", "shape=3", "", all, all},
    {"known-orders", "shape=4", "", all, all},
    {"known-orders", "shape=6", "", all, all},
    {"known-orders", "shape=7", "", all, all},
    {"large-objects", "", "", two, two},
    {"leak", "", "", all, all},
    {"lfstack", "", "", all, all},
    {"livelock", "", "", all, all},
    {"lfstack-aba", "", "", all, all},
    {"mark-mutate", "", "", two, two},
    {"mark-mutate", "one_word=1", "", two, two},
    {"mark-mutate", "one_word=1,second=1", "", two, two},
    {"mark-mutate", "carve=1", "", two, two},
    {"must-fail", "", "", fails, fails},
    {"mutex", "", "", all, all},
    {"mutex", "nested=1", "", all, all},
    {"mutex", "", "lock_flavour=1", all, all},
    {"mutex", "", "kernel=1", all, all},
    {"mutex", "", "kernel=2,lock_flavour=1", two, two},
    {"mutex", "", "", all, all, 2},
    {"mutex", "", "lock_flavour=1", all, all, 1},
    {"note", "", "", all, all},
    {"note", "", "lock_flavour=1", two, two},
    {"note", "", "kernel=1", all, all},
    {"note", "", "kernel=2,lock_flavour=1", two, two},
    {"note", "timeout_ns=100", "", all, all},
    {"note", "timeout_ns=100", "kernel=1", all, all},
    {"note", "timeout_ns=100", "kernel=2,lock_flavour=1", two, two},
    {"note", "", "", all, all, 2},
    {"note", "timeout_ns=100", "", all, all, 2},
    {"note", "", "lock_flavour=1", two, two, 1},
    {"note", "timeout_ns=100", "lock_flavour=1", two, two, 1},
    {"one-word-pair", "", "", two, two},
    {"pacing", "", "", two, two},
    {"pacing", "", "efence=1", two, two},
    {"park-ready", "", "", two, two},
    {"park-ready", "spins=0", "", one, one},
    {"parfor", "", "", two, two},
    {"random-program", "waits=0", "", all, all},
    {"reclaim", "", "", two, two},
    {"reclaim", "large=1,garbage=1,sweeper=1,recycled=1", "", two, two},
    {"runq", "", "", two, two},
    {"runq", "goroutines=5", "runq_bits=2", two, two},
    {"semaphore", "", "", two, two},
    {"span-growth", "", "", one, one},
    {"span-growth", "", "", one, few(500), 0, 1},
    {"span-growth", "blocks=2", "", two, two},
    {"spawn", "", "", two, two},
    {"spawn", "goroutines=2,yields=1", "", one, one},
    {"specials", "", "", two, two},
    {"spin-wait", "", "", all, all},
    {"stack-growth", "", "", two, two},
    {"stack-roots", "", "", one, one},
    {"stack-roots", "grows=0", "", one, one},
    {"stack-spans", "", "", two, two},
    {"stale-types", "", "", two, two},
    {"stale-types", "markers=1", "", all, all},
    {"stop-world", "", "", two, two},
    {"stop-world", "syscalls=1", "", two, two},
    {"store-buffering", "", "", all, fails},
    {"sweep-alloc", "", "", two, two},
    {"sweep-two-cycles", "", "", two, two},
    {"syscalls", "", "", two, one},
    {"syscalls", "blocks=0", "", two, one},
    {"syscalls", "blocks=2,procs=2", "", one, one},
    {"tiny-blocks", "", "", two, two},
    {"tiny-blocks", "objects=1,finalizers=1", "", two, two},
    {"turns", "", "", fails, fails},
    {"workbuf-termination", "", "", two, two},
    {"write-barrier", "", "", two, two},
};
// clang-format on

}  // namespace scenarios
