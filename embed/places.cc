// Asks binutils' addr2line, which reads what compilers write better than a library would.
#include "embed/places.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

namespace embed {
namespace {

int image_file = -1;

struct Line {
  std::string function, path;
  std::uint32_t number;
};

// Innermost first, each inlined function with its line.
std::vector<Line> ask(std::uint64_t pc) {
  std::vector<Line> lines;
  char command[128];
  std::snprintf(command, sizeof command, "addr2line -i -f -C -e /proc/%d/fd/%d %#lx 2>/dev/null",
                static_cast<int>(getpid()), image_file, static_cast<unsigned long>(pc - 1));
  std::FILE* pipe = popen(command, "r");
  if (pipe == nullptr) return lines;
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  pclose(pipe);
  std::istringstream in(text);
  for (std::string function, place; std::getline(in, function) && std::getline(in, place);) {
    const std::size_t colon = place.rfind(':');
    const long number = std::strtol(place.c_str() + colon + 1, nullptr, 10);
    lines.push_back({function, place.substr(0, colon), static_cast<std::uint32_t>(number)});
  }
  return lines;
}

const std::vector<Line>& lines_at(std::uint64_t pc) {
  static std::map<std::uint64_t, std::vector<Line>> known;
  const auto [at, fresh] = known.try_emplace(pc);
  if (fresh) at->second = ask(pc);
  return at->second;
}

}  // namespace

void prepare_places(const std::vector<char>& image) {
  if (image_file >= 0) return;
  image_file = memfd_create("program", 0);
  for (std::size_t at = 0; at < image.size();) {
    const ssize_t n = write(image_file, image.data() + at, image.size() - at);
    if (n <= 0) return;
    at += static_cast<std::size_t>(n);
  }
}

// The first that is no system header's.
std::string place_of(std::uint64_t pc) {
  const auto& lines = lines_at(pc);
  if (lines.empty()) return "?";
  const auto is_own = [](const Line& line) { return line.path.rfind("/usr/", 0) != 0; };
  const auto own = std::find_if(lines.begin(), lines.end(), is_own);
  const Line& line = own != lines.end() ? *own : lines[0];
  return line.function + " (" + line.path.substr(line.path.rfind('/') + 1) + ":" +
         (line.number != 0 ? std::to_string(line.number) : "?") + ")";
}

std::vector<sim::SourceLine> source_lines_of(std::uint64_t pc) {
  std::vector<sim::SourceLine> lines;
  for (const Line& line : lines_at(pc)) {
    if (line.number == 0) continue;
    lines.push_back(sim::make_source_line(line.function, line.path, line.number));
  }
  return lines;
}

}  // namespace embed
