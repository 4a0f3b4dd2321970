// File input with zstd, and atomic file output.
#include "traces/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace traces {

namespace {

Error system_error(const std::string& what, const std::string& path, std::uint64_t offset,
                   std::string remedy) {
  return {what + " " + path + ": " + std::strerror(errno), offset, std::move(remedy)};
}

// Closes and removes the temporary file unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target) {
    // Workers of one process may write the same trace; each needs its own temporary file.
    static std::atomic<unsigned> next{0};
    const unsigned number = next.fetch_add(1, std::memory_order_relaxed);  // only uniqueness
    path_ = target + ".tmp." + std::to_string(getpid()) + "." + std::to_string(number);
    descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    exists_ = descriptor_ >= 0;
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (exists_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool exists() const { return exists_; }
  int descriptor() const { return descriptor_; }

  bool close_and_rename(const std::string& target) {
    const int closed = close(descriptor_);
    descriptor_ = -1;
    if (closed != 0 || rename(path_.c_str(), target.c_str()) != 0) return false;
    exists_ = false;
    return true;
  }

 private:
  std::string path_;
  int descriptor_;
  bool exists_;
};

// Makes the rename itself durable. Not every file system can; the file is whole in any case.
void sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

struct Closer {
  int descriptor;
  ~Closer() { close(descriptor); }
};

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t bytes_max) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return failure<std::string>(
        system_error("cannot open", path, 0, "check the name and its permissions"));
  }
  const Closer closer{descriptor};
  std::string bytes;
  constexpr std::size_t chunk = 1 << 16;
  for (;;) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + chunk);
    const ssize_t got = read(descriptor, bytes.data() + filled, chunk);
    bytes.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return failure<std::string>(
          system_error("cannot read", path, filled, "check that it is a readable file"));
    }
    if (got == 0) return {std::move(bytes)};
    if (bytes.size() > bytes_max) {
      return failure<std::string>(
          {path + " is larger than the limit of " + std::to_string(bytes_max) + " bytes", bytes_max,
           "raise the limit or give a smaller file"});
    }
  }
}

Result<std::string> decompress(std::string bytes, std::uint64_t bytes_max) {
  const std::string_view magic("\x28\xb5\x2f\xfd", 4);
  if (std::string_view(bytes).substr(0, magic.size()) != magic) {
    if (bytes.size() <= bytes_max) return {std::move(bytes)};
    return failure<std::string>(
        {"input exceeds the limit of " + std::to_string(bytes_max) + " bytes", bytes_max,
         "raise the limit or give a smaller file"});
  }
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                          ZSTD_freeDStream);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string out;
  std::size_t pending = 1;  // 0: a frame just ended
  while (in.pos < in.size || pending != 0) {
    const std::size_t filled = out.size();
    // One byte of slack tells "exactly the limit" from "more than the limit".
    out.resize(filled + std::min<std::uint64_t>(ZSTD_DStreamOutSize(), bytes_max + 1 - filled));
    ZSTD_outBuffer buffer{out.data(), out.size(), filled};
    const std::size_t position_before = in.pos;
    pending = ZSTD_decompressStream(stream.get(), &buffer, &in);
    out.resize(buffer.pos);
    if (ZSTD_isError(pending)) {
      return failure<std::string>({std::string("damaged zstd data: ") + ZSTD_getErrorName(pending),
                                   in.pos, "fetch or record the file again"});
    }
    if (out.size() > bytes_max) {
      return failure<std::string>(
          {"decompressed data exceeds the limit of " + std::to_string(bytes_max) + " bytes", in.pos,
           "raise the limit or give a smaller file"});
    }
    const bool progress = in.pos > position_before || buffer.pos > filled;
    if (!progress && pending != 0) {
      return failure<std::string>(
          {"zstd data ends early", in.pos, "fetch or record the file again"});
    }
  }
  return {std::move(out)};
}

namespace {

// Where the bytes belong: behind a link, at its end.
std::string end_of_links(const std::string& path) {
  std::error_code error;
  const std::filesystem::path end = std::filesystem::canonical(path, error);
  return error ? path : end.string();
}

// The number of bytes written; fewer than `bytes.size()`: errno says why.
std::uint64_t write_all(int descriptor, std::string_view bytes) {
  std::uint64_t written = 0;
  while (written < bytes.size()) {
    const ssize_t put = write(descriptor, bytes.data() + written, bytes.size() - written);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    written += static_cast<std::uint64_t>(put);
  }
  return written;
}

constexpr const char* no_room = "make room or choose another place";

// Devices and pipes are written in place: a renamed file would take theirs.
Result<std::uint64_t> write_special(const std::string& path, std::string_view bytes) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return failure<std::uint64_t>(
        system_error("cannot open", path, 0, "check its kind and its permissions"));
  }
  const Closer closer{descriptor};
  const std::uint64_t written = write_all(descriptor, bytes);
  if (written == bytes.size()) return {written};
  return failure<std::uint64_t>(system_error("cannot write", path, written, no_room));
}

}  // namespace

Result<std::uint64_t> write_file(const std::string& name, std::string_view bytes) {
  const std::string path = end_of_links(name);
  struct stat about;
  if (stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
    return write_special(path, bytes);
  }
  TemporaryFile file(path);
  if (!file.exists()) {
    return failure<std::uint64_t>(
        system_error("cannot create", path, 0, "check that its directory exists"));
  }
  const std::uint64_t written = write_all(file.descriptor(), bytes);
  if (written < bytes.size()) {
    return failure<std::uint64_t>(system_error("cannot write", path, written, no_room));
  }
  if (fsync(file.descriptor()) != 0 || !file.close_and_rename(path)) {
    return failure<std::uint64_t>(system_error("cannot finish", path, written, no_room));
  }
  sync_directory_of(path);
  return {written};
}

}  // namespace traces
