// The CPU profile natively: its records add up, and a real timer's signals find Go functions.
#include "runtime_core/prof/cpuprof.h"

#include <doctest/doctest.h>

#include <ctime>
#include <map>

#include "runtime_core/mutator/test_support.h"
#include "runtime_core/os/signal.h"

namespace runtime_core {
namespace {

using testing::done;
using testing::Program;
using testing::runs_well;
using testing::succeeds;

// What was counted, by the innermost place; 0 is the end marker's.
std::map<uintptr, u64> read_all(G* gp) {
  std::map<uintptr, u64> counts;
  const uintptr* words = nullptr;
  while (const u32 n = get_profile(gp, &words)) {
    for (u32 at = 0; at < n; at += 2 + static_cast<u32>(words[at + 1])) {
      counts[words[at + 2]] += words[at];
    }
  }
  return counts;
}

// More places than table and logs have room for, and nobody reads.
void count_by_hand(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  constexpr u32 places = 100'000;
  cpuprof_init(gp->m);
  CpuProfile* prof = gp->m->rt->cpuprof;
  set_cpu_profile_rate(gp, 1);
  setitimer_prof(0);  // no other ticks
  for (u32 round = 0; round < 2; round++) {
    for (uintptr place = 1000; place < 1000 + places; place++) cpuproftick(gp->m, &place, 1);
  }
  const u64 lost = prof->lost;
  const bool refused = !set_cpu_profile_rate(gp, 1);
  set_cpu_profile_rate(gp, 0);
  const auto counts = read_all(gp);
  u64 sum = 0;
  for (const auto& [place, count] : counts) sum += count;
  const auto it = counts.find(static_cast<uintptr>(PseudoPlace::lost_data));
  const bool all = sum == 2 * places && lost > 0 && it != counts.end() && it->second >= lost;
  p.written = all && refused && counts.count(0) == 1 && set_cpu_profile_rate(gp, 1) ? 1 : 0;
  set_cpu_profile_rate(gp, 0);
}

TEST_CASE("each tick is in one record, or counted as lost") {
  CHECK(succeeds([] {
    Program p(1, count_by_hand);
    p.run();
    return p.written == 1;
  }));
}

constexpr Function computes = {"computes", 0, 1, 0, nullptr, scalar_words.bytes, [](Mutator& m) {
                                 for (u32 i = 0; i < 1000; i++) m.set_number(local(0), i);
                               }};
constexpr Function profiled = {"profiled", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
                                 cpuprof_init(m.m());
                                 set_cpu_profile_rate(m.g(), 1000);
                                 constexpr auto a_while = CLOCKS_PER_SEC / 5;
                                 for (const auto begun = std::clock();
                                      std::clock() - begun < a_while;)
                                   m.call(computes, {});
                                 set_cpu_profile_rate(m.g(), 0);
                                 const auto counts = read_all(m.g());
                                 const auto count_of = [&](const Function& f) {
                                   const auto it = counts.find(reinterpret_cast<uintptr>(&f));
                                   return it != counts.end() ? it->second : 0;
                                 };
                                 done(m, count_of(computes) + count_of(profiled) > 3);
                               }};

#ifndef __SANITIZE_THREAD__  // its handlers come with atomic operations, which those are not
TEST_CASE("the timer's signals find the functions that run") {
  CHECK(runs_well(profiled));
  CHECK(runs_well(profiled, 2));
}
#endif

}  // namespace
}  // namespace runtime_core
