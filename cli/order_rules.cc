// Reading FILE:LINE[:KIND][=ORDER].
#include "cli/order_rules.h"

#include <fmt/format.h>

#include <charconv>

namespace cli {
namespace {

constexpr const char* form =
    "expected FILE:LINE[:KIND][=ORDER]; KIND is load, store, update, swap or fence; ORDER relaxed, "
    "acquire, release, acq_rel, seq_cst, or two with a slash between for a swap that fails";

bool read_line(const std::string& text, std::uint32_t* line) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *line);
  return error == std::errc() && end == text.data() + text.size() && *line != 0;
}

bool read_rule(std::string text, sim::OrderRule* rule) {
  if (const auto at = text.find('='); at != std::string::npos) {
    const auto orders = sim::read_orders(text.substr(at + 1));
    if (!orders) return false;
    rule->bound = *orders;
    text.resize(at);
  }
  auto at = text.rfind(':');
  if (at == std::string::npos) return false;
  if (!read_line(text.substr(at + 1), &rule->line)) {
    rule->kind = sim::find_atomic_kind(text.substr(at + 1));
    text.resize(at);
    at = text.rfind(':');
    if (!rule->kind || at == std::string::npos) return false;
    if (!read_line(text.substr(at + 1), &rule->line)) return false;
  }
  rule->file = text.substr(0, at);
  return !rule->file.empty();
}

std::string read_all(const std::vector<std::string>& texts, bool strengthens,
                     std::vector<sim::OrderRule>* rules) {
  for (const std::string& text : texts) {
    sim::OrderRule rule;
    rule.strengthens = strengthens;
    rule.bound = strengthens ? sim::strongest_orders : sim::Orders{};
    const bool is_all = strengthens && text == all_sites;
    if (!is_all && !read_rule(text, &rule)) {
      return fmt::format("--{} {}: {}", strengthens ? "strengthen" : "weaken", text, form);
    }
    rules->push_back(std::move(rule));
  }
  return "";
}

}  // namespace

std::string read_order_rules(const Options& options, std::vector<sim::OrderRule>* rules) {
  std::string error = read_all(options.weaken, false, rules);
  return error.empty() ? read_all(options.strengthen, true, rules) : error;
}

std::string describe_unmet(const Options& options, const sim::OrderTable& table) {
  const std::size_t at = table.unmet();
  const std::size_t count = options.weaken.size();
  if (at >= count + options.strengthen.size()) return "";
  const std::string text = at < count ? "--weaken " + options.weaken[at]
                                      : "--strengthen " + options.strengthen[at - count];
  return text +
         ": the program executed no such operation; `tricolor orders SCENARIO` lists those "
         "that it executes";
}

}  // namespace cli
