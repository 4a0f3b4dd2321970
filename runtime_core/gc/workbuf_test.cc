// Tests of the work buffers: the three lists, handing off, and the termination barrier.
#include <doctest/doctest.h>

#include <thread>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/gc/internal.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::TestRuntime;

namespace {

bool throws(const char* message, void (*f)(M*)) {
  TestRuntime t;
  return abort_message([&] { f(&t.m0); }).find(message) != std::string::npos;
}

}  // namespace

TEST_CASE("workbuf: the original's capacities") {
  CHECK(sizeof(Workbuf) == 4096);
  CHECK(workbuf_entries_max == 509);
  CHECK(fin_block_entries_max == 101);
  CHECK((fin_block_size - offsetof(FinBlock, fin)) / sizeof(Finalizer) == 101);
  CHECK(tuning().workbuf_capacity == 509);
  CHECK(tuning().fin_block_capacity == 101);
}

TEST_CASE("workbuf: a buffer goes to the list of its fill, and comes back") {
  TestRuntime t;
  M* mp = &t.m0;
  Work& work = t.rt->work;
  Workbuf* b = getempty(mp, nullptr);
  CHECK(reinterpret_cast<uintptr>(b) % cache_line_size == 0);
  putpartial(mp, b);
  CHECK(work.empty.load() != 0);
  CHECK(getempty(mp, nullptr) == b);
  CHECK(work.empty.load() == 0);
  b->obj[b->nobj++] = 8;
  putpartial(mp, b);
  CHECK(work.partial.load() != 0);
  CHECK(getpartialorempty(mp) == b);
  b->nobj = workbuf_entries_max;
  putpartial(mp, b);
  CHECK(work.full.load() != 0);
  work.nproc = 1;
  CHECK(getfull(mp, nullptr) == b);
  b->nobj = 0;
  CHECK(getfull(mp, b) == nullptr);  // alone: nobody can bring more
  CHECK(work.nwait.load() == 0);
  CHECK(getempty(mp, nullptr) == b);
  Workbuf* other = getempty(mp, nullptr);
  other->nobj = 1;
  Workbuf* third = getempty(mp, other);  // queues it as full, whatever its fill
  CHECK(work.full.load() != 0);
  CHECK(third != other);
}

TEST_CASE("workbuf: half is handed off, the first part") {
  TestRuntime t;
  Workbuf* b = getempty(&t.m0, nullptr);
  for (uintptr i = 0; i < 7; i++) b->obj[b->nobj++] = 100 + i;
  Workbuf* kept = handoff(&t.m0, b);
  CHECK(kept != b);
  CHECK(kept->nobj == 3);
  CHECK(kept->obj[0] == 104);
  CHECK(b->nobj == 4);
  CHECK(t.m0.gcstats.nhandoff == 1);
  CHECK(t.m0.gcstats.nhandoffcnt == 3);
  t.rt->work.nproc = 1;
  CHECK(getfull(&t.m0, nullptr) == b);
}

TEST_CASE("workbuf: two markers leave when both have nothing") {
  TestRuntime t;
  M other{};
  m_init(t.rt, &other, 1);
  Work& work = t.rt->work;
  work.nproc = 2;
  Workbuf* b = getempty(&t.m0, nullptr);
  Workbuf* got = nullptr;
  std::thread waiter([&] {
    got = getfull(&other, nullptr);
    if (got == nullptr) return;
    got->nobj = 0;
    CHECK(getfull(&other, got) == nullptr);
  });
  while (work.nwait.load() == 0) std::this_thread::yield();
  b->obj[b->nobj++] = 8;
  putfull(&t.m0, b);
  while (work.full.load() != 0) std::this_thread::yield();  // it is the waiter's to take
  CHECK(getfull(&t.m0, nullptr) == nullptr);
  waiter.join();
  CHECK(got == b);
  CHECK(work.nwait.load() == 2);
  CHECK(other.gcstats.nprocyield > 0);
}

TEST_CASE("workbuf: misuse") {
  CHECK(throws("putempty: b->nobj not 0", [](M* mp) {
    Workbuf* b = getempty(mp, nullptr);
    b->nobj = 1;
    putempty(mp, b);
  }));
  CHECK(throws("putfull: b->nobj <= 0", [](M* mp) { putfull(mp, getempty(mp, nullptr)); }));
  CHECK(throws("putpartial: bad Workbuf b.nobj", [](M* mp) {
    Workbuf* b = getempty(mp, nullptr);
    b->nobj = workbuf_entries_max + 1;
    putpartial(mp, b);
  }));
  CHECK(throws("getempty: workbuffer not empty", [](M* mp) {
    Workbuf* b = getempty(mp, nullptr);
    putempty(mp, b);
    b->nobj = 1;  // somebody else still uses it
    getempty(mp, nullptr);
  }));
}

}  // namespace runtime_core
