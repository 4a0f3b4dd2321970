// The executable around a program under test: its options, and the search.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "cli/commands.h"
#include "cli/embedding.h"
#include "cli/options.h"
#include "cli/replica.h"
#include "embed/cases.h"
#include "embed/ending.h"
#include "embed/image.h"
#include "embed/output.h"
#include "embed/places.h"
#include "embed/process.h"
#include "sim/event_observer.h"
#include "sim/fault.h"
#include "sim/source_line.h"

namespace {

using scenarios::u32;

// The one scenario: thread 0 runs main, the others what it starts.
u32 thread_count(const scenarios::Env& env) { return static_cast<u32>(env.params[0]); }
void set_up(scenarios::Env&) { embed::the_process().run_constructors(); }
void run(scenarios::Env&, u32 thread) {
  if (thread == 0) embed::the_process().run_main();
  embed::the_process().run_thread(thread);
}

constexpr scenarios::Param params[] = {
    {"threads", 8, "threads that the program may start in all, main included", 1, 59}};
constexpr scenarios::Scenario program = {
    "program", "the program of this executable", "", params, 1, thread_count, set_up, run, nullptr};
const scenarios::Scenario* const table[] = {&program};

// Restores, before each execution, what nobody announced.
class Restorer final : public sim::EventObserver {
 public:
  explicit Restorer(embed::Process& process) : process_(process) {}
  std::uint64_t wanted() const override { return sim::at_start; }
  void reset() override { process_.restore(); }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent&) override { return std::nullopt; }

 private:
  embed::Process& process_;
};

class Program final : public cli::Embedding {
 public:
  explicit Program(std::string name) : name_(std::move(name)) {}
  std::string read() { return image_.read(); }

  std::string attach(const cli::Options& options, sim::Machine& machine) override {
    machine.awaits.compares_everything = true;
    machine.options.dormant = machine.options.threads - 1;
    auto image = std::make_unique<embed::Image>(image_);
    process_ = std::make_unique<embed::Process>();
    std::vector<std::string> arguments{name_};
    arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
    current_ = std::move(image);
    const std::string error = process_->prepare(machine, *current_, arguments);
    if (!error.empty()) return error;
    embed::install_terminate_handler();
    embed::redirect_streams();
    embed::prepare_places(current_->bytes());
    sim::symbolise_program = embed::place_of;
    sim::program_source_lines = embed::source_lines_of;
    restorer_ = std::make_unique<Restorer>(*process_);
    machine.observers.push_back(restorer_.get());
    return "";
  }
  // Libraries write unseen, and g++ inlines small copies and fills without a hook.
  bool announces_writes() const override { return false; }
  std::string command_line(const cli::Options&) const override { return name_; }

 private:
  std::string name_;
  embed::Image image_;
  std::unique_ptr<embed::Image> current_;
  std::unique_ptr<embed::Process> process_;
  std::unique_ptr<Restorer> restorer_;
};

struct Words {
  std::vector<std::string> options, arguments;
  std::string cases;  // of which test framework each is explored on its own
};

// With TRICOLOR in the environment the options are there and all arguments are the program's;
// else options come first and the program's arguments after `--`.
Words split(int argc, char** argv) {
  Words w;
  std::vector<std::string> given(argv + 1, argv + argc);
  if (const char* text = std::getenv("TRICOLOR"); text != nullptr) {
    std::istringstream in(text);
    for (std::string word; in >> word;) w.options.push_back(word);
    w.arguments = given;
  } else {
    std::size_t i = 0;
    for (; i < given.size() && given[i] != "--"; i++) w.options.push_back(given[i]);
    for (i++; i < given.size(); i++) w.arguments.push_back(given[i]);
  }
  embed::output_is_shown = std::erase(w.options, "--show-output") != 0;
  const auto cases = std::find(w.options.begin(), w.options.end(), "--cases");
  if (cases != w.options.end() && cases + 1 != w.options.end()) {
    w.cases = *(cases + 1);
    w.options.erase(cases, cases + 2);
  }
  return w;
}

std::string own_path() {
  char path[4096];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  return n > 0 ? std::string(path, static_cast<std::size_t>(n)) : "/proc/self/exe";
}

// `--replay FILE` is the command of that name, and so is `--orders`.
std::vector<std::string> command_of(const std::vector<std::string>& options) {
  std::vector<std::string> words{"tricolor", "explore", "program"};
  for (std::size_t i = 0; i < options.size(); i++) {
    if (options[i] == "--replay" && i + 1 < options.size()) {
      words[1] = "replay";
      words[2] = options[++i];
    } else if (options[i] == "--orders") {
      words[1] = "orders";
    } else {
      words.push_back(options[i]);
    }
  }
  return words;
}

}  // namespace

extern "C" const scenarios::Tables tricolor_scenarios = {.scenarios = table,
                                                         .scenario_count = 1,
                                                         .mutants = nullptr,
                                                         .mutant_count = 0,
                                                         .searches = nullptr,
                                                         .search_count = 0,
                                                         .rungs = nullptr,
                                                         .rung_count = 0,
                                                         .ladder_searches = nullptr,
                                                         .ladder_search_count = 0};

int main(int argc, char** argv) {
  cli::replica_command.assign(argv, argv + argc);
  const Words w = split(argc, argv);
  if (!w.cases.empty()) return embed::explore_cases(own_path(), w.cases, w.options);
  Program program_here(argv[0]);
  if (const std::string error = program_here.read(); !error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", error);
    return cli::exit_usage;
  }
  std::vector<std::string> words = command_of(w.options);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  int code = cli::exit_usage;
  auto options = cli::parse(static_cast<int>(pointers.size()), pointers.data(), &code);
  if (!options) return code;
  options->arguments = w.arguments;
  cli::embedding = &program_here;
  if (options->command == "replay") {
    embed::output_is_shown = !options->json;
    return cli::replay(*options);
  }
  if (options->command == "orders") return cli::orders(*options);
  return cli::explore(*options);
}
