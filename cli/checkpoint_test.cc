// What a checkpoint keeps, what its reader refuses, and searches that go on.
#include "cli/checkpoint.h"

#include <doctest/doctest.h>

#include "cli/campaign.h"
#include "cli/report.h"
#include "cli/search.h"
#include "cli/test_folder.h"

namespace {

cli::Options lfstack(const char* explorer) {
  cli::Options o;
  o.command = "explore";
  o.subject = "lfstack";
  o.explorer = explorer;
  return o;
}

TEST_CASE("what was written is read, by the same command line alone") {
  const model::Words words{0, 1, ~std::uint64_t{0}, 1000};
  const std::string bytes = cli::encode_checkpoint("tricolor explore x", words);
  const auto read = cli::decode_checkpoint(bytes, "tricolor explore x");
  REQUIRE(read);
  CHECK(*read == words);
  const auto other = cli::decode_checkpoint(bytes, "tricolor explore y");
  REQUIRE(!other);
  CHECK(other.error.describe().find("another search: tricolor explore x") != std::string::npos);
}

TEST_CASE("every damage is noticed") {
  const std::string bytes = cli::encode_checkpoint("c", {1, 2, 3, 400});
  for (std::size_t i = 0; i < bytes.size(); i++) {
    CAPTURE(i);
    CHECK(!cli::decode_checkpoint(bytes.substr(0, i), "c"));
    for (const int bit : {0, 6}) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
      const auto read = cli::decode_checkpoint(flipped, "c");
      CHECK(!read);
      CHECK(!read.error.remedy.empty());
    }
  }
  CHECK(!cli::decode_checkpoint(bytes + "x", "c"));
}

// Stops after `parts` parts have been committed, saves, and goes on in a session of its own.
cli::Totals interrupted(const cli::Options& o, int parts) {
  model::Words saved;
  {
    cli::Session s;
    REQUIRE(s.set_up(o, {}) == "");
    cli::Campaign campaign(std::move(s.partition), s.executions_max);
    for (int i = 0; i < parts; i++) {
      const auto task = campaign.next();
      if (!task) break;
      campaign.finish(task->index, cli::run_part(s, *task, false, {}));
    }
    campaign.next();  // is out, and lost
    saved = campaign.save();
  }
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  cli::Campaign campaign(std::move(s.partition), s.executions_max);
  REQUIRE(campaign.restore(saved, *s.explorer));
  while (const auto task = campaign.next()) {
    campaign.finish(task->index, cli::run_part(s, *task, false, {}));
  }
  return campaign.totals();
}

TEST_CASE("a search that goes on comes to what an undisturbed one does") {
  for (const char* explorer :
       {"dfs", "random", "pct", "swarm", "dpor", "preemption-bound", "delay-bound"}) {
    cli::Options o = lfstack(explorer);
    o.memory_model = "tso";
    o.executions_max = 20'000;
    if (!model::samples(explorer)) o.params = {{"rounds", 2}};  // many parts
    o.preemptions = o.delays = 4;
    const cli::Outcome whole = cli::search(o, {});
    for (const int parts : {0, 1, 2, 7, 1000}) {
      CAPTURE(explorer);
      CAPTURE(parts);
      const cli::Totals totals = interrupted(o, parts);
      CHECK(totals.executions == whole.executions);
      CHECK(totals.steps == whole.steps);
      CHECK(totals.hash == whole.hash);
      CHECK(totals.choices == whole.choices);
    }
  }
}

void refuse_damage(const char* explorer) {
  cli::Session s;
  cli::Options o = lfstack(explorer);
  o.awaits = false;
  o.params = {{"rounds", 2}};
  REQUIRE(s.set_up(o, {}) == "");
  cli::Campaign campaign(std::move(s.partition), 0);
  const auto task = campaign.next();
  campaign.finish(task->index, cli::run_part(s, *task, false, {}));
  const model::Words words = campaign.save();
  cli::Campaign other(model::make_partition(explorer, {}), 0);
  CHECK(other.restore(words, *s.explorer));
  for (std::size_t size = 0; size < words.size(); size += 1 + words.size() / 1000) {
    CAPTURE(size);
    CHECK(!other.restore({words.begin(), words.begin() + static_cast<std::ptrdiff_t>(size)},
                         *s.explorer));
  }
}

TEST_CASE("damaged state is refused, not run") {
  for (const char* explorer : {"dfs", "dpor", "preemption-bound"}) {
    CAPTURE(explorer);
    refuse_damage(explorer);
  }
}

TEST_CASE("a finished search can be resumed, and says what it said") {
  const cli::TestFolder folder;
  cli::Options o = lfstack("dfs");
  o.checkpoint = folder.path("c");
  o.workers = 2;
  const cli::Outcome whole = cli::search(o, {});
  REQUIRE(whole.error == "");
  o.resume = o.checkpoint;
  o.workers = 1;
  const cli::Outcome again = cli::search(o, {});
  REQUIRE(again.error == "");
  CHECK(again.executions == 13344);
  CHECK(again.hash == whole.hash);
  CHECK(again.hash_of_last == whole.hash_of_last);
  CHECK(again.coverage == model::Coverage::exhausted);
  o.params = {{"rounds", 2}};
  CHECK(cli::search(o, {}).error.find("another search") != std::string::npos);
  o.resume = folder.path("missing");
  CHECK(cli::search(o, {}).error.find("missing") != std::string::npos);
  o.resume.clear();
  o.checkpoint = folder.path("no/such/folder");
  CHECK(cli::search(o, {}).error.find("no/such/folder") != std::string::npos);
}

}  // namespace
