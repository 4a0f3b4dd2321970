// Reading and writing the folder.
#include "cli/corpus.h"

#include <fmt/format.h>

#include <filesystem>

#include "traces/corpus_input.h"
#include "traces/file.h"
#include "traces/trace.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* ending = ".input";
// Larger ones are no inputs: four bytes a choice are more than they need.
constexpr std::uint64_t file_bytes_max = 8 * model::input_choices_max;

std::string name_of(const std::string& bytes) {
  return fmt::format("{:016x}{}", traces::fnv1a(bytes), ending);
}

}  // namespace

std::string Corpus::read(const std::string& folder, const std::string& scenario) {
  folder_ = folder;
  scenario_ = scenario;
  std::error_code error;
  fs::create_directories(folder, error);
  std::set<std::string> names;
  if (!error) {
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == ending) names.insert(at->path().filename().string());
    }
  }
  if (error) {
    return fmt::format("--corpus {}: {}; give a folder that can be read and written", folder,
                       error.message());
  }
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    const auto bytes = traces::read_file(path, file_bytes_max);
    if (!bytes) return bytes.error.describe();
    auto input = traces::read_input(*bytes);
    if (!input) return path + ": " + input.error.describe();
    if (input->scenario != scenario) {
      return fmt::format("{}: input for the scenario {}; give each scenario a folder of its own",
                         path, input->scenario);
    }
    inputs_.push_back(std::move(input->input));
  }
  names_ = std::move(names);
  return "";
}

std::string Corpus::write(const std::vector<const model::Input*>& inputs) {
  if (folder_.empty()) return "";
  for (const model::Input* input : inputs) {
    const std::string bytes = traces::encode_input(scenario_, *input);
    const std::string name = name_of(bytes);
    if (!names_.insert(name).second) continue;
    const auto written = traces::write_file(folder_ + "/" + name, bytes);
    if (!written) return written.error.describe();
    written_++;
  }
  return "";
}

}  // namespace cli
