// The program under test as its linker made it: a shared object inside this executable, mapped by
// hand into the simulated memory.
//
// Mapping it here rather than by the system's loader keeps the program apart from the simulator:
// its code, its globals and its copies of inline functions are its own, its addresses are the same
// in every run, and each function that it does not bring is given by name (symbols.h).
#pragma once

#include <elf.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sim/space.h"

namespace embed {

// Where the linker put it (scripts of embed/ld agree): the last 4 GiB of the region.
inline constexpr std::uint64_t image_base =
    sim::space_base + sim::region_bytes - (std::uint64_t{4} << 30);

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class Image {
 public:
  // Reads the section that the link step added to /proc/self/exe. Returns what is wrong, or
  // nothing.
  std::string read();
  // Copies the segments into the region and binds every symbol. REQUIRES: the region is mapped.
  std::string load();

  using Function = int (*)(int, char**, char**);
  Function main() const { return main_; }
  const std::vector<std::uint64_t>& initialisers() const { return initialisers_; }
  const std::vector<std::uint64_t>& finalisers() const { return finalisers_; }
  const std::vector<Range>& writable() const { return writable_; }
  // Thread-local variables: initial bytes, and the size of a thread's block.
  Range tls_initial() const { return tls_initial_; }
  std::uint64_t tls_bytes() const { return tls_bytes_; }
  // Of a thread's block, behind the program's own: what std::call_once hands over.
  std::uint64_t once_offset() const { return tls_bytes_ - 16; }
  Range code() const { return code_; }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  std::string map_segments();
  void read_dynamic();
  std::string open_libraries();
  std::string bind();
  std::string relocate(const Elf64_Rela& r);
  void register_frames(const Elf64_Phdr& header);
  void protect();
  const Elf64_Ehdr& header() const { return *reinterpret_cast<const Elf64_Ehdr*>(bytes_.data()); }
  const Elf64_Phdr* segments() const {
    return reinterpret_cast<const Elf64_Phdr*>(bytes_.data() + header().e_phoff);
  }

  std::vector<char> bytes_;
  Function main_ = nullptr;
  std::vector<std::uint64_t> initialisers_, finalisers_;
  std::vector<Range> writable_;
  std::vector<std::string> libraries_, library_paths_;
  Range tls_initial_, code_;
  std::uint64_t tls_bytes_ = 0;
  const Elf64_Sym* symbols_ = nullptr;
  const char* names_ = nullptr;
  Range relocations_[2];
};

}  // namespace embed
