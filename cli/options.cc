// Command-line options (Boost.Program_options) and nearest-name suggestions.
#include "cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <iostream>
#include <sstream>

#include "cli/usage.h"

namespace cli {
namespace {

namespace po = boost::program_options;

std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); i++) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); j++) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// Splits NAME=VALUE; false when VALUE is not an integer.
template <class T>
bool split_pair(const std::string& text, std::pair<std::string, T>* out) {
  const auto at = text.find('=');
  if (at == std::string::npos || at == 0) return false;
  try {
    std::size_t used = 0;
    const std::string value = text.substr(at + 1);
    *out = {text.substr(0, at), static_cast<T>(std::stoll(value, &used, 0))};
    return used == value.size() && !value.empty();
  } catch (const std::exception&) {
    return false;
  }
}

template <class T>
bool split_all(const std::vector<std::string>& texts, const char* option,
               std::vector<std::pair<std::string, T>>* out) {
  for (const std::string& text : texts) {
    std::pair<std::string, T> pair;
    if (!split_pair(text, &pair)) {
      fmt::print(stderr, "tricolor: --{} {}: expected NAME=INTEGER\n", option, text);
      return false;
    }
    out->push_back(pair);
  }
  return true;
}

// Measured: what it costs is lost in the noise (docs/determinism.md).
constexpr std::uint64_t audit_interval = 1000;

struct Raw {
  std::vector<std::string> params, tuning, positional;
  std::string awaits = "on", shrink = "on", reduction = "on", symmetry = "off",
              state_hashing = "off";
  bool concurrent = false;
};

po::options_description describe(Options& o, Raw& raw) {
  po::options_description d("Options");
  const auto number = [](auto* at) { return po::value(at)->value_name("N"); };
  const auto text = [](auto* at, const char* name) { return po::value(at)->value_name(name); };
  const auto seconds = [](double* at) { return po::value(at)->value_name("SECONDS"); };
  d.add_options()("help,h", "this text")                                                       //
      ("procs", number(&o.procs), "simulated processors (2)")                                  //
      ("memory-model", text(&o.memory_model, "M"), "see `tricolor list memory-models` (sc)")   //
      ("explorer", text(&o.explorer, "E"), "see `tricolor list explorers`")                    //
      ("kernel", text(&o.kernel, "K"), "linux, freebsd or openbsd (linux)")                    //
      ("seed", number(&o.seed), "first seed of random choices (1)")                            //
      ("runs", number(&o.runs), "run: number of executions (1)")                               //
      ("max-executions", number(&o.executions_max), "stop after N executions; 0: no limit")    //
      ("preemptions", number(&o.preemptions), "largest preemption bound (2)")                  //
      ("delays", number(&o.delays), "largest delay bound (2)")                                 //
      ("estimate", number(&o.estimate), "of the search's size, from N random executions (0)")  //
      ("mutant", po::value(&o.mutants)->value_name("ID"), "plant a bug; repeatable")           //
      ("weaken", po::value(&o.weaken)->value_name("SITE"),
       "FILE:LINE[:KIND][=ORDER]: an access at most so strong; repeatable")  //
      ("strengthen", po::value(&o.strengthen)->value_name("SITE"),
       "likewise, at least so strong; or all")                                                   //
      ("checker", po::value(&o.checkers)->value_name("NAME"), "only this one, or none")          //
      ("param", po::value(&raw.params)->value_name("KEY=VALUE"), "the scenario's own")           //
      ("tuning", po::value(&raw.tuning)->value_name("KEY=VALUE"), "the runtime's own")           //
      ("env", po::value(&o.environment)->value_name("NAME=VALUE"), "GODEBUG or GOGC of a run")   //
      ("input", text(&o.input, "FILE"), "heap dump, allocation trace or mutators' program")      //
      ("output,o", text(&o.output, "FILE"), "where to put the heap or trace of a run")           //
      ("trace", text(&o.trace, "FILE"), "where to put a failing execution")                      //
      ("reduction", text(&raw.reduction, "on|off"), "bounds: skip equivalent executions (on)")   //
      ("symmetry", text(&raw.symmetry, "on|off"), "identical threads may swap numbers (off)")    //
      ("state-hashing", text(&raw.state_hashing, "on|off"), "dfs: each state once (off)")        //
      ("shrink", text(&raw.shrink, "on|off"), "make the execution in --trace smaller (on)")      //
      ("tolerant", po::bool_switch(&o.tolerant), "replay: align by names where it must")         //
      ("at", number(&o.at), "replay: stop before step N, for a debugger")                        //
      ("interactive", po::bool_switch(&o.interactive), "replay: read commands, try `help`")      //
      ("require", text(&o.require, "WHAT"), "exhausted: exit 5 unless it is")                    //
      ("awaits", text(&raw.awaits, "on|off"), "abandon loop iterations without effect (on)")     //
      ("workers", number(&o.workers), "so many processes share the search (1)")                  //
      ("corpus", text(&o.corpus, "DIR"), "fuzz: read inputs from there, and keep new ones")      //
      ("checkpoint", text(&o.checkpoint, "FILE"), "where to keep the state of the search")       //
      ("checkpoint-interval", seconds(&o.checkpoint_interval), "between checkpoints (60)")       //
      ("resume", text(&o.resume, "FILE"), "go on from a checkpoint")                             //
      ("progress", text(&o.progress, "WHEN"), "on standard error: auto | always | never")        //
      ("time-limit", seconds(&o.time_limit), "stop after that")                                  //
      ("step-limit", number(&o.step_limit), "stop after N steps in all; 0: no limit")            //
      ("memory-limit", number(&o.memory_limit), "stop when N MiB are in use; 0: no limit")       //
      ("junit", text(&o.junit, "FILE"), "the result as JUnit XML")                               //
      ("sarif", text(&o.sarif, "FILE"), "the result as SARIF 2.1.0")                             //
      ("audit", number(&o.audit), "run one execution in N again and compare (1000)")             //
      ("twice", po::bool_switch(&o.twice), "execute twice and compare")                          //
      ("spurious", number(&o.spurious), "at most N waits end without a cause, or early")         //
      ("refuse-memory", number(&o.refuse), "the kernel refuses memory at most N times")          //
      ("decide", po::bool_switch(&o.decide), "the runtime's heuristics become choices")          //
      ("concurrent", po::bool_switch(&raw.concurrent), "heap-dump: goroutines change the heap")  //
      ("liveness", po::bool_switch(&o.liveness), "a fair cycle is a violation")                  //
      ("matrix", po::bool_switch(&o.matrix),
       "mutants: each checker alone; litmus: against herd")                                     //
      ("ladder", po::bool_switch(&o.ladder), "mutants: the fixes of the original, one by one")  //
      ("explorers", text(&o.explorers, "LIST"), "mutants: all, or names with commas between")   //
      ("seeds", number(&o.seeds), "mutants --explorers: the median of so many (3)")             //
      ("json", po::bool_switch(&o.json), "the result as one JSON object");
  return d;
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What a value may be.
bool reject_values(const Options& o, const Raw& raw) {
  const auto expected = [](const char* option, const std::string& value, const std::string& what) {
    fmt::print(stderr, "tricolor: --{} {}: expected {}\n", option, value, what);
    return true;
  };
  const std::pair<const char*, const std::string*> switches[] = {
      {"awaits", &raw.awaits},
      {"reduction", &raw.reduction},
      {"symmetry", &raw.symmetry},
      {"state-hashing", &raw.state_hashing},
      {"shrink", &raw.shrink}};
  for (const auto& [option, value] : switches) {
    if (!is_one_of(*value, {"on", "off"})) return expected(option, *value, "on or off");
  }
  if (!is_one_of(o.progress, {"auto", "always", "never"})) {
    return expected("progress", o.progress, "auto, always or never");
  }
  if (!is_one_of(o.require, {"", "exhausted"})) {
    return expected("require", o.require, "exhausted");
  }
  if (o.workers < 1 || o.workers > workers_max) {
    return expected("workers", std::to_string(o.workers), fmt::format("1 to {}", workers_max));
  }
  if (!(o.checkpoint_interval >= 0)) {
    return expected("checkpoint-interval", fmt::format("{}", o.checkpoint_interval), "seconds");
  }
  if (!(o.time_limit >= 0)) {
    return expected("time-limit", fmt::format("{}", o.time_limit), "seconds");
  }
  return false;
}

// What the runtime would not read is refused. GOMAXPROCS it leaves to --procs.
bool reject_environment(const Options& o) {
  for (const std::string& variable : o.environment) {
    const std::string name = variable.substr(0, variable.find('='));
    if (name != variable && is_one_of(name, {"GODEBUG", "GOGC"})) continue;
    fmt::print(stderr, "tricolor: --env {}: expected GODEBUG=LIST or GOGC=PERCENT{}\n", variable,
               name == "GOMAXPROCS" ? "; --procs says how many processors there are" : "");
    return true;
  }
  return false;
}

bool is_audited(const Options& o) { return is_one_of(o.command, {"run", "explore", "fuzz"}); }

// What only some commands can do.
bool reject_for_command(const Options& o) {
  const auto refuse = [](const char* what) {
    fmt::print(stderr, "tricolor: {}\n", what);
    return true;
  };
  if (!is_audited(o) && o.audit_given) {
    return refuse("--audit is for `run`, `explore` and `fuzz`");
  }
  const bool keeps_state = !o.checkpoint.empty() || !o.resume.empty();
  if (!is_one_of(o.command, {"run", "explore"}) && keeps_state) {
    return refuse("--checkpoint and --resume are for `run` and `explore`");
  }
  if (!is_one_of(o.command, {"run", "explore", "litmus"}) && o.workers != 1) {
    return refuse("--workers is for `run`, `explore` and `litmus`");
  }
  if (o.workers != 1 && o.step_limit != 0) {
    return refuse("--step-limit with --workers: where the search ends would depend on their speed");
  }
  if ((!o.weaken.empty() || !o.strengthen.empty()) && (o.workers != 1 || keeps_state)) {
    return refuse(
        "--weaken and --strengthen: whether the program gets there is known in the "
        "process that searches, from the start: leave out --workers, --checkpoint and "
        "--resume");
  }
  if (!is_one_of(o.command, {"run", "explore"}) && o.symmetry) {
    return refuse("--symmetry is for `run` and `explore`");
  }
  if (o.command != "explore" && o.state_hashing) return refuse("--state-hashing is for `explore`");
  if (o.command == "fuzz" && o.explorer != "fuzz") {
    return refuse("`fuzz` is the explorer fuzz; for another one: tricolor explore --explorer");
  }
  if (o.command != "fuzz" && !o.corpus.empty()) return refuse("--corpus is for `fuzz`");
  if (o.twice && !o.corpus.empty()) {
    return refuse("--twice with --corpus: the second search would begin with what the first kept");
  }
  if (o.twice && keeps_state) {
    return refuse("--twice compares two whole searches: leave out --checkpoint and --resume");
  }
  return false;
}

}  // namespace

std::optional<Options> parse(int argc, char** argv, int* exit_code) {
  *exit_code = exit_usage;
  Options o;
  Raw raw;
  po::options_description all = describe(o, raw);
  po::options_description hidden;
  hidden.add_options()("positional", po::value(&raw.positional));
  po::options_description both;
  both.add(all).add(hidden);
  po::positional_options_description positions;
  positions.add("positional", -1);
  try {
    po::variables_map map;
    po::store(po::command_line_parser(argc, argv).options(both).positional(positions).run(), map);
    po::notify(map);
    const auto is_given = [&map](const char* name) {
      return map.count(name) != 0 && !map[name].defaulted();
    };
    o.explorer_given = is_given("explorer");
    o.memory_model_given = is_given("memory-model");
    o.audit_given = is_given("audit");
    o.procs_given = is_given("procs");
    o.runs_given = is_given("runs");
    if (map.count("help") != 0 || raw.positional.empty()) {
      print_usage(raw.positional.empty() ? nullptr : find_command(raw.positional[0]));
      std::cout << all;
      *exit_code = map.count("help") != 0 ? exit_clean : exit_usage;
      return std::nullopt;
    }
  } catch (const po::error& e) {
    fmt::print(stderr, "tricolor: {}; `tricolor --help` lists the options\n", e.what());
    return std::nullopt;
  }
  o.awaits = raw.awaits == "on";
  o.reduction = raw.reduction == "on";
  o.symmetry = raw.symmetry == "on";
  o.state_hashing = raw.state_hashing == "on";
  o.shrink = raw.shrink == "on";
  o.command = raw.positional[0];
  if (!o.audit_given && is_audited(o)) o.audit = audit_interval;
  if (raw.positional.size() > 1) o.subject = raw.positional[1];
  if (raw.concurrent && o.subject != "heap-dump") {
    fmt::print(stderr, "tricolor: --concurrent is for heap-dump\n");
    return std::nullopt;
  }
  if (raw.concurrent) o.subject += "-concurrent";
  o.paths.assign(raw.positional.begin() + 1, raw.positional.end());
  const bool takes_files =
      o.command == "litmus" || (o.command == "native" && o.subject == "litmus");
  if (raw.positional.size() > 2 && !takes_files) {
    fmt::print(stderr, "tricolor: unexpected argument '{}'\n", raw.positional[2]);
    return std::nullopt;
  }
  // A run is one execution of each seed: there is nothing to divide. The portfolio learns, so it
  // does not search in parts.
  const bool in_parts = o.workers != 1 || !o.checkpoint.empty() || !o.resume.empty();
  if (!o.explorer_given && o.command == "explore" && !in_parts) o.explorer = "portfolio";
  if (!o.explorer_given && o.command == "fuzz") o.explorer = "fuzz";
  if (find_command(o.command) == nullptr) {
    std::vector<std::string> names;
    for (const CommandHelp& command : command_table()) names.emplace_back(command.name);
    *exit_code = unknown("command", o.command, names);
    return std::nullopt;
  }
  if (!split_all(raw.params, "param", &o.params) || !split_all(raw.tuning, "tuning", &o.tuning) ||
      reject_values(o, raw) || reject_environment(o) || reject_for_command(o)) {
    return std::nullopt;
  }
  return o;
}

std::string describe_unknown(const std::string& axis, const std::string& name,
                             const std::vector<std::string>& all) {
  if (name == "specs") {
    return fmt::format("{} '{}' is not built yet; there are: {}", axis, name, fmt::join(all, ", "));
  }
  std::vector<std::string> nearest = all;
  std::stable_sort(nearest.begin(), nearest.end(), [&](const auto& a, const auto& b) {
    return distance(a, name) < distance(b, name);
  });
  if (nearest.size() > 3) nearest.resize(3);
  return fmt::format("unknown {} '{}'; the nearest: {}", axis, name, fmt::join(nearest, ", "));
}

int unknown(const std::string& axis, const std::string& name, const std::vector<std::string>& all) {
  fmt::print(stderr, "tricolor: {}\n", describe_unknown(axis, name, all));
  return exit_usage;
}

int unknown_mutant(const std::string& id) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    names.emplace_back(tricolor_scenarios.mutants[i].id);
  }
  return unknown("mutant", id, names);
}

const scenarios::Scenario* find_scenario(const std::string& name) {
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    if (name == tricolor_scenarios.scenarios[i]->name) return tricolor_scenarios.scenarios[i];
  }
  return nullptr;
}

const scenarios::Rung* find_rung(const std::string& id) {
  for (std::uint32_t i = 0; i < tricolor_scenarios.rung_count; i++) {
    const scenarios::Rung& rung = tricolor_scenarios.rungs[i];
    if (id == std::string(fix_prefix) + rung.id) return &rung;
  }
  return nullptr;
}

const scenarios::Mutant* find_mutant(const std::string& id) {
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    if (id == tricolor_scenarios.mutants[i].id) return &tricolor_scenarios.mutants[i];
  }
  return nullptr;
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream rest(list);
  for (std::string word; std::getline(rest, word, ',');) words.push_back(word);
  return words;
}

std::vector<std::pair<std::string, std::int64_t>> parse_params(const std::string& text) {
  std::vector<std::pair<std::string, std::int64_t>> params;
  for (const std::string& pair : words_of(text)) {
    const auto at = pair.find('=');
    params.emplace_back(pair.substr(0, at), std::stoll(pair.substr(at + 1)));
  }
  return params;
}

}  // namespace cli
