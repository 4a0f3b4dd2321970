// Asks binutils' addr2line, which reads what compilers write better than a library would.
#include "embed/places.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <map>

namespace embed {
namespace {

int image_file = -1;

std::string ask(std::uint64_t pc) {
  char command[128];
  std::snprintf(command, sizeof command, "addr2line -f -C -e /proc/%d/fd/%d %#lx 2>/dev/null",
                static_cast<int>(getpid()), image_file, static_cast<unsigned long>(pc - 1));
  std::FILE* pipe = popen(command, "r");
  if (pipe == nullptr) return "?";
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  pclose(pipe);
  const auto line = text.find('\n');
  if (line == std::string::npos) return "?";
  std::string file = text.substr(line + 1);
  file = file.substr(0, file.find_first_of(" \n"));  // without the discriminator
  const auto folder = file.rfind('/');
  if (folder != std::string::npos) file = file.substr(folder + 1);
  return text.substr(0, line) + " (" + file + ")";
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
