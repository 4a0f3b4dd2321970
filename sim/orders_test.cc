// The lattice of orders, their spelling, and lines of source.
#include "sim/orders.h"

#include <doctest/doctest.h>

#include "sim/source_line.h"

namespace {

using sim::AtomicKind;

std::string weaker_than(AtomicKind kind, const char* orders) {
  std::string text;
  for (const sim::Orders o : sim::all_weaker(kind, *sim::read_orders(orders))) {
    text += (text.empty() ? "" : " ") + sim::spell(kind, o);
  }
  return text;
}

TEST_CASE("what is weaker, the strongest first") {
  CHECK(weaker_than(AtomicKind::load, "seq_cst") == "acquire relaxed");
  CHECK(weaker_than(AtomicKind::store, "seq_cst") == "release relaxed");
  CHECK(weaker_than(AtomicKind::store, "relaxed") == "");
  CHECK(weaker_than(AtomicKind::update, "seq_cst") == "acq_rel acquire release relaxed");
  CHECK(weaker_than(AtomicKind::fence, "acq_rel") == "acquire release none");
  CHECK(weaker_than(AtomicKind::swap, "acquire/acquire") == "acquire/relaxed relaxed/relaxed");
  CHECK(weaker_than(AtomicKind::swap, "seq_cst/seq_cst") ==
        "seq_cst/acquire seq_cst/relaxed acq_rel/acquire acq_rel/relaxed acquire/acquire "
        "acquire/relaxed release/relaxed relaxed/relaxed");
  // The failure is the stronger one already.
  CHECK(weaker_than(AtomicKind::swap, "release/acquire") ==
        "release/relaxed relaxed/acquire relaxed/relaxed");
}

TEST_CASE("each is between both") {
  constexpr const char* names[] = {"relaxed", "acquire", "release", "acq_rel", "seq_cst"};
  for (const AtomicKind kind : {AtomicKind::load, AtomicKind::store, AtomicKind::update,
                                AtomicKind::swap, AtomicKind::fence}) {
    for (const char* a : names) {
      for (const char* b : names) {
        const sim::Orders x = *sim::read_orders(a), y = *sim::read_orders(b);
        const sim::Orders low = sim::weaker_of(kind, x, y), high = sim::stronger_of(kind, x, y);
        CHECK(sim::weaker_of(kind, low, x) == low);
        CHECK(sim::weaker_of(kind, low, y) == low);
        CHECK(sim::stronger_of(kind, high, x) == high);
        CHECK(sim::stronger_of(kind, high, y) == high);
      }
    }
  }
  const auto meet = sim::weaker_of(AtomicKind::update, *sim::read_orders("acquire"),
                                   *sim::read_orders("release"));
  CHECK(sim::spell(AtomicKind::update, meet) == "relaxed");
}

TEST_CASE("a rule names a site by the end of its path") {
  const sim::OrderSite site{"runtime_core/sync/lfstack.cc", 80, AtomicKind::swap, {}, "f"};
  const auto is_about = [&](const char* file, std::uint32_t line,
                            std::optional<AtomicKind> kind = {}) {
    return sim::OrderRule{file, line, kind, {}, false}.is_about(site);
  };
  CHECK(is_about("lfstack.cc", 80));
  CHECK(is_about("sync/lfstack.cc", 80, AtomicKind::swap));
  CHECK(is_about("", 0));
  CHECK(!is_about("stack.cc", 80));
  CHECK(!is_about("lfstack.cc", 81));
  CHECK(!is_about("lfstack.cc", 80, AtomicKind::load));
}

TEST_CASE("names of functions lose their scopes, files their folders") {
  const auto line = [](const char* function, const char* path) {
    return sim::make_source_line(function, path, 1);
  };
  CHECK(line("a::(anonymous namespace)::f(std::vector<int>*, b::c)", "/x/y.cc").function == "f");
  CHECK(line("_ZN1a1fIiEEvT_", "/x/y.cc").function == "f");
  CHECK(line("f", "/x/y.cc").file == "y.cc");
  CHECK(line("f", "/w/runtime_core/sync/lfstack.cc").file == "runtime_core/sync/lfstack.cc");
  CHECK(line("load", "/usr/include/c++/12/bits/atomic_base.h").is_library);
  CHECK(!line("push", "/usr/include/boost/lockfree/stack.hpp").is_library);
}

}  // namespace
