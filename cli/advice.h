// Which memory orders a program needs: each atomic access and fence that it executes is weakened,
// one at a time, and the program searched again; or, where it fails as written, strengthened.
//
// Weakening an order only adds executions, so that what is silent with a weaker one is silent with
// a stronger one, as far as the searches see all. The orders of a site are tried from the weakest
// on, and those above one that is silent are left out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/child_search.h"
#include "cli/options.h"
#include "sim/orders.h"

namespace cli {

// A search without an explorer by name takes one that ends, if it does within so many executions;
// else it samples so many.
inline constexpr std::uint64_t whole_executions_max = 200'000, sampled_advice_executions = 20'000;

// A search of the program with some orders changed.
struct Trial {
  sim::Orders orders;  // of the site that it is about
  std::string explorer;
  Row row{};
  std::string trace;  // of the violation; empty: not recorded

  bool is_silent() const { return row.invariant[0] == '\0'; }
};

enum class Need : std::uint8_t {
  relaxed,   // as written: nothing to weaken
  needed,    // every weaker order breaks something
  stronger,  // than needed, within the bounds searched
  none,      // the weakest order is silent within them
};
const char* name_of(Need need);

struct SiteAdvice {
  sim::OrderSite site;
  std::vector<Trial> trials;        // the weakest order first
  std::vector<sim::Orders> silent;  // the weakest first, with those that follow

  Need need() const;
  const Trial* weakest_silent() const;      // null: none
  const Trial* strongest_breaking() const;  // null: none
};

struct Change {
  std::size_t site;
  sim::Orders orders;
};

// All that is silent alone, at once.
struct TogetherAdvice {
  Trial all;
  std::vector<Change> kept;  // all, or one by one as many as stay silent
  Trial of_kept;
};

// Of a program that fails as written.
struct MissingAdvice {
  Trial strongest;            // every order as strong as can be
  std::vector<Change> alone;  // each of them heals; the weakest orders that do
  std::vector<Change> set;    // if none does alone: these do, and none can be left out
};

struct Advice {
  std::string error;  // not empty: the searches could not be made
  Trial as_written;
  std::vector<SiteAdvice> sites;  // in the order of files and lines
  TogetherAdvice together;        // if it is silent as written
  MissingAdvice missing;          // else
};

// options.trace: a folder for the failing executions.
Advice advise(const Options& options);

}  // namespace cli
