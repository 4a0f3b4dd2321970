// JSON with the keys of the simulator's reports; what only a simulator knows is zero or empty.
#include "cli/native/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "cli/memory.h"

namespace cli::native {
namespace {

namespace json = boost::json;

double rate(std::uint64_t n, double seconds) {
  return seconds > 0 ? static_cast<double>(n) / seconds : 0;
}

json::array violations_of(const Outcome& outcome) {
  if (outcome.invariant.empty()) return {};
  json::object violation{{"invariant", outcome.invariant},
                         {"message", outcome.message},
                         {"trace", ""},
                         {"steps", 0},
                         {"context_switches", 0}};
  return json::array{std::move(violation)};
}

}  // namespace

void print_json(const Options& options, const Outcome& outcome) {
  json::object o;
  o["tool"] = "tricolor";
  o["version"] = TRICOLOR_VERSION;
  o["command"] = options.command;
  o["scenario"] = options.subject;
  o["memory_model"] = "native";
  o["explorer"] = "none";
  o["seed"] = options.seed;
  o["procs"] = options.procs;
  o["mutants"] = json::array();
  o["verdict"] = outcome.invariant.empty() ? "pass" : "violation";
  o["coverage"] = "sampled";
  o["executions"] = outcome.executions;
  o["blocked_executions"] = 0;
  o["redundant_executions"] = 0;
  o["steps"] = 0;
  o["seconds"] = outcome.seconds;
  o["executions_per_second"] = rate(outcome.executions, outcome.seconds);
  o["steps_per_second"] = 0.0;
  // The runs are children; the parent holds only the input.
  o["peak_rss_bytes"] = peak_rss_bytes(RUSAGE_CHILDREN);
  o["trace_hash"] = "";
  o["limits_hit"] = json::array(outcome.limits.begin(), outcome.limits.end());
  o["violations"] = violations_of(outcome);
  o["reached"] = json::object();
  json::object results;
  for (const auto& [name, value] : outcome.results) results[name] = value;
  o["results"] = std::move(results);
  std::cout << json::serialize(o) << "\n";
}

void print_text(const Options& options, const Outcome& outcome) {
  fmt::print("{} native: {}, {} executions in {:.3f} s\n", options.subject,
             outcome.invariant.empty() ? "pass" : "violation", outcome.executions, outcome.seconds);
  for (const auto& [name, value] : outcome.results) fmt::print("  {:<24} {}\n", name, value);
  for (const std::string& limit : outcome.limits) fmt::print("limit hit: {}\n", limit);
  if (outcome.invariant.empty()) return;
  fmt::print("violation of {}: {}\n", outcome.invariant, outcome.message);
}

}  // namespace cli::native
