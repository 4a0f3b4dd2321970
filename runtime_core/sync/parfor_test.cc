// Tests of the parallel for: partitions, serial and stolen execution, and leaving early.
#include "runtime_core/sync/parfor.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "runtime_core/os/os.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

constexpr u32 threads_max = 16;

// A descriptor and how often each index has been run.
struct Job {
  explicit Job(u32 threads = threads_max) : machine(threads_max) {
    parforinit(&desc, thr.get(), threads);
  }
  void setup(u32 nthr, u32 n, bool wait, ParForBody body = count) {
    runs = std::make_unique<std::atomic<u32>[]>(n);
    parforsetup(machine.m(), &desc, nthr, n, this, wait, body);
  }
  bool each_ran_once() const {
    return std::all_of(&runs[0], &runs[desc.cnt], [](const auto& r) { return r.load() == 1; });
  }
  static void count(M*, ParFor* desc, u32 i) { static_cast<Job*>(desc->ctx)->runs[i]++; }

  TestMachine machine;
  ParFor desc{};
  std::unique_ptr<ParForThread[]> thr{new ParForThread[threads_max]{}};
  std::unique_ptr<std::atomic<u32>[]> runs;
};

std::vector<u32> partition_sizes(u32 n, u32 nthr) {
  Job job;
  job.setup(nthr, n, true);
  std::vector<u32> sizes;
  u32 next = 0;
  for (u32 i = 0; i < nthr; i++) {
    const ParForRange range = parforiters(&job.desc, i);
    CHECK(range.begin == next);
    next = range.end;
    sizes.push_back(range.end - range.begin);
  }
  CHECK(next == n);
  return sizes;
}

}  // namespace

TEST_CASE("parfor: golden partitions") {
  CHECK(partition_sizes(10, 3) == std::vector<u32>{3, 3, 4});
  CHECK(partition_sizes(3, 4) == std::vector<u32>{0, 1, 1, 1});
  CHECK(partition_sizes(101, 11) == std::vector<u32>{9, 9, 9, 9, 9, 10, 9, 9, 9, 9, 10});
}

TEST_CASE("parfor: partitions differ by at most one and the first is the smallest") {
  for (u32 nthr = 1; nthr <= threads_max; nthr++) {
    for (const u32 n : {0u, 1u, 7u, 64u, 1003u}) {
      const std::vector<u32> sizes = partition_sizes(n, nthr);
      CHECK(*std::min_element(sizes.begin(), sizes.end()) == sizes[0]);
      CHECK(*std::max_element(sizes.begin(), sizes.end()) <= sizes[0] + 1);
    }
  }
}

TEST_CASE("parfor: the product with 64 bits does not overflow") {
  Job job;
  parforsetup(job.machine.m(), &job.desc, 3, 0xfffffffe, nullptr, true, Job::count);
  CHECK(parforiters(&job.desc, 2).begin == 2863311529u);
  CHECK(parforiters(&job.desc, 2).end == 0xfffffffe);
}

TEST_CASE("parfor: one thread runs every index in order") {
  Job job;
  std::vector<u32> order;
  parforsetup(job.machine.m(), &job.desc, 1, 20, &order, true, [](M*, ParFor* desc, u32 i) {
    static_cast<std::vector<u32>*>(desc->ctx)->push_back(i);
  });
  parfordo(job.machine.m(), &job.desc);
  REQUIRE(order.size() == 20);
  CHECK(std::is_sorted(order.begin(), order.end()));
  CHECK(job.desc.done.load() == 0);
}

TEST_CASE("parfor: without wait, one thread can play all parts in turn") {
  Job job;
  job.setup(7, 1003, false);
  for (u32 i = 0; i < 7; i++) parfordo(job.machine.m(), &job.desc);
  CHECK(job.each_ran_once());
  CHECK(job.desc.done.load() == 7);
  CHECK(job.desc.nsteal.load() > 0);
  CHECK(job.desc.nstealcnt.load() >= job.desc.nsteal.load());
  CHECK(job.desc.nsleep.load() == 0);
  for (u32 i = 0; i < 7; i++) CHECK(job.thr[i].stats.nsteal == 0);
}

TEST_CASE("parfor: a thief takes the upper half and leaves the last index") {
  Job job;
  job.setup(2, 0, false);
  // As if thread 1 had 2..7 left; thread 0 has nothing.
  job.runs = std::make_unique<std::atomic<u32>[]>(8);
  job.thr[1].pos.store(u64{8} << 32 | 2);
  parfordo(job.machine.m(), &job.desc);
  // 5..7 are stolen first, then 3 (of 2..4), while 2 cannot be.
  std::vector<u32> runs;
  for (u32 i = 0; i < 8; i++) runs.push_back(job.runs[i].load());
  CHECK(runs == std::vector<u32>{0, 0, 0, 1, 1, 1, 1, 1});
  const ParForRange left = parforiters(&job.desc, 1);
  CHECK(left.begin == 2);
  CHECK(left.end == 3);
  CHECK(job.desc.nsteal.load() == 2);
  CHECK(job.desc.nstealcnt.load() == 5);
  // Tries 0 and 1 only retry, tries 2 to 7 spin, the next would wait.
  CHECK(job.desc.nprocyield.load() == 6);
  CHECK(job.desc.nosyield.load() == 0);
}

TEST_CASE("parfor: threads share unequal work, with and without wait") {
  constexpr u32 nthr = 4, n = 2000;
  for (const bool wait : {false, true}) {
    CAPTURE(wait);
    for (u32 round = 0; round < 20; round++) {
      Job job;
      job.setup(nthr, n, wait, [](M* mp, ParFor* desc, u32 i) {
        Job::count(mp, desc, i);
        if (i < n / 16) osyield();  // the first range is the slow one
      });
      std::atomic<u32> early{0};
      run_threads(nthr, [&](u32 i) {
        parfordo(job.machine.m(i), &job.desc);
        if (!job.each_ran_once()) early++;
      });
      CHECK(job.each_ran_once());
      CHECK(job.desc.done.load() == nthr);
      if (wait) CHECK(early.load() == 0);
    }
  }
}

TEST_CASE("parfor: a descriptor can be used again, with fewer threads") {
  Job job;
  for (const u32 nthr : {4u, 2u, 1u, 3u}) {
    job.setup(nthr, 100, true);
    run_threads(nthr, [&](u32 i) { parfordo(job.machine.m(i), &job.desc); });
    CHECK(job.each_ran_once());
  }
}

TEST_CASE("parfor: misuse throws") {
  Job job(4);
  const std::string invalid = "fatal error: parfor: invalid args [runtime.throw]\n";
  CHECK(abort_message([&] { job.setup(0, 10, true); }) == invalid);
  CHECK(abort_message([&] { job.setup(5, 10, true); }) == invalid);
  CHECK(abort_message([&] { job.setup(2, 10, true, nullptr); }) == invalid);
  CHECK(abort_message([&] {
          job.setup(1, 10, true);
          parfordo(job.machine.m(), &job.desc);
          parfordo(job.machine.m(), &job.desc);
        }) == "fatal error: parfor: invalid tid [runtime.throw]\n");
}

}  // namespace runtime_core
