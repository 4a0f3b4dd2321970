// Asks binutils' addr2line, which reads what compilers write better than a library would.
#include "embed/places.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <sstream>

namespace embed {
namespace {

int image_file = -1;

std::string ask(std::uint64_t pc) {
  char command[128];
  std::snprintf(command, sizeof command, "addr2line -i -f -C -e /proc/%d/fd/%d %#lx 2>/dev/null",
                static_cast<int>(getpid()), image_file, static_cast<unsigned long>(pc - 1));
  std::FILE* pipe = popen(command, "r");
  if (pipe == nullptr) return "?";
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  pclose(pipe);
  // Innermost first, each inlined function with its line: the first that is no system header's.
  std::istringstream in(text);
  std::string place = "?", function, file;
  while (std::getline(in, function) && std::getline(in, file)) {
    const bool is_own = file.rfind("/usr/", 0) != 0;
    if (!is_own && place != "?") continue;
    file = file.substr(0, file.find(' '));  // without the discriminator
    place = function + " (" + file.substr(file.rfind('/') + 1) + ")";
    if (is_own) break;
  }
  return place;
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

std::string place_of(std::uint64_t pc) {
  static std::map<std::uint64_t, std::string> known;
  const auto [at, fresh] = known.try_emplace(pc);
  if (fresh) at->second = ask(pc);
  return at->second;
}

}  // namespace embed
