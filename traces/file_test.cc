// File input and output: limits of decompression, and writes that fail without loss.
#include "traces/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <csignal>
#include <cstdlib>

namespace traces {
namespace {

std::string compressed(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

// A directory of its own, removed with the files in it.
struct Folder {
  Folder() {
    char name[] = "/tmp/tricolor-file-test.XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~Folder() {
    for (const char* name : {"/file", "/link", "/pipe"}) unlink((path + name).c_str());
    CHECK(rmdir(path.c_str()) == 0);  // fails if a temporary file was left behind
  }
  std::string path;
};

TEST_CASE("plain and compressed input give the same bytes") {
  const std::string text(300000, 'x');
  for (const std::string& input : {text, compressed(text)}) {
    CHECK(*decompress(input) == text);
    CHECK(*decompress(input, text.size()) == text);
    const Result<std::string> over = decompress(input, text.size() - 1);
    REQUIRE_FALSE(over);
    CHECK(over.error.message.find("limit of 299999") != std::string::npos);
  }
  CHECK(*decompress("") == "");
  CHECK(*decompress(compressed("")) == "");
  CHECK(*decompress(compressed("ab") + compressed("cd")) == "abcd");
}

TEST_CASE("damaged compressed input is refused at any cut") {
  const std::string whole = compressed("a text of some length, a text of some length");
  for (std::size_t size = 4; size < whole.size(); ++size) {
    CHECK_FALSE(decompress(whole.substr(0, size)));
  }
  CHECK_FALSE(decompress(whole + "tail"));
}

TEST_CASE("a file is replaced as a whole or not at all") {
  const Folder folder;
  const std::string path = folder.path + "/file";
  REQUIRE(write_file(path, "old"));
  CHECK(*read_file(path) == "old");
  REQUIRE(write_file(path, "new"));
  CHECK(*read_file(path) == "new");
  CHECK_FALSE(read_file(path, 2));

  // A file size limit stands in for a full disk.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  const Result<std::uint64_t> full = write_file(path, std::string(5000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(full);
  CHECK(full.error.offset == 1000);
  CHECK_FALSE(full.error.remedy.empty());
  CHECK(*read_file(path) == "new");
}

TEST_CASE("a device keeps its place, and a link its end") {
  const Folder folder;
  const std::string path = folder.path + "/file", link = folder.path + "/link";
  REQUIRE(write_file(path, "old"));
  REQUIRE(symlink(path.c_str(), link.c_str()) == 0);
  REQUIRE(write_file(link, "new"));
  CHECK(*read_file(path) == "new");

  const std::string pipe = folder.path + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(write_file(pipe, "bytes"));
  char got[8];
  CHECK(read(reader, got, sizeof got) == 5);
  close(reader);
  struct stat about;
  REQUIRE(stat(pipe.c_str(), &about) == 0);
  CHECK(S_ISFIFO(about.st_mode));

  // A device that is always full.
  const Result<std::uint64_t> full = write_file("/dev/full", "x");
  REQUIRE_FALSE(full);
  CHECK_FALSE(full.error.remedy.empty());
}

TEST_CASE("impossible places are errors") {
  const Folder folder;
  CHECK_FALSE(write_file(folder.path + "/none/file", "x"));
  CHECK_FALSE(write_file(folder.path, "x"));  // a directory; the rename fails
  CHECK_FALSE(read_file(folder.path));
  CHECK_FALSE(read_file(folder.path + "/file"));
}

}  // namespace
}  // namespace traces
