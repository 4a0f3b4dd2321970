// Fuzzing of scenarios: how deep it gets, that it repeats, and the corpus on disk.
#include "model/fuzz.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "cli/corpus.h"
#include "cli/search.h"
#include "cli/test_folder.h"
#include "cli/test_options.h"
#include "traces/corpus_input.h"
#include "traces/file.h"

namespace {

cli::Options fuzz_options(const char* scenario, std::uint64_t executions) {
  cli::Options o = cli::explore_options(scenario, "fuzz");
  o.command = "fuzz";
  o.executions_max = executions;
  return o;
}

std::size_t inputs_in(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    count += entry.path().extension() == ".input" ? 1 : 0;
  }
  return count;
}

TEST_CASE("fuzz takes 14 turns in order where random does not") {
  for (const char* memory_model : {"sc", "tso"}) {
    for (std::uint64_t seed = 1; seed <= 3; seed++) {
      CAPTURE(memory_model);
      CAPTURE(seed);
      cli::Options o = cli::explore_options("turns", "fuzz", memory_model);
      o.params = {{"turns", 14}};
      o.seed = seed;
      o.executions_max = 20000;
      const cli::Outcome found = cli::search(o, {});
      REQUIRE(found.violations.size() == 1);
      CHECK(found.violations[0].invariant == "turns.kept");
      CHECK(found.executions < 10000);
      o.explorer = "random";
      CHECK(cli::search(o, {}).violations.empty());
    }
  }
}

TEST_CASE("it reports what it has seen of each kind, and claims no more than a sample") {
  const cli::Outcome outcome = cli::search(fuzz_options("workbuf-termination", 300), {});
  CHECK(outcome.error == "");
  CHECK(outcome.violations.empty());
  CHECK(outcome.coverage == model::Coverage::sampled);
  CHECK(outcome.executions == 300);
  REQUIRE(outcome.fuzz);
  for (const std::uint64_t count : outcome.fuzz->features) CHECK(count > 3);
  CHECK(outcome.fuzz->corpus_size > 10);
  CHECK(outcome.fuzz->written == 0);
  // A scenario without coverage of its own.
  const cli::Outcome other = cli::search(fuzz_options("sweep-alloc", 100), {});
  REQUIRE(other.fuzz);
  CHECK(other.fuzz->features[static_cast<std::size_t>(model::FeatureKind::scenario)] == 0);
  CHECK(other.fuzz->features[static_cast<std::size_t>(model::FeatureKind::state)] > 10);
}

TEST_CASE("the same command gives the same search") {
  for (const char* memory_model : {"sc", "tso"}) {
    cli::Options o = fuzz_options("sweep-alloc", 300);
    o.memory_model = memory_model;
    o.spurious = 1;
    const cli::Outcome once = cli::search(o, {});
    const cli::Outcome twice = cli::search(o, {});
    CHECK(once.hash == twice.hash);
    CHECK(once.fuzz->features == twice.fuzz->features);
    o.seed = 2;
    CHECK(cli::search(o, {}).hash != once.hash);
  }
}

TEST_CASE("a second search begins with what the first one has seen") {
  const cli::TestFolder folder;
  cli::Options o = fuzz_options("workbuf-termination", 1500);
  o.corpus = folder.path("corpus");
  const cli::Outcome first = cli::search(o, {});
  REQUIRE(first.error == "");
  REQUIRE(first.fuzz->written >= first.fuzz->corpus_size);
  CHECK(first.fuzz->inputs_read == 0);
  CHECK(inputs_in(o.corpus) == first.fuzz->written);

  // No more than a replay of the corpus.
  o.executions_max = first.fuzz->written;
  o.seed = 9;
  const cli::Outcome second = cli::search(o, {});
  CHECK(second.fuzz->inputs_read == first.fuzz->written);
  CHECK(second.fuzz->features == first.fuzz->features);
  CHECK(second.fuzz->written == 0);

  // As many executions without it see less.
  o.corpus = "";
  const cli::Outcome without = cli::search(o, {});
  CHECK(without.fuzz->features[0] < second.fuzz->features[0]);

  // It goes on from there, and what it finds is added.
  o.corpus = folder.path("corpus");
  o.executions_max = 3000;
  const cli::Outcome third = cli::search(o, {});
  CHECK(third.fuzz->features[0] > first.fuzz->features[0]);
  CHECK(third.fuzz->written > 0);
  CHECK(inputs_in(o.corpus) == first.fuzz->written + third.fuzz->written);
}

TEST_CASE("a corpus that is damaged, or another scenario's, is refused") {
  const cli::TestFolder folder;
  const std::string good = traces::encode_input("lfstack", {{0, 1, 1}, {}});
  std::filesystem::create_directory(folder.path("corpus"));
  folder.file("corpus/a.input", good);
  folder.file("corpus/notes.txt", "left alone");
  cli::Corpus corpus;
  CHECK(corpus.read(folder.path("corpus"), "lfstack") == "");
  CHECK(corpus.inputs().size() == 1);
  const std::string other = cli::Corpus().read(folder.path("corpus"), "mutex");
  CHECK(other.find("a.input: input for the scenario lfstack; give") != std::string::npos);

  folder.file("corpus/b.input", good.substr(0, good.size() - 1));
  cli::Options o = fuzz_options("lfstack", 10);
  o.corpus = folder.path("corpus");
  const std::string damaged = cli::search(o, {}).error;
  CHECK(damaged.find("b.input: checksum does not fit (byte ") != std::string::npos);
  CHECK(damaged.find("move it out of the corpus") != std::string::npos);
  CHECK(inputs_in(o.corpus) == 2);

  folder.file("file", "");
  CHECK(cli::Corpus().read(folder.path("file"), "lfstack").find("give a folder") !=
        std::string::npos);
}

}  // namespace
