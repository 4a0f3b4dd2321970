// Explanations and tolerant replay of recorded failures.
#include <doctest/doctest.h>

#include "cli/commands.h"
#include "cli/explanation.h"
#include "cli/recording.h"
#include "cli/test_folder.h"
#include "cli/tolerant.h"
#include "cli/trace_input.h"

namespace cli {
namespace {

// The trace of a search, which must fail.
traces::Trace recorded(const TestFolder& folder, const char* scenario, const char* mutant,
                       const char* explorer = "dfs", const char* memory_model = "sc") {
  Options o;
  o.command = "explore";
  o.subject = scenario;
  o.explorer = explorer;
  o.memory_model = memory_model;
  o.json = true;
  o.trace = folder.path("t");
  if (*mutant != '\0') o.mutants = {mutant};
  REQUIRE(explore(o) == exit_violation);
  auto trace = traces::read_trace_file(o.trace);
  REQUIRE(trace);
  return std::move(*trace);
}

Explanation explanation_of(const traces::Trace& trace) {
  return explain_failure(options_of(trace, {}), trace.choices, recorded_invariant(trace));
}

Options command(const char* name, const std::string& subject) {
  Options o;
  o.command = name;
  o.subject = subject;
  o.json = true;
  return o;
}

TEST_CASE("the order that decides an ABA: the pops and the push come before the swap") {
  const TestFolder folder;
  const Explanation e = explanation_of(recorded(folder, "lfstack-aba", "lfstack-no-count"));
  CHECK(e.error == "");
  CHECK(e.invariant == "lfstack.multiset");
  REQUIRE(e.passing_found);
  CHECK(e.chosen != e.instead);
  REQUIRE(e.pair);
  CHECK(e.pair->first.thread != e.pair->second.thread);
  CHECK(e.pair->first.operation == "read-modify-write");
  CHECK(e.pair->first.number < e.pair->second.number);
  CHECK(e.pair->first.object == e.pair->second.object);
  CHECK(e.past_total <= e.steps_total);
  CHECK(!e.shown.empty());
  CHECK(e.shown.size() <= explained_steps_shown_max);
  CHECK(e.shown.back().number == e.steps_total);
  CHECK(std::count_if(e.shown.begin(), e.shown.end(),
                      [](const ExplainedStep& s) { return s.decisive; }) == 2);
  REQUIRE(e.missing.size() == 2);
  CHECK(e.missing[1].find("lfstack-no-count") != std::string::npos);
}

TEST_CASE("colours of the objects that a lost mark is about") {
  const TestFolder folder;
  Options o;
  const auto path = [] {
    const std::string file = __FILE__;
    return file.substr(0, file.rfind("cli/")) + "traces/findings/L02.trace";
  }();
  const auto trace = traces::read_trace_file(path);
  REQUIRE(trace);
  const Explanation e = explanation_of(*trace);
  CHECK(e.error == "");
  CHECK(e.passing_found);
  CHECK(e.pair);
  CHECK(!e.objects.empty());
  CHECK(explain(command("explain", path)) == exit_violation);
}

TEST_CASE("what fails in every order has no order that decides") {
  const TestFolder folder;
  const Explanation e = explanation_of(recorded(folder, "large-objects", "dropped-span-table"));
  CHECK(e.error == "");
  CHECK(!e.passing_found);
  CHECK(!e.pair);
  CHECK(!e.missing.empty());
}

TEST_CASE("store buffers: the decisive steps include the drains") {
  const TestFolder folder;
  const Explanation e = explanation_of(recorded(folder, "store-buffering", "", "dfs", "tso"));
  CHECK(e.error == "");
  CHECK(e.passing_found);
  REQUIRE(e.pair);
  CHECK(e.pair->reversed);
  CHECK(e.pair->first.operation == "load");
  CHECK(e.pair->second.operation == "buffered store drains");
  CHECK(explain(command("explain", folder.path("t"))) == exit_violation);
}

TEST_CASE("colours follow the events") {
  using runtime_core::Event;
  const auto event = [](Event kind, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
    return traces::EventRecord{static_cast<std::uint32_t>(kind), 0, a, b, c};
  };
  const traces::EventRecord events[] = {
      event(Event::alloc, 1),          event(Event::alloc, 2),
      event(Event::gc_mark_begin, 1),  event(Event::grey_object, 1, 1),
      event(Event::grey_object, 2, 0), event(Event::scan_object, 1, 8),
      event(Event::gc_mark_begin, 1),  event(Event::grey_object, 2, 1, 1),
      event(Event::free_object, 1),    event(Event::gc_mark_begin, 1)};
  const std::span all(events);
  CHECK(colours_after(all.first(2)).at(1) == Colour::white);
  CHECK(colours_after(all.first(5)).at(1) == Colour::grey);
  CHECK(colours_after(all.first(5)).at(2) == Colour::black);
  CHECK(colours_after(all.first(6)).at(1) == Colour::black);
  CHECK(colours_after(all.first(8)).at(2) == Colour::white);
  CHECK(colours_after(all).at(1) == Colour::freed);
  CHECK(std::string(name_of(Colour::grey)) == "grey");
}

TEST_CASE("a trace whose choices do not fit any more is followed by its keys") {
  const TestFolder folder;
  for (const char* scenario : {"lfstack-aba", "canary"}) {
    const bool planted = std::string(scenario) == "lfstack-aba";
    const traces::Trace original = recorded(folder, scenario, planted ? "lfstack-no-count" : "");
    const Options options = options_of(original, {});
    const Alignment exact = align(options, original);
    CHECK(exact.exact);
    CHECK(exact.reproduced);
    CHECK(exact.notes.empty());
    // As if the first decision had had one thread more to choose from.
    traces::Trace changed = original;
    changed.choices[0].options += 1;
    const Alignment aligned = align(options, changed);
    CHECK(!aligned.exact);
    CHECK(aligned.reproduced);
    CHECK(aligned.found == aligned.keys);
    CHECK(aligned.keys > 0);
    REQUIRE(traces::write_trace(folder.path("c"), changed));
    Options o = command("replay", folder.path("c"));
    CHECK(replay(o) == exit_diverged);
    o.tolerant = true;
    CHECK(replay(o) == exit_violation);
    // A decision about a step that the program does not take any more is named.
    changed.keys[0].occurrence += 1000;
    const Alignment partly = align(options, changed);
    CHECK(partly.found < partly.keys);
    CHECK(partly.notes.size() >= 2);
    CHECK(partly.notes[1].find("not found: thread ") == 0);
  }
}

TEST_CASE("a tolerant replay of a program that is repaired runs clean") {
  const TestFolder folder;
  traces::Trace trace = recorded(folder, "lfstack-aba", "lfstack-no-count");
  trace.header["mutants"] = boost::json::array{};
  REQUIRE(traces::write_trace(folder.path("c"), trace));
  Options o = command("replay", folder.path("c"));
  o.tolerant = true;
  CHECK(replay(o) == exit_clean);
  CHECK(explain(command("explain", folder.path("c"))) == exit_diverged);
}

}  // namespace
}  // namespace cli
