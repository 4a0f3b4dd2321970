// Random walks, and counting linear extensions by dynamic programming over closed sets of steps.
#include "model/estimate.h"

#include <cmath>
#include <vector>

namespace model {
namespace {

using Rows = std::vector<std::vector<std::uint32_t>>;

// The steps of each actor, in order.
Rows steps_of_actors(const HappensBefore& order) {
  Rows rows;
  std::vector<std::uint32_t> row_of(2 * first_buffer, ~0u);
  for (std::uint32_t e = 0; e < order.size(); e++) {
    std::uint32_t& row = row_of[order.actor(e)];
    if (row == ~0u) {
      row = static_cast<std::uint32_t>(rows.size());
      rows.emplace_back();
    }
    rows[row].push_back(e);
  }
  return rows;
}

// By step and actor: how many of the actor's steps must come before it.
Rows needs_of_steps(const HappensBefore& order, const Rows& steps) {
  Rows needs(order.size());
  for (std::uint32_t e = 0; e < order.size(); e++) {
    for (const auto& row : steps) {
      std::uint32_t n = 0;
      while (n < row.size() && row[n] < e && order.before(row[n], e)) n++;
      needs[e].push_back(n);
    }
  }
  return needs;
}

}  // namespace

// A set that is closed under what must come before is a number of steps of each actor; numbered as
// a mixed radix number, it comes after all of its subsets.
std::optional<double> linear_extensions(const HappensBefore& order, std::uint64_t ideals_max) {
  const Rows steps = steps_of_actors(order);
  const std::size_t actors = steps.size();
  std::uint64_t sets = 1;
  std::vector<std::uint64_t> unit(actors);
  for (std::size_t a = 0; a < actors; a++) {
    unit[a] = sets;
    sets *= steps[a].size() + 1;
    if (sets > ideals_max) return std::nullopt;
  }
  const Rows needs = needs_of_steps(order, steps);
  std::vector<double> ways(sets);  // in which the set can come about
  ways[0] = 1;
  std::vector<std::uint32_t> taken(actors);
  for (std::uint64_t set = 0; set < sets; set++) {
    for (std::size_t a = 0; a < actors && ways[set] != 0; a++) {
      if (taken[a] == steps[a].size()) continue;
      const auto& needed = needs[steps[a][taken[a]]];
      bool ready = true;
      for (std::size_t b = 0; b < actors; b++) ready = ready && (b == a || needed[b] <= taken[b]);
      if (ready) ways[set + unit[a]] += ways[set];
    }
    for (std::size_t a = 0; a < actors && ++taken[a] > steps[a].size(); a++) taken[a] = 0;
  }
  return ways[sets - 1];
}

void Mean::add(double value) {
  count_++;
  const double before = value - mean_;
  mean_ += before / static_cast<double>(count_);
  squares_ += before * (value - mean_);
}

double Mean::standard_error() const {
  if (count_ < 2) return 0;
  const auto n = static_cast<double>(count_);
  return std::sqrt(squares_ / (n - 1) / n);
}

std::optional<std::size_t> Probes::next_execution() {
  order_.truncate(0);
  inverse_ = 1;
  return 0;
}

std::uint32_t Probes::choose(const ChoicePoint& point) {
  if (order_.size() >= steps_max_) {
    cut_ = true;
    return abandon;
  }
  inverse_ *= point.options;
  return random_.below(point.options);
}

std::vector<std::string> Probes::limits() const {
  std::vector<std::string> hit;
  if (left_out_) hit.push_back("estimate_ideals=" + std::to_string(ideals_max));
  if (cut_) hit.push_back("estimate_steps=" + std::to_string(steps_max_));
  return hit;
}

void Probes::end(bool counted) {
  if (!counted) return mean_.add(0);
  if (!classes_) return mean_.add(inverse_);
  const auto equivalent = linear_extensions(order_, ideals_max);
  if (!equivalent) {
    left_out_ = true;
    return;
  }
  mean_.add(inverse_ / *equivalent);
}

}  // namespace model
