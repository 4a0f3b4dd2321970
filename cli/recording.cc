// Trace headers, and comparison of recorded events.
#include "cli/recording.h"

#include <fmt/format.h>

#include <map>

#include "cli/event_names.h"
#include "cli/session.h"
#include "model/replay.h"

namespace cli {
namespace {

template <class T>
boost::json::object object_of(const std::vector<std::pair<std::string, T>>& pairs) {
  boost::json::object o;
  for (const auto& [name, value] : pairs) o[name] = value;
  return o;
}

bool flag(const boost::json::object& o, const char* name) {
  const auto* value = o.if_contains(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

// Out of range reads as `otherwise` too: the header may be anything.
std::uint32_t number(const boost::json::object& o, const char* name, std::uint32_t otherwise) {
  const auto* value = o.if_contains(name);
  if (value == nullptr || !value->is_number()) return otherwise;
  boost::system::error_code error;
  const auto n = value->to_number<std::uint32_t>(error);
  return error ? otherwise : n;
}

std::string text(const boost::json::object& o, const char* name, const char* otherwise) {
  const auto* value = o.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : otherwise;
}

template <class T>
void read_pairs(const boost::json::object& o, const char* name,
                std::vector<std::pair<std::string, T>>* out) {
  const auto* value = o.if_contains(name);
  if (value == nullptr || !value->is_object()) return;
  for (const auto& item : value->as_object()) {
    boost::system::error_code error;
    const auto n = item.value().to_number<T>(error);
    if (!error) out->emplace_back(std::string(item.key()), n);
  }
}

void read_names(const boost::json::object& o, const char* name, std::vector<std::string>* out) {
  const auto* value = o.if_contains(name);
  if (value == nullptr || !value->is_array()) return;
  for (const auto& item : value->as_array()) {
    if (item.is_string()) out->emplace_back(item.as_string());
  }
}

bool is_count(const boost::json::value& value) {
  boost::system::error_code error;
  value.to_number<std::uint32_t>(error);
  return !error;
}

template <class T>
bool is_table_of_numbers(const boost::json::value& value) {
  if (!value.is_object()) return false;
  boost::system::error_code error;
  for (const auto& item : value.as_object()) {
    if (!error) item.value().to_number<T>(error);
  }
  return !error;
}

// What the reader of traces leaves open.
struct HeaderField {
  const char* name;
  bool (*fits)(const boost::json::value& value);
  const char* what;
};
bool is_list_of_texts(const boost::json::value& value) {
  if (!value.is_array()) return false;
  for (const auto& item : value.as_array()) {
    if (!item.is_string()) return false;
  }
  return true;
}
constexpr bool (*is_text)(const boost::json::value&) = [](const auto& v) { return v.is_string(); };
constexpr bool (*is_flag)(const boost::json::value&) = [](const auto& v) { return v.is_bool(); };
constexpr HeaderField header_fields[] = {
    {"procs", is_count, "a count"},
    {"kernel", is_text, "a name"},
    {"spurious", is_count, "a count"},
    {"refuse_memory", is_count, "a count"},
    {"awaits", is_flag, "true or false"},
    {"fair", is_flag, "true or false"},
    {"decide", is_flag, "true or false"},
    {"liveness", is_flag, "true or false"},
    {"environment", is_list_of_texts, "a list of texts"},
    {"weaken", is_list_of_texts, "a list of texts"},
    {"strengthen", is_list_of_texts, "a list of texts"},
    {"params", is_table_of_numbers<std::int64_t>, "a table of numbers"},
    {"tuning", is_table_of_numbers<std::uint64_t>, "a table of numbers"},
};

}  // namespace

std::string describe(const traces::EventRecord& e) {
  const char* name = e.kind < std::size(event_names) ? event_names[e.kind] : "unknown event";
  return fmt::format("{}({:#x}, {:#x}, {:#x}) of thread {}", name, e.a, e.b, e.c, e.thread);
}

traces::Trace trace_of(const Options& o, const Recording& recording,
                       const std::vector<std::string>& objects) {
  traces::Trace trace;
  trace.choices = recording.choices;
  trace.events = recording.events;
  // Only names that keys refer to, numbered in the order in which they come up.
  std::map<std::uint32_t, std::uint32_t> index_of;
  for (traces::StepKey key : recording.keys) {
    const auto next = static_cast<std::uint32_t>(index_of.size());
    const auto [at, is_new] = index_of.emplace(key.object, next);
    if (is_new) trace.objects.push_back(objects[key.object]);
    key.object = at->second;
    trace.keys.push_back(key);
  }
  auto& h = trace.header;
  h["version"] = TRICOLOR_VERSION;
  h["scenario"] = o.subject;
  h["memory_model"] = o.memory_model;
  h["explorer"] = o.explorer;
  h["seed"] = o.seed;
  h["procs"] = o.procs;
  if (o.kernel != default_kernel) h["kernel"] = o.kernel;
  h["mutants"] = boost::json::array(o.mutants.begin(), o.mutants.end());
  h["checkers"] = boost::json::array(o.checkers.begin(), o.checkers.end());
  if (!o.input.empty()) h["input"] = o.input;
  const auto add_texts = [&h](const char* name, const std::vector<std::string>& texts) {
    if (!texts.empty()) h[name] = boost::json::array(texts.begin(), texts.end());
  };
  add_texts("arguments", o.arguments);
  add_texts("environment", o.environment);
  add_texts("weaken", o.weaken);
  add_texts("strengthen", o.strengthen);
  h["params"] = object_of(o.params);
  h["tuning"] = object_of(o.tuning);
  h["awaits"] = o.awaits;
  h["fair"] = o.fair;
  h["spurious"] = o.spurious;
  h["refuse_memory"] = o.refuse;
  h["decide"] = o.decide;
  if (o.liveness) h["liveness"] = true;
  const auto& violations = recording.violations;
  h["invariant"] = violations.empty() ? "" : violations[0].invariant;
  h["message"] = violations.empty() ? "" : violations[0].message;
  return trace;
}

std::string header_problem(const traces::Trace& trace) {
  for (const HeaderField& field : header_fields) {
    const auto* value = trace.header.if_contains(field.name);
    if (value == nullptr || field.fits(*value)) continue;
    return fmt::format("the header's '{}' is not {}; record the trace again", field.name,
                       field.what);
  }
  return "";
}

Options options_of(const traces::Trace& trace, const Options& given) {
  Options o = given;
  const auto& h = trace.header;
  o.subject = text(h, "scenario", "");
  o.memory_model = text(h, "memory_model", "sc");
  o.kernel = text(h, "kernel", default_kernel);
  o.explorer = "replay";
  if (o.input.empty()) o.input = text(h, "input", "");
  o.record = true;
  o.awaits = flag(h, "awaits");
  o.fair = h.if_contains("fair") == nullptr || flag(h, "fair");
  o.spurious = number(h, "spurious", 0);
  o.refuse = number(h, "refuse_memory", 0);
  o.decide = flag(h, "decide");
  o.liveness = flag(h, "liveness");
  o.procs = number(h, "procs", o.procs);
  read_names(h, "mutants", &o.mutants);
  read_names(h, "weaken", &o.weaken);
  read_names(h, "strengthen", &o.strengthen);
  read_names(h, "checkers", &o.checkers);
  if (o.arguments.empty()) read_names(h, "arguments", &o.arguments);
  o.environment.clear();  // that of the recording
  read_names(h, "environment", &o.environment);
  read_pairs(h, "params", &o.params);
  read_pairs(h, "tuning", &o.tuning);
  return o;
}

std::string recorded_invariant(const traces::Trace& trace) {
  return text(trace.header, "invariant", "");
}

std::string first_difference(const std::vector<traces::EventRecord>& expected,
                             const std::vector<traces::EventRecord>& seen) {
  const std::size_t both = std::min(expected.size(), seen.size());
  for (std::size_t i = 0; i < both; i++) {
    if (expected[i] == seen[i]) continue;
    return fmt::format("event {} was {} and is {}", i + 1, describe(expected[i]),
                       describe(seen[i]));
  }
  if (expected.size() == seen.size()) return "";
  return fmt::format("there were {} events and are {}", expected.size(), seen.size());
}

int write_crash(const Options& options, const Outcome& outcome, const std::string& path) {
  Recording recording;
  recording.choices = outcome.choices;
  recording.keys.resize(outcome.choices.size());
  recording.violations = outcome.violations;
  const auto written = traces::write_trace(path, trace_of(options, recording, {"unknown"}));
  if (written) return exit_violation;
  fmt::print(stderr, "tricolor: {}: {}\n", path, written.error.describe());
  return exit_usage;
}

int write_failure(const Options& options, Outcome& outcome, const std::string& path) {
  Options o = options;
  o.fair = outcome.fair;
  {
    Rerun rerun;
    std::string problem = rerun.set_up(o);
    model::ExplorerOptions e;
    e.replay = outcome.choices;
    model::Replay replay(e);
    if (problem.empty()) {
      replay.next_execution();
      rerun.run(replay);
      replay.next_execution();
      if (replay.divergence()) {
        problem = replay.divergence()->describe();
      } else if (rerun.machine().hot->hash != outcome.hash_of_last) {
        problem = "its events differ";
      }
    }
    if (!problem.empty()) {
      fmt::print(stderr, "tricolor: the failing execution does not repeat: {}\n", problem);
      return exit_diverged;
    }
    const Recording recording = rerun.recording();
    const auto written = traces::write_trace(path, trace_of(o, recording, rerun.objects()));
    if (!written) {
      fmt::print(stderr, "tricolor: {}: {}\n", path, written.error.describe());
      return exit_usage;
    }
  }
  if (!o.shrink) return exit_violation;
  outcome.shrunk = shrink_failure(o, outcome.choices, outcome.violations[0].invariant, path, 0);
  if (outcome.shrunk->error.empty()) return exit_violation;
  fmt::print(stderr, "tricolor: {}\n", outcome.shrunk->error);
  return exit_usage;
}

}  // namespace cli
