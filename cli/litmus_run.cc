// Finding, reading and judging litmus tests.
#include "cli/litmus_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "scenarios/litmus/compile.h"
#include "scenarios/litmus/parser.h"
#include "traces/file.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

// What a test is judged by. A C11 test for a processor becomes what compilers make of it.
std::vector<const sim::axioms::Axioms*> choose_models(const std::string& wanted,
                                                      scenarios::litmus::Test* test) {
  auto compiled = scenarios::litmus::compiled_for(wanted, *test);
  if (compiled) {
    *test = std::move(*compiled);
    return {sim::axioms::find_axioms(wanted)};
  }
  auto models = scenarios::litmus::models_of(test->architecture);
  if (!wanted.empty()) std::erase_if(models, [&](const auto* m) { return m->name != wanted; });
  return models;
}

void judge_file(const std::string& path, const LitmusOptions& options, LitmusTest* to) {
  to->path = path;
  const auto text = traces::read_file(path);
  if (!text) {
    to->error = path + ": cannot be read";
    return;
  }
  scenarios::litmus::ParseResult parsed = scenarios::litmus::parse_test(*text);
  if (!parsed.test) {
    to->error = describe(path, parsed.error);
    return;
  }
  to->test = std::move(*parsed.test);
  const auto models = choose_models(options.memory_model, &to->test);
  if (models.empty()) return;
  const auto start = std::chrono::steady_clock::now();
  to->judgement = scenarios::litmus::judge(to->test, models, options.judge);
  to->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (to->judgement.enumeration.error) {
    to->error = describe(path, *to->judgement.enumeration.error);
  }
}

}  // namespace

std::string describe(const std::string& path, const scenarios::litmus::Error& e) {
  return fmt::format("{}:{}:{}: {}", path, e.place.line, e.place.column, e.message);
}

std::vector<std::string> files_below(const std::string& folder,
                                     bool (*wanted)(const fs::path& path)) {
  std::vector<std::string> found;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(folder, problem), end; at != end && !problem;
       at.increment(problem)) {
    if (wanted(at->path())) found.push_back(at->path().string());
  }
  if (problem) return {};
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> litmus_files(const std::vector<std::string>& paths, std::string* error) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code problem;
    if (!fs::is_directory(path, problem)) {
      files.push_back(path);
      continue;
    }
    const std::vector<std::string> found =
        files_below(path, [](const fs::path& file) { return file.extension() == ".litmus"; });
    if (found.empty()) {
      *error = path + ": no file below it ends in .litmus";
      return {};
    }
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::vector<LitmusTest> run_litmus(const std::vector<std::string>& files,
                                   const LitmusOptions& options) {
  std::vector<LitmusTest> tests(files.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    while (true) {
      const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= files.size()) return;
      judge_file(files[i], options, &tests[i]);
    }
  };
  std::vector<std::thread> others;
  const std::size_t wanted = std::min<std::size_t>(options.workers, files.size());
  for (std::size_t w = 1; w < wanted; w++) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return tests;
}

}  // namespace cli
