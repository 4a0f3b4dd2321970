// JUnit by hand, for it is three elements; SARIF by Boost.JSON.
#include "cli/ci_reports.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/report.h"
#include "sim/fault.h"

namespace cli {
namespace {

namespace json = boost::json;

std::string escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') {
      out += c;  // other control characters have no spelling in XML 1.0
    }
  }
  return out;
}

// "function (file:line)" of symbolise(), as a location.
json::array locations_of(const std::vector<std::uint64_t>& stack) {
  json::array all;
  for (const std::uint64_t pc : stack) {
    const std::string text = sim::symbolise(pc);
    const auto at = text.rfind(" (");
    const auto colon = text.rfind(':');
    if (at == std::string::npos || colon == std::string::npos || colon < at) continue;
    const std::string file = text.substr(at + 2, colon - at - 2);
    const json::object region{{"startLine", std::max(1, std::atoi(text.c_str() + colon + 1))}};
    all.push_back(json::object{
        {"physicalLocation",
         json::object{{"artifactLocation", json::object{{"uri", file}}}, {"region", region}}}});
  }
  return all;
}

}  // namespace

std::string junit_of(const Options& options, const Outcome& outcome) {
  const std::size_t failures = outcome.violations.size();
  std::string cases = fmt::format("    <testcase classname=\"{}\" name=\"{} {}\" time=\"{:.3f}\">",
                                  escape(options.subject), escape(options.memory_model),
                                  escape(options.explorer), outcome.seconds);
  for (const sim::Violation& v : outcome.violations) {
    cases += fmt::format("\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    ",
                         escape(v.invariant), escape(v.message), escape(reproduce(options)));
  }
  cases += "</testcase>\n";
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"tricolor\" "
      "tests=\"1\" failures=\"{}\" errors=\"0\">\n{}  </testsuite>\n</testsuites>\n",
      failures, cases);
}

std::string sarif_of(const Options& options, const Outcome& outcome) {
  json::array rules, results;
  for (const sim::Violation& v : outcome.violations) {
    rules.push_back(json::object{{"id", v.invariant}});
    json::object result{
        {"ruleId", v.invariant},
        {"level", "error"},
        {"message", json::object{{"text", v.message + "\nreproduce: " + reproduce(options)}}}};
    result["locations"] = locations_of(outcome.race_stack);
    result["relatedLocations"] = locations_of(outcome.other_stack);
    results.push_back(std::move(result));
  }
  const json::object driver{{"name", "tricolor"}, {"version", TRICOLOR_VERSION}, {"rules", rules}};
  const json::object run{{"tool", json::object{{"driver", driver}}}, {"results", results}};
  const json::object log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", json::array{run}}};
  return json::serialize(log) + "\n";
}

}  // namespace cli
