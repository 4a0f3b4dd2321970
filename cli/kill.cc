// Judging mutants by their lines in the table.
#include "cli/kill.h"

#include <algorithm>

#include "checkers/checkers.h"
#include "cli/session.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

bool is_in_list(const std::string& list, const std::string& item) {
  return ("," + list + ",").find("," + item + ",") != std::string::npos;
}

bool share_an_item(const std::string& a, const std::string& b) {
  const auto words = words_of(a);
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return is_in_list(b, word); });
}

}  // namespace

Options search_for(const Options& base, const scenarios::Mutant& mutant,
                   const std::string& memory_model) {
  Options o = base;
  o.command = "explore";
  o.subject = mutant.scenario;
  o.explorer = mutant.explorer;
  o.executions_max = mutant.executions_max;
  o.memory_model = memory_model;
  const auto* model = sim::find_memory_model(memory_model);
  if (model != nullptr && model->keeps_values && model::reduces(o.explorer)) {
    o.explorer = "random";  // as many as a search that reduces has, and more
    o.executions_max = 2000;
  }
  o.mutants = {mutant.id};
  if (!o.trace.empty()) o.trace += "/" + o.mutants[0] + "." + memory_model + ".trace";
  o.spurious = mutant.spurious;
  return o;
}

std::vector<std::string> memory_models_of(const scenarios::Mutant& mutant) {
  if (mutant.only_under == nullptr) return {"sc", "tso"};
  std::vector<std::string> names;
  for (const auto& entry : sim::memory_models()) names.emplace_back(entry.name);
  return names;
}

bool is_expected_silent(const scenarios::Mutant& mutant, const std::string& memory_model) {
  if (mutant.only_under != nullptr && !is_in_list(mutant.only_under, memory_model)) return true;
  return std::string(mutant.invariants) == "silent";
}

bool names_invariant(const scenarios::Mutant& mutant, const std::string& invariant) {
  return is_in_list(mutant.invariants, invariant);
}

std::vector<std::string> named_checkers(const scenarios::Mutant& mutant) {
  std::vector<std::string> names = {no_checker};
  for (const auto& entry : checkers::checkers()) {
    if (share_an_item(entry.invariants, mutant.invariants)) names.emplace_back(entry.name);
  }
  return names;
}

bool can_report(const std::string& checker, const std::string& invariant) {
  for (const auto& entry : checkers::checkers()) {
    if (checker == entry.name) return is_in_list(entry.invariants, invariant);
  }
  return false;
}

Kill judge(const scenarios::Mutant& mutant, const std::string& invariant,
           const std::string& memory_model) {
  const bool silent = is_expected_silent(mutant, memory_model);
  if (invariant.empty()) return silent ? Kill::silent : Kill::alive;
  if (silent) return Kill::loud;
  return names_invariant(mutant, invariant) ? Kill::killed : Kill::wrong;
}

const char* name_of(Kill kill) {
  switch (kill) {
    case Kill::killed:
      return "killed";
    case Kill::wrong:
      return "WRONG";
    case Kill::alive:
      return "ALIVE";
    case Kill::silent:
      return "silent";
    case Kill::loud:
      return "LOUD";
  }
  return "";
}

}  // namespace cli
