// `list --json`: each axis has what the command line takes, and the figures of the tables.
#include "cli/list.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <set>

namespace {

namespace json = boost::json;

std::set<std::string> names_of(const json::array& items) {
  std::set<std::string> names;
  for (const json::value& item : items) {
    names.emplace(item.as_object().at("name").as_string());
  }
  return names;
}

TEST_CASE("names are there once") {
  CHECK(cli::axes().size() == 7);
  for (const cli::Axis& axis : cli::axes()) {
    CAPTURE(axis.name);
    const json::array items = axis.items();
    CHECK(!items.empty());
    CHECK(names_of(items).size() == items.size());
  }
  CHECK(names_of(cli::memory_model_items()).contains("rc11"));
  CHECK(names_of(cli::mutant_items()).contains("fix:tiny"));
}

TEST_CASE("a scenario tells its parameters and how its searches must end") {
  for (const json::value& item : cli::scenario_items()) {
    const auto& o = item.as_object();
    if (o.at("name") != "mutex") continue;
    const auto& param = o.at("params").at(0).as_object();
    CHECK(param.at("low").as_int64() <= param.at("value").as_int64());
    bool exhausted = false, on_semaphores = false;
    for (const json::value& search : o.at("searches").as_array()) {
      exhausted |= search.at("sc").at("coverage") == "exhausted";
      on_semaphores |= search.at("tuning").as_object().contains("lock_flavour");
    }
    CHECK(exhausted);
    CHECK(on_semaphores);
    return;
  }
  FAIL("no such scenario");
}

}  // namespace
