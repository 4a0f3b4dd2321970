// The searches: each scenario, small, without mutants, and how its search must end.
#include "scenarios/tables.h"

namespace scenarios {
namespace {

constexpr Expected all = {Verdict::exhausted};
constexpr Expected one = {Verdict::bounded, 1};
constexpr Expected two = {Verdict::bounded, 2};
constexpr Expected fails = {Verdict::violation};
constexpr Expected few(u64 executions) { return {Verdict::sampled, executions}; }

}  // namespace

// A drain of a store buffer is no preemption, so that under tso the larger ones are only sampled.
// Those with a bound of one preemption take more than 20 seconds with two.
// clang-format off
const Search all_searches[] = {
    {"canary", "", "", fails, fails},
    {"counter", "threads=5", "", all, all},
    {"data-race", "", "", fails, fails},
    {"data-race", "ordered=1", "", all, all},
    {"finalizer-sweep", "", "", two, few(2000)},
    {"finalizer-sweep", "dead=1,bytes=256,lazy=1", "", one, few(500)},
    {"gc-programs", "", "", two, few(1000)},
    {"gc-programs", "in_place=1", "", two, few(1000)},
    {"handoff", "", "", two, few(1000)},
    {"large-objects", "", "", two, few(500)},
    {"lfstack", "", "", all, all},
    {"lfstack-aba", "", "", all, all},
    {"mark-mutate", "", "", two, few(1000)},
    {"mark-mutate", "one_word=1", "", two, few(1000)},
    {"mark-mutate", "one_word=1,second=1", "", two, few(500)},
    {"mark-mutate", "carve=1", "", two, few(500)},
    {"must-fail", "", "", fails, fails},
    {"mutex", "", "", all, all},
    {"mutex", "nested=1", "", all, all},
    {"mutex", "", "lock_flavour=1", all, all},
    {"note", "", "", all, all},
    {"note", "", "lock_flavour=1", two, two},
    {"note", "timeout_ns=100", "", all, all},
    {"one-word-pair", "", "", two, few(1000)},
    {"pacing", "", "", two, few(1000)},
    {"pacing", "", "efence=1", two, few(1000)},
    {"parfor", "", "", two, two},
    {"random-program", "waits=0", "", all, all},
    {"reclaim", "", "", two, few(500)},
    {"reclaim", "large=1,garbage=1,sweeper=1,recycled=1", "", two, few(500)},
    {"span-growth", "", "", one, few(500)},
    {"specials", "", "", two, few(1000)},
    {"spin-wait", "", "", all, all},
    {"stack-spans", "", "", two, few(1000)},
    {"stale-types", "", "", two, few(1000)},
    {"stale-types", "markers=1", "", all, all},
    {"store-buffering", "", "", all, fails},
    {"sweep-alloc", "", "", two, few(500)},
    {"sweep-two-cycles", "", "", two, few(500)},
    {"time-leak", "", "", few(10), few(10)},
    {"tiny-blocks", "", "", one, few(200)},
    {"tiny-blocks", "objects=1,finalizers=1", "", one, few(500)},
    {"workbuf-termination", "", "", two, few(500)},
};
// clang-format on

}  // namespace scenarios
