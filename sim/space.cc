// Mapping, journal and bump allocation of the simulated memory.
#include "sim/space.h"

#include <sys/mman.h>

namespace sim {
namespace {

constexpr std::uint64_t journal_bytes_max = std::uint64_t{64} << 30;

// A journal record is its payload followed by this trailer, so that undoing pops from the end.
struct Trailer {
  std::uint64_t address;
  std::uint32_t bytes;
  std::uint32_t is_stack;
  void** context;
  void* context_value;
};

void* map_lazily(void* hint, std::uint64_t bytes, int flags) {
  void* p = mmap(hint, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

std::uint64_t align_up(std::uint64_t n, std::uint64_t a) { return (n + a - 1) / a * a; }

}  // namespace

bool Space::map() {
  void* wanted = reinterpret_cast<void*>(space_base);
  void* got = map_lazily(wanted, space_bytes, MAP_FIXED_NOREPLACE);
  if (got != wanted) return false;
  madvise(got, space_bytes, MADV_DONTDUMP);
  madvise(got, space_bytes, MADV_NOHUGEPAGE);
  stamps_ = static_cast<std::uint32_t*>(map_lazily(nullptr, space_bytes / line_bytes * 4, 0));
  journal_ = static_cast<std::uint8_t*>(map_lazily(nullptr, journal_bytes_max, 0));
  return stamps_ != nullptr && journal_ != nullptr;
}

Space::~Space() {
  if (stamps_ == nullptr) return;
  munmap(reinterpret_cast<void*>(space_base), space_bytes);
  munmap(stamps_, space_bytes / line_bytes * 4);
  munmap(journal_, journal_bytes_max);
}

void Space::save_line(std::uint64_t line) {
  stamps_[line] = epoch_;
  const std::uint64_t address = space_base + line * line_bytes;
  std::memcpy(journal_ + journal_used_, reinterpret_cast<void*>(address), line_bytes);
  const Trailer trailer{address, line_bytes, 0, nullptr, nullptr};
  std::memcpy(journal_ + journal_used_ + line_bytes, &trailer, sizeof trailer);
  journal_used_ += line_bytes + sizeof trailer;
}

void Space::save_stack(std::uint64_t sp, std::uint64_t top, void** context) {
  const std::uint64_t bytes = top - sp;
  std::memcpy(journal_ + journal_used_, reinterpret_cast<void*>(sp), bytes);
  const Trailer trailer{sp, static_cast<std::uint32_t>(bytes), 1, context, *context};
  std::memcpy(journal_ + journal_used_ + bytes, &trailer, sizeof trailer);
  journal_used_ += bytes + sizeof trailer;
}

void Space::rollback(std::uint64_t mark) {
  while (journal_used_ > mark) {
    Trailer trailer;
    std::memcpy(&trailer, journal_ + journal_used_ - sizeof trailer, sizeof trailer);
    journal_used_ -= sizeof trailer + trailer.bytes;
    void* target = reinterpret_cast<void*>(trailer.address);
    if (trailer.is_stack != 0) {
      std::memcpy(target, journal_ + journal_used_, trailer.bytes);
      *trailer.context = trailer.context_value;
    } else {
      std::memcpy(target, journal_ + journal_used_, line_bytes);
    }
  }
  next_epoch();
}

void Space::next_epoch() {
  if (++epoch_ != 0) return;
  // Stamps of the old numbering are void: every line is saved again at its next write.
  madvise(stamps_, space_bytes / line_bytes * 4, MADV_DONTNEED);
  epoch_ = 1;
}

void* Space::allocate_tool(std::uint64_t bytes, std::uint64_t alignment) {
  tool_used_ = align_up(tool_used_, alignment);
  void* p = reinterpret_cast<void*>(tool_base + tool_used_);
  tool_used_ += bytes;
  return p;
}

void* Space::allocate_region(std::uint64_t bytes, std::uint64_t alignment) {
  region_used_ = align_up(region_used_, alignment);
  void* p = reinterpret_cast<void*>(space_base + region_used_);
  region_used_ += bytes;
  return p;
}

}  // namespace sim
