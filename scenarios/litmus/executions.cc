// The enumeration of execution graphs.
#include "scenarios/litmus/executions.h"

#include "model/dfs.h"
#include "scenarios/litmus/graph.h"

namespace scenarios::litmus {
namespace {

// A load of one thread, while it has no answer.
struct Refused {
  std::vector<LocalSet> stores;  // by thread: it will not read these
  bool initial = false;
};

struct Load {
  std::size_t thread;
  std::uint32_t event;
};

class Enumerator {
 public:
  Enumerator(const Test& test, const EnumerationOptions& options, const Visit& visit)
      : test_(test),
        options_(options),
        visit_(visit),
        dfs_(model::ExplorerOptions{}),
        threads_(test.threads.size()),
        inputs_(threads_),
        runs_(threads_),
        sources_(threads_),
        refused_(threads_) {}

  EnumerationResult run() {
    while (!result_.error && dfs_.next_execution()) {
      if (left() == 0) {
        result_.limit_hit = true;
        break;
      }
      dfs_.rewind();
      one();
    }
    return result_;
  }

 private:
  std::uint64_t left() const {
    const std::uint64_t done = result_.graphs + result_.blocked;
    if (options_.graphs_max == 0) return ~std::uint64_t{0};
    return done < options_.graphs_max ? options_.graphs_max - done : 0;
  }

  void one() {
    for (std::size_t t = 0; t < threads_; t++) {
      inputs_[t] = {};
      sources_[t].clear();
      refused_[t].clear();
      if (!run_again(t)) return;
    }
    while (true) {
      const std::optional<std::size_t> undecided = thread_that(Stop::undecided);
      if (undecided) {
        inputs_[*undecided].decisions.push_back(dfs_.choose({model::ChoiceKind::spurious, 2}) == 0);
        if (!run_again(*undecided)) return;
      } else if (!find_loads()) {
        return finish();
      } else if (!answer_load()) {
        return;
      }
    }
  }

  std::optional<std::size_t> thread_that(Stop stop) const {
    for (std::size_t t = 0; t < threads_; t++) {
      if (runs_[t].stop == stop) return t;
    }
    return std::nullopt;
  }

  // False when this leads to no graph.
  bool run_again(std::size_t t) {
    run_thread(test_.threads[t], inputs_[t], options_.iterations, &runs_[t]);
    inputs_[t].reads.resize(runs_[t].events.size());
    sources_[t].resize(runs_[t].events.size());
    refused_[t].resize(runs_[t].events.size());
    if (runs_[t].stop == Stop::error) {
      result_.error = runs_[t].error;
      return false;
    }
    if (runs_[t].stop == Stop::cut) result_.cut = true;
    const bool fine = runs_[t].stop != Stop::cut && runs_[t].stop != Stop::impossible;
    if (!fine) result_.blocked++;
    return fine;
  }

  // Whether load `e` of thread t has no answer.
  bool is_open(std::size_t t, std::uint32_t e) const {
    const TraceEvent& event = runs_[t].events[e];
    return event.kind == TraceEvent::Kind::read && !event.value;
  }

  // The stores that a load may read now and has not refused.
  void find_stores(std::size_t t, std::uint32_t e) {
    const Value address = *runs_[t].events[e].address;
    const Refused& refused = refused_[t][e];
    stores_.clear();
    if (!refused.initial) stores_.push_back({});
    for (std::size_t u = 0; u < threads_; u++) {
      for (std::uint32_t w = 0; w < runs_[u].events.size(); w++) {
        const TraceEvent& event = runs_[u].events[w];
        if (event.kind != TraceEvent::Kind::write || !event.value || event.address != address) {
          continue;
        }
        if (u == t && w > e) break;
        if (u < refused.stores.size() && (refused.stores[u] >> w & 1) != 0) continue;
        stores_.push_back({static_cast<std::int32_t>(u), w});
      }
    }
  }

  // Finds the open loads that some store could answer: all of them if every order is wanted, else
  // no more than two. False if there is none.
  bool find_loads() {
    loads_.clear();
    for (std::size_t t = 0; t < threads_; t++) {
      for (std::uint32_t e = 0; e < runs_[t].events.size(); e++) {
        if (!is_open(t, e) || !runs_[t].events[e].address) continue;
        find_stores(t, e);
        if (stores_.empty()) continue;
        loads_.push_back({t, e});
        if (loads_.size() == 2 && !options_.every_order) return true;
      }
    }
    return !loads_.empty();
  }

  // Puts the load off only if another one can be answered first: nothing new would come.
  bool answer_load() {
    const auto loads = static_cast<std::uint32_t>(loads_.size());
    const bool any_order = options_.every_order && loads > 1;
    const Load load = loads_[any_order ? dfs_.choose({model::ChoiceKind::schedule, loads}) : 0];
    find_stores(load.thread, load.event);
    const auto stores = static_cast<std::uint32_t>(stores_.size());
    const std::uint32_t options = stores + (loads > 1 && !options_.every_order ? 1 : 0);
    const std::uint32_t chosen = options == 1 ? 0 : dfs_.choose({model::ChoiceKind::load, options});
    if (chosen == stores) {
      put_off(load);
      return true;
    }
    const Source s = stores_[chosen];
    sources_[load.thread][load.event] = s;
    const Value address = *runs_[load.thread].events[load.event].address;
    inputs_[load.thread].reads[load.event] =
        s.thread == initial_write
            ? test_.locations[static_cast<std::size_t>(address.location)].initial
            : *runs_[static_cast<std::size_t>(s.thread)].events[s.event].value;
    return run_again(load.thread);
  }

  // It will read none of the stores that it could read now.
  void put_off(const Load& load) {
    Refused& refused = refused_[load.thread][load.event];
    refused.stores.resize(threads_);
    for (const Source& s : stores_) {
      if (s.thread == initial_write) {
        refused.initial = true;
      } else {
        refused.stores[static_cast<std::size_t>(s.thread)] |= LocalSet{1} << s.event;
      }
    }
  }

  void finish() {
    for (std::size_t t = 0; t < threads_; t++) {
      bool complete = runs_[t].stop == Stop::finished;
      for (std::uint32_t e = 0; e < runs_[t].events.size(); e++) complete &= !is_open(t, e);
      if (!complete) {
        result_.blocked++;
        return;
      }
    }
    Graph graph(test_, runs_, sources_, &result_.error);
    if (result_.error) return;
    const std::uint64_t orders = graph.visit_orders(visit_, left(), &result_.limit_hit);
    result_.graphs += orders;
    if (orders == 0) result_.blocked++;
  }

  const Test& test_;
  const EnumerationOptions& options_;
  const Visit& visit_;
  model::Dfs dfs_;
  std::size_t threads_;
  std::vector<ThreadInputs> inputs_;
  std::vector<ThreadRun> runs_;
  std::vector<std::vector<Source>> sources_;
  std::vector<std::vector<Refused>> refused_;
  EnumerationResult result_;
  std::vector<Load> loads_;     // of find_loads()
  std::vector<Source> stores_;  // of find_stores()
};

}  // namespace

EnumerationResult enumerate(const Test& test, const EnumerationOptions& options,
                            const Visit& visit) {
  return Enumerator(test, options, visit).run();
}

}  // namespace scenarios::litmus
