// Mapping, journal and bump allocation of the simulated memory.
#include "sim/space.h"

#include <sys/mman.h>

#include <algorithm>

namespace sim {
namespace {

constexpr std::uint64_t journal_bytes_max = std::uint64_t{64} << 30;

// A journal record is its payload followed by a tag, so that undoing pops from the end: the line's
// address, stack_tag after a StackTrailer, or access_tag after an AccessChange.
constexpr std::uint64_t stack_tag = 1, access_tag = 2;

struct StackTrailer {
  std::uint64_t address;
  std::uint64_t bytes;
  void** context;
  void* context_value;
};

struct AccessChange {
  std::uint64_t address;
  std::uint64_t bytes;
  bool allowed;
};

// Of the record whose tag is at `end`.
std::uint64_t payload_bytes(const std::uint8_t* end, std::uint64_t tag) {
  if (tag == access_tag) return sizeof(AccessChange);
  if (tag != stack_tag) return line_bytes;
  StackTrailer trailer;
  std::memcpy(&trailer, end - sizeof trailer, sizeof trailer);
  return trailer.bytes + sizeof trailer;
}

constexpr std::uint64_t host_page_bytes = 4096;

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
  std::uint8_t* record = journal_ + journal_used_;
  std::memcpy(record, reinterpret_cast<void*>(address), line_bytes);
  std::memcpy(record + line_bytes, &address, sizeof address);
  journal_used_ += line_bytes + sizeof address;
}

void Space::save_stack(std::uint64_t sp, std::uint64_t top, void** context) {
  const std::uint64_t bytes = top - sp;
  std::uint8_t* record = journal_ + journal_used_;
  std::memcpy(record, reinterpret_cast<void*>(sp), bytes);
  const StackTrailer trailer{sp, bytes, context, *context};
  std::memcpy(record + bytes, &trailer, sizeof trailer);
  std::memcpy(record + bytes + sizeof trailer, &stack_tag, sizeof stack_tag);
  journal_used_ += bytes + sizeof trailer + sizeof stack_tag;
}

bool Space::is_allowed(std::uint64_t address) const {
  return std::none_of(closed_.begin(), closed_.end(), [&](const Pages& pages) {
    return address - pages.begin < pages.end - pages.begin;
  });
}

void Space::set_access(std::uint64_t address, std::uint64_t bytes, bool allowed) {
  mprotect(reinterpret_cast<void*>(address), bytes, allowed ? PROT_READ | PROT_WRITE : PROT_NONE);
  const Pages pages{address, address + bytes};
  if (!allowed) {
    closed_.push_back(pages);
    return;
  }
  std::vector<Pages> rest;
  for (const Pages& old : closed_) {
    if (old.begin < pages.begin) rest.push_back({old.begin, std::min(old.end, pages.begin)});
    if (old.end > pages.end) rest.push_back({std::max(old.begin, pages.end), old.end});
  }
  closed_ = std::move(rest);
}

void Space::allow(std::uint64_t address, std::uint64_t bytes, bool allowed) {
  if (is_allowed(address) == allowed) return;
  const AccessChange change{address, align_up(bytes, host_page_bytes), allowed};
  set_access(change.address, change.bytes, change.allowed);
  std::uint8_t* record = journal_ + journal_used_;
  std::memcpy(record, &change, sizeof change);
  std::memcpy(record + sizeof change, &access_tag, sizeof access_tag);
  journal_used_ += sizeof change + sizeof access_tag;
}

void Space::undo(const std::uint8_t* payload, std::uint64_t bytes, std::uint64_t tag) {
  if (tag == access_tag) {
    AccessChange change;
    std::memcpy(&change, payload, sizeof change);
    set_access(change.address, change.bytes, !change.allowed);
  } else if (tag == stack_tag) {
    StackTrailer trailer;
    std::memcpy(&trailer, payload + bytes - sizeof trailer, sizeof trailer);
    std::memcpy(reinterpret_cast<void*>(trailer.address), payload, trailer.bytes);
    *trailer.context = trailer.context_value;
  } else {
    std::memcpy(reinterpret_cast<void*>(tag), payload, line_bytes);
  }
}

void Space::rollback(std::uint64_t mark) {
  while (journal_used_ > mark) {
    std::uint64_t tag;
    std::memcpy(&tag, journal_ + journal_used_ - sizeof tag, sizeof tag);
    journal_used_ -= sizeof tag;
    const std::uint64_t bytes = payload_bytes(journal_ + journal_used_, tag);
    journal_used_ -= bytes;
    undo(journal_ + journal_used_, bytes, tag);
  }
  next_epoch();
}

void Space::saved_since(std::uint64_t mark, std::vector<SavedLine>& lines) const {
  lines.clear();
  for (std::uint64_t at = journal_used_; at > mark;) {
    std::uint64_t tag;
    std::memcpy(&tag, journal_ + at - sizeof tag, sizeof tag);
    at -= sizeof tag;
    at -= payload_bytes(journal_ + at, tag);
    if (tag != stack_tag && tag != access_tag) lines.push_back({tag, at});
  }
  const auto is_before = [](const SavedLine& a, const SavedLine& b) {
    return a.address != b.address ? a.address < b.address : a.copy_at < b.copy_at;
  };
  const auto is_same = [](const SavedLine& a, const SavedLine& b) {
    return a.address == b.address;
  };
  std::sort(lines.begin(), lines.end(), is_before);
  lines.erase(std::unique(lines.begin(), lines.end(), is_same), lines.end());
}

std::vector<std::uint64_t> Space::lines_since(std::uint64_t mark) const {
  std::vector<SavedLine> written;
  saved_since(mark, written);
  std::vector<std::uint64_t> lines;
  for (const SavedLine& line : written) {
    if (in_region(line.address)) lines.push_back(line.address);
  }
  return lines;
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
