// `tricolor orders SCENARIO`: the table of memory orders, as text and JSON.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "cli/advice.h"
#include "cli/commands.h"
#include "cli/trace_input.h"
#include "model/choice.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

namespace json = boost::json;

std::string bounds_of(const Trial& t) {
  const auto coverage = static_cast<model::Coverage>(t.row.coverage);
  std::string text = fmt::format("{}, {} executions", model::name_of(coverage), t.row.executions);
  if (coverage == model::Coverage::sampled) return text + " of " + t.explorer;
  if (t.row.limits[0] != '\0') text += fmt::format(", limit hit: {}", t.row.limits);
  return text;
}

std::string breaks_of(const sim::OrderSite& site, const Trial& t) {
  std::string text = fmt::format("{} breaks {}", sim::spell(site.kind, t.orders), t.row.invariant);
  if (t.row.independent_loads) text += " unless a dependency forbids it";
  if (!t.trace.empty()) text += ", " + t.trace;
  return text;
}

std::string silent_of(const sim::OrderSite& site, const Trial& t) {
  return fmt::format("{} is silent ({})", sim::spell(site.kind, t.orders), bounds_of(t));
}

std::string sentence_of(const SiteAdvice& s) {
  const Trial *silent = s.weakest_silent(), *breaks = s.strongest_breaking();
  switch (s.need()) {
    case Need::relaxed:
      return "nothing to weaken";
    case Need::needed:
      return "needed: " + breaks_of(s.site, *breaks);
    case Need::stronger:
      return "stronger than needed: " + silent_of(s.site, *silent) + "; " +
             breaks_of(s.site, *breaks);
    case Need::none:
      return "not needed: " + silent_of(s.site, *silent);
  }
  return "";
}

std::string spell_change(const Advice& a, const Change& change) {
  const sim::OrderSite& site = a.sites[change.site].site;
  return site.place() + "=" + sim::spell(site.kind, change.orders);
}

void print_sites(const Advice& a) {
  std::size_t place = 0, function = 0, written = 0, relaxed = 0;
  for (const SiteAdvice& s : a.sites) {
    if (s.need() == Need::relaxed) {
      relaxed++;
      continue;
    }
    place = std::max(place, s.site.place().size());
    function = std::max(function, s.site.function.size());
    written = std::max(written, sim::spell(s.site.kind, s.site.written).size());
  }
  for (const SiteAdvice& s : a.sites) {
    if (s.need() == Need::relaxed) continue;
    fmt::print("{:<{}}  {:<{}}  {:<{}}  {}\n", s.site.place(), place, s.site.function, function,
               sim::spell(s.site.kind, s.site.written), written, sentence_of(s));
  }
  if (relaxed != 0) fmt::print("{} more are relaxed as written\n", relaxed);
}

void print_together(const Advice& a) {
  const TogetherAdvice& t = a.together;
  if (t.all.explorer.empty()) return;
  if (t.all.is_silent()) {
    fmt::print("all of these weakenings at once: silent ({})\n", bounds_of(t.all));
    return;
  }
  fmt::print("all of these weakenings at once break {}; one by one, these stay silent ({}):\n",
             t.all.row.invariant, bounds_of(t.of_kept));
  for (const Change& change : t.kept) fmt::print("  {}\n", spell_change(a, change));
  if (t.kept.empty()) fmt::print("  none\n");
}

void print_missing(const Advice& a) {
  const MissingAdvice& m = a.missing;
  fmt::print("as written: violation of {}: {}\n", a.as_written.row.invariant,
             a.as_written.row.message);
  if (!m.strongest.is_silent()) {
    fmt::print(
        "missing: no order of the {} accesses and fences heals it: all as strong as can be, "
        "still a violation of {}\n",
        a.sites.size(), m.strongest.row.invariant);
    return;
  }
  const auto print = [&](const char* what, const std::vector<Change>& changes) {
    fmt::print("missing: {}\n", what);
    for (const Change& change : changes) {
      const sim::OrderSite& site = a.sites[change.site].site;
      fmt::print("  {} in {}, written {}\n", spell_change(a, change), site.function,
                 sim::spell(site.kind, site.written));
    }
  };
  if (!m.alone.empty()) {
    print("each of these, at least so strong, heals it", m.alone);
  } else {
    print("these together, at least so strong, heal it", m.set);
  }
}

void print_text(const Options& o, const Advice& a) {
  fmt::print("orders {} under {}\n", o.subject, o.memory_model);
  if (!a.as_written.is_silent()) return print_missing(a);
  fmt::print("as written: silent ({})\n", bounds_of(a.as_written));
  print_sites(a);
  print_together(a);
  const auto* model = sim::find_memory_model(o.memory_model);
  fmt::print("{} leaves out: {}\n", o.memory_model, model->leaves_out);
  if (model->may_allow != nullptr) {
    fmt::print("{} may allow too much: {}\n", o.memory_model, model->may_allow);
  }
  if (model->keeps_values) {
    fmt::print("so a release that is not needed may still keep earlier loads before it\n");
  }
}

json::object json_of(const Trial& t) {
  json::object o{{"verdict", t.is_silent() ? "pass" : "violation"},
                 {"explorer", t.explorer},
                 {"coverage", model::name_of(static_cast<model::Coverage>(t.row.coverage))},
                 {"executions", t.row.executions},
                 {"steps", t.row.steps},
                 {"limits_hit", t.row.limits}};
  if (t.is_silent()) return o;
  o["invariant"] = t.row.invariant;
  o["message"] = t.row.message;
  o["trace"] = t.trace;
  if (t.row.independent_loads) o["needs_independent_loads"] = true;
  return o;
}

json::object json_of(const SiteAdvice& s) {
  json::object o{{"site", s.site.place()},
                 {"file", s.site.file},
                 {"line", s.site.line},
                 {"function", s.site.function},
                 {"operation", sim::name_of(s.site.kind)},
                 {"written", sim::spell(s.site.kind, s.site.written)},
                 {"verdict", name_of(s.need())}};
  if (const Trial* t = s.weakest_silent()) o["weakest_silent"] = sim::spell(s.site.kind, t->orders);
  if (const Trial* t = s.strongest_breaking()) {
    o["strongest_breaking"] = sim::spell(s.site.kind, t->orders);
  }
  json::array tried;
  for (const Trial& t : s.trials) {
    json::object row = json_of(t);
    row["order"] = sim::spell(s.site.kind, t.orders);
    tried.push_back(std::move(row));
  }
  o["tried"] = std::move(tried);
  return o;
}

json::array json_of(const Advice& a, const std::vector<Change>& changes) {
  json::array all;
  for (const Change& change : changes) all.emplace_back(spell_change(a, change));
  return all;
}

void print_json(const Options& o, const Advice& a) {
  const bool silent = a.as_written.is_silent();
  json::object all{{"tool", "tricolor"},
                   {"version", TRICOLOR_VERSION},
                   {"command", "orders"},
                   {"scenario", o.subject},
                   {"memory_model", o.memory_model},
                   {"seed", o.seed},
                   {"verdict", silent ? "pass" : "violation"},
                   {"as_written", json_of(a.as_written)}};
  const auto* model = sim::find_memory_model(o.memory_model);
  all["memory_model_leaves_out"] = model->leaves_out;
  if (model->may_allow != nullptr) all["memory_model_may_allow"] = model->may_allow;
  if (silent) {
    json::array sites;
    for (const SiteAdvice& s : a.sites) sites.push_back(json_of(s));
    all["sites"] = std::move(sites);
    if (!a.together.all.explorer.empty()) {
      all["together"] = {{"all", json_of(a.together.all)},
                         {"kept", json_of(a, a.together.kept)},
                         {"of_kept", json_of(a.together.of_kept)}};
    }
  } else {
    all["missing"] = {{"strongest", json_of(a.missing.strongest)},
                      {"each_heals", json_of(a, a.missing.alone)},
                      {"together_heal", json_of(a, a.missing.set)}};
  }
  std::cout << json::serialize(all) << "\n";
}

// What the advisor cannot say anything about, or nothing.
std::string why_not(const Options& o) {
  if (o.memory_model == "sc") {
    return "orders under sc: every access is sequentially consistent there, whatever order it "
           "names; use rc11, armv8, power or tso";
  }
  if (!o.weaken.empty() || !o.strengthen.empty()) {
    return "orders changes the orders itself: leave out --weaken and --strengthen";
  }
  return "";
}

}  // namespace

int orders(Options o) {
  if (!o.memory_model_given) o.memory_model = "rc11";
  if (const int code = check_names(o); code != 0) return code;
  std::string problem = why_not(o);
  Advice advice;
  if (problem.empty()) {
    advice = advise(o);
    problem = advice.error;
  }
  if (!problem.empty()) {
    fmt::print(stderr, "tricolor: {}\n", problem);
    return exit_usage;
  }
  if (o.json) {
    print_json(o, advice);
  } else {
    print_text(o, advice);
  }
  return advice.as_written.is_silent() ? exit_clean : exit_violation;
}

}  // namespace cli
