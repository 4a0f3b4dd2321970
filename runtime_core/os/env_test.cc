// The initial stack of a process: variables, auxiliary vector, random bytes.
#include "runtime_core/os/env.h"

#include <doctest/doctest.h>
#include <sys/auxv.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "runtime_core/runtime.h"

namespace runtime_core {
namespace {

constexpr u8 random_bytes[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};

// A runtime that was started with these variables.
struct Started {
  explicit Started(const std::vector<const char*>& variables, bool random = true) {
    words = {"program", "argument", nullptr};
    words.insert(words.end(), variables.begin(), variables.end());
    words.push_back(nullptr);
    const auto pair = [&](uintptr kind, uintptr value) {
      words.push_back(reinterpret_cast<const char*>(kind));
      words.push_back(reinterpret_cast<const char*>(value));
    };
    pair(AT_PAGESZ, 4096);
    if (random) pair(AT_RANDOM, reinterpret_cast<uintptr>(random_bytes));
    pair(AT_NULL, 0);
    args(rt.get(), 2, words.data());
    goenvs(rt.get());
    parsedebugvars(rt.get());
  }
  const DebugVars& debug() const { return rt->debug; }

  std::vector<const char*> words;
  std::unique_ptr<Runtime> rt = std::make_unique<Runtime>();
};

TEST_CASE("variables are found by their whole name, the first one first") {
  const Started s({"GOGCX=1", "XGOGC=2", "GOGC=30", "GOGC=40", "EMPTY="});
  CHECK(std::string(gogetenv(s.rt.get(), "GOGC")) == "30");
  CHECK(std::string(gogetenv(s.rt.get(), "EMPTY")) == "");
  CHECK(gogetenv(s.rt.get(), "GOG") == nullptr);
  CHECK(gogetenv(s.rt.get(), "argument") == nullptr);
  // A process without arguments has no variables.
  const auto bare = std::make_unique<Runtime>();
  args(bare.get(), 0, nullptr);
  goenvs(bare.get());
  CHECK(gogetenv(bare.get(), "GOGC") == nullptr);
}

TEST_CASE("GODEBUG: numbers by name, unknown names ignored, the last one of a name counts") {
  const Started s(
      {"GODEBUG=gctrace=2,nothing=7,allocfreetrace=1,gctracer=9,schedtrace=-5,"
       "efence=1,efence=0,scavenge"});
  CHECK(s.debug().gctrace == 2);
  CHECK(s.debug().allocfreetrace == 1);
  CHECK(s.debug().schedtrace == -5);
  CHECK(s.debug().efence == 0);
  CHECK(s.debug().scavenge == 0);
  CHECK(s.debug().invalidptr == 0);
  CHECK(Started({"GODEBUG=invalidptr=1,gcdead=1,scheddetail=1"}).debug().invalidptr == 1);
  CHECK(Started({"GODEBUG="}).debug().gctrace == 0);
  CHECK(Started({}).debug().gctrace == 0);
}

TEST_CASE("GOGC: a percentage, off, or the default") {
  CHECK(readgogc(Started({}).rt.get()) == 100);
  CHECK(readgogc(Started({"GOGC="}).rt.get()) == 100);
  CHECK(readgogc(Started({"GOGC=off"}).rt.get()) == -1);
  CHECK(readgogc(Started({"GOGC=offer"}).rt.get()) == 0);
  CHECK(readgogc(Started({"GOGC=250"}).rt.get()) == 250);
  CHECK(readgogc(Started({"GOGC=-1"}).rt.get()) == -1);
  CHECK(goatoi("12x3") == 12);
  CHECK(goatoi("") == 0);
}

TEST_CASE("random bytes: of the auxiliary vector, else of the device") {
  const Started with({});
  const u8* rnd;
  u32 n;
  get_random_data(with.rt.get(), &rnd, &n);
  CHECK(n == 16);
  CHECK(rnd == random_bytes);
  alginit(with.rt.get());
  CHECK(std::memcmp(with.rt->process.hashkey, random_bytes, 16) == 0);
  CHECK(with.rt->process.hashkey[16] == 0);
  const Started without({}, false);
  get_random_data(without.rt.get(), &rnd, &n);
  CHECK(n == hash_random_bytes);
  REQUIRE(rnd == without.rt->process.urandom_data);
  const std::string bytes(reinterpret_cast<const char*>(rnd), n);
  CHECK(bytes != std::string(hash_random_bytes, 0));
}

}  // namespace
}  // namespace runtime_core
