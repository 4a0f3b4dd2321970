// The life of a campaign.
#include "cli/partitioned.h"

#include <fmt/format.h>

#include <cstring>

#include "cli/again.h"
#include "cli/campaign.h"
#include "cli/checkpoint.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/workers.h"
#include "traces/file.h"

namespace cli {
namespace {

class Search {
 public:
  Search(Session& session, const Options& options, Outcome& outcome)
      : s_(session),
        options_(options),
        outcome_(outcome),
        campaign_(std::move(session.partition), session.executions_max),
        progress_(options, [this] { return campaign_.share(); }),
        checkpoints_(options) {}

  std::string run() {
    std::string error = resume();
    if (error.empty() && checkpoints_.wanted()) error = write_checkpoint();
    if (!error.empty()) return error;
    std::optional<Interrupts> interrupts;
    if (checkpoints_.wanted()) interrupts.emplace();
    if (options_.workers > 1) {
      error = search_in_workers(s_, campaign_,
                                {options_.workers, options_.twice, [this](std::uint64_t bytes) {
                                   look();
                                   return is_ended(progress_.look(standing({}, bytes)));
                                 }});
    } else {
      search_here();
    }
    if (error.empty() && checkpoints_.wanted() && is_worth_keeping()) error = write_checkpoint();
    return error.empty() ? campaign_.failure() : error;
  }

  void finish(Totals& totals) {
    outcome_.seconds = progress_.seconds();
    outcome_.spent = progress_.spent();
    outcome_.share = campaign_.share();
    outcome_.coverage = campaign_.coverage();
    if (!campaign_.violated()) outcome_.limits = campaign_.limits();
    if (outcome_.signal != 0) {
      outcome_.limits.push_back(fmt::format("signal={}", sigabbrev_np(outcome_.signal)));
    }
    totals = campaign_.totals();
    outcome_.unrepeatable = campaign_.divergence();
    outcome_.crash = campaign_.crash();
    if (!outcome_.crash.empty()) {
      outcome_.choices = totals.choices;
      outcome_.violations.push_back(
          {"sim.worker_death", "the process that ran the execution died by " + outcome_.crash});
    } else if (totals.choices != s_.machine.choices || options_.workers > 1) {
      // Another process ran it, or this one a while ago.
      run_again(s_.machine, totals.choices);
    }
  }

 private:
  std::string resume() {
    if (options_.resume.empty()) return "";
    const auto bytes = traces::read_file(options_.resume);
    if (!bytes) return options_.resume + ": " + bytes.error.describe();
    const auto words = decode_checkpoint(*bytes, reproduce(options_));
    if (!words) return options_.resume + ": " + words.error.describe();
    if (campaign_.restore(*words, *s_.explorer)) return "";
    return options_.resume + ": no state of this search; start it over";
  }

  bool is_worth_keeping() const {
    return !campaign_.violated() && campaign_.divergence().empty() && campaign_.failure().empty();
  }

  std::string write_checkpoint() {
    return checkpoints_.write(campaign_.save(), progress_.seconds());
  }

  // After a report.
  void look() {
    if (!checkpoints_.is_due(progress_.seconds())) return;
    const std::string error = write_checkpoint();
    if (!error.empty()) fmt::print(stderr, "tricolor: {}\n", error);
  }

  // With what is not committed yet.
  Standing standing(const Totals& part, std::uint64_t workers_bytes) const {
    const Totals& t = campaign_.totals();
    return {t.executions + part.executions, t.steps + part.steps, workers_bytes};
  }

  bool is_ended(bool is_spent) {
    outcome_.signal = checkpoints_.wanted() ? Interrupts::signal() : 0;
    return is_spent || outcome_.signal != 0;
  }

  void search_here() {
    const auto is_over = [this](const Totals& part) {
      return is_ended(progress_.is_spent(standing(part, 0)));
    };
    while (const auto task = campaign_.next()) {
      PartReport report = run_part(s_, *task, options_.twice, is_over);
      // Whoever resumes the search runs the whole part.
      if (report.stopped && checkpoints_.wanted()) return;
      campaign_.finish(task->index, std::move(report));
      look();
    }
  }

  Session& s_;
  const Options& options_;
  Outcome& outcome_;
  Campaign campaign_;
  Progress progress_;
  Checkpoints checkpoints_;
};

}  // namespace

std::string search_in_parts(Session& session, const Options& options, Totals& totals,
                            Outcome& outcome) {
  Search search(session, options, outcome);
  std::string error = search.run();
  if (error.empty()) search.finish(totals);
  return error;
}

}  // namespace cli
