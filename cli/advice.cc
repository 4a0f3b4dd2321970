// The searches, each but the first of its kind in a process of its own.
#include "cli/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/search.h"
#include "model/choice.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

using sim::Orders;
using sim::OrderSite;

std::string rule_for(const OrderSite& site, Orders orders) {
  return site.place() + "=" + sim::spell(site.kind, orders);
}

bool is_at_most(const OrderSite& site, Orders a, Orders b) {
  return sim::weaker_of(site.kind, a, b) == a;
}

// Below all that the operation may have, the weakest first.
std::vector<Orders> from_the_weakest(const OrderSite& site, Orders below) {
  std::vector<Orders> orders = sim::all_weaker(site.kind, below);
  std::reverse(orders.begin(), orders.end());
  return orders;
}

class Advisor {
 public:
  explicit Advisor(const Options& options) : options_(options) {
    options_.command = "explore";
    options_.progress = "never";
    options_.audit = 0;
    options_.trace.clear();
    options_.keep_sites = true;
    folder_ = options.trace;
    if (options_.explorer_given) return;
    // The one that reduces, where loads are no choices and the race detector watches.
    const auto* model = sim::find_memory_model(options_.memory_model);
    const bool may_reduce = !model->keeps_values && !options_.liveness && options_.checkers.empty();
    whole_ = may_reduce ? "dpor" : "dfs";
  }

  Advice advise() {
    Advice advice;
    std::vector<OrderSite> sites;
    error_ = make_folder();
    if (error_.empty()) advice.as_written = try_here(options_, &sites);
    if (error_.empty() && advice.as_written.is_silent()) {
      weaken_each(sites, advice);
      weaken_together(advice);
    } else if (error_.empty()) {
      strengthen(advice);
    }
    advice.error = error_;
    return advice;
  }

 private:
  std::string make_folder() const {
    if (folder_.empty()) return "";
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    return error ? folder_ + ": " + error.message() : "";
  }

  // The options of the searches that are worth trying, the first of which says enough if it ends.
  std::vector<Options> searches(const Options& base) const {
    std::vector<Options> all;
    if (options_.explorer_given) return {base};
    Options o = base;
    o.explorer = whole_;
    if (base.executions_max == 0) o.executions_max = whole_executions_max;
    if (!whole_.empty()) all.push_back(o);
    o.explorer = "portfolio";
    if (base.executions_max == 0) o.executions_max = sampled_advice_executions;
    all.push_back(o);
    return all;
  }

  static bool has_ended(const Row& row) {
    return row.invariant[0] != '\0' ||
           static_cast<model::Coverage>(row.coverage) != model::Coverage::inconclusive;
  }

  // In this process, which then knows the lines of the code; adds the sites.
  Trial try_here(const Options& base, std::vector<OrderSite>* sites) {
    Trial trial;
    for (const Options& o : searches(base)) {
      const Outcome outcome = search(o, {});
      error_ = outcome.error;
      if (!error_.empty()) return trial;
      trial.explorer = o.explorer;
      trial.row = row_of(outcome);
      sites->insert(sites->end(), outcome.sites.begin(), outcome.sites.end());
      if (has_ended(trial.row)) break;
      if (o.explorer == whole_) whole_.clear();  // what is larger will not end either
    }
    std::sort(sites->begin(), sites->end());
    sites->erase(std::unique(sites->begin(), sites->end()), sites->end());
    return trial;
  }

  Trial try_in_child(Options base, const std::string& name) {
    Trial trial;
    if (!folder_.empty() && !name.empty()) {
      trial.trace = fmt::format("{}/{}.{}.trace", folder_, name, options_.memory_model);
    }
    base.trace = trial.trace;
    for (const Options& o : searches(base)) {
      trial.explorer = o.explorer;
      if (!search_in_child(o, &trial.row)) {
        error_ = "a search failed: " + reproduction(o);
        return trial;
      }
      if (has_ended(trial.row)) break;
    }
    if (trial.is_silent()) trial.trace.clear();
    return trial;
  }

  static std::string reproduction(const Options& o) {
    return fmt::format("{} {} --weaken {}", o.command, o.subject,
                       fmt::join(o.weaken, " --weaken "));
  }

  Trial try_weakened(const OrderSite& site, Orders orders) {
    Options o = options_;
    o.weaken.push_back(rule_for(site, orders));
    std::string name = site.file.substr(site.file.rfind('/') + 1) + "-" +
                       std::to_string(site.line) + "-" + sim::name_of(site.kind) + "-" +
                       sim::spell(site.kind, orders);
    std::replace(name.begin(), name.end(), '/', '-');
    Trial trial = try_in_child(o, name);
    trial.orders = orders;
    return trial;
  }

  void weaken_each(const std::vector<OrderSite>& sites, Advice& advice) {
    for (const OrderSite& site : sites) {
      SiteAdvice s{site, {}, {}};
      for (const Orders orders : from_the_weakest(site, site.written)) {
        const auto follows = [&](Orders silent) { return is_at_most(site, silent, orders); };
        if (std::any_of(s.silent.begin(), s.silent.end(), follows)) {
          s.silent.push_back(orders);
          continue;
        }
        s.trials.push_back(try_weakened(site, orders));
        if (!error_.empty()) return;
        if (s.trials.back().is_silent()) s.silent.push_back(orders);
      }
      advice.sites.push_back(std::move(s));
    }
  }

  Trial try_changes(const Advice& advice, const std::vector<Change>& changes, bool strengthens) {
    Options o = options_;
    for (const Change& change : changes) {
      (strengthens ? o.strengthen : o.weaken)
          .push_back(rule_for(advice.sites[change.site].site, change.orders));
    }
    return try_in_child(o, "");
  }

  void weaken_together(Advice& advice) {
    TogetherAdvice& t = advice.together;
    for (std::size_t i = 0; i < advice.sites.size(); i++) {
      if (!advice.sites[i].silent.empty()) t.kept.push_back({i, advice.sites[i].silent[0]});
    }
    if (!error_.empty() || t.kept.empty()) return;
    t.all = t.of_kept = try_changes(advice, t.kept, false);
    if (t.all.is_silent()) return;
    t.kept.clear();
    for (std::size_t i = 0; i < advice.sites.size() && error_.empty(); i++) {
      for (const Orders orders : advice.sites[i].silent) {
        t.kept.push_back({i, orders});
        const Trial trial = try_changes(advice, t.kept, false);
        if (trial.is_silent()) {
          t.of_kept = trial;
          break;
        }
        t.kept.pop_back();
      }
    }
  }

  // The weakest order of one site that keeps it silent, where `changes` has a strong one for it.
  void lower(const Advice& advice, std::vector<Change>& changes, std::size_t at) {
    const OrderSite& site = advice.sites[changes[at].site].site;
    const Orders strong = changes[at].orders;
    for (const Orders orders : from_the_weakest(site, strong)) {
      if (is_at_most(site, orders, site.written)) continue;
      changes[at].orders = orders;
      if (try_changes(advice, changes, true).is_silent()) return;
    }
    changes[at].orders = strong;
  }

  void strengthen(Advice& advice) {
    MissingAdvice& missing = advice.missing;
    Options o = options_;
    o.strengthen.push_back(all_sites);
    std::vector<OrderSite> sites;
    missing.strongest = try_here(o, &sites);
    for (const OrderSite& site : sites) advice.sites.push_back({site, {}, {}});
    if (!error_.empty() || !missing.strongest.is_silent()) return;
    std::vector<Change> all;
    for (std::size_t i = 0; i < sites.size(); i++) {
      const Orders strong =
          sim::stronger_of(sites[i].kind, sites[i].written, sim::strongest_orders);
      if (strong != sites[i].written) all.push_back({i, strong});
    }
    for (const Change& change : all) {
      std::vector<Change> one{change};
      if (!try_changes(advice, one, true).is_silent() || !error_.empty()) continue;
      lower(advice, one, 0);
      missing.alone.push_back(one[0]);
    }
    if (!missing.alone.empty() || !error_.empty()) return;
    for (std::size_t i = 0; i < all.size();) {
      std::vector<Change> without = all;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (try_changes(advice, without, true).is_silent()) {
        all = std::move(without);
      } else {
        i++;
      }
    }
    for (std::size_t i = 0; i < all.size(); i++) lower(advice, all, i);
    missing.set = std::move(all);
  }

  Options options_;
  std::string folder_;  // for traces; empty: none are wanted
  std::string whole_;   // the explorer that may end; empty: none does
  std::string error_;
};

}  // namespace

const char* name_of(Need need) {
  switch (need) {
    case Need::relaxed:
      return "relaxed";
    case Need::needed:
      return "needed";
    case Need::stronger:
      return "stronger_than_needed";
    case Need::none:
      return "not_needed";
  }
  return "";
}

Need SiteAdvice::need() const {
  if (trials.empty()) return Need::relaxed;
  if (silent.empty()) return Need::needed;
  return trials[0].is_silent() ? Need::none : Need::stronger;
}

const Trial* SiteAdvice::weakest_silent() const {
  const auto at =
      std::find_if(trials.begin(), trials.end(), [](const Trial& t) { return t.is_silent(); });
  return at == trials.end() ? nullptr : &*at;
}

const Trial* SiteAdvice::strongest_breaking() const {
  const auto at =
      std::find_if(trials.rbegin(), trials.rend(), [](const Trial& t) { return !t.is_silent(); });
  return at == trials.rend() ? nullptr : &*at;
}

Advice advise(const Options& options) { return Advisor(options).advise(); }

}  // namespace cli
