// The allocator behind malloc and operator new of the program.
#include "embed/heap.h"

#include <bit>
#include <cstring>

#include "embed/objects.h"
#include "sim/surroundings.h"

namespace embed {
namespace {

constexpr std::uint64_t heap_bytes = std::uint64_t{4} << 30;
constexpr std::uint64_t live_mark = 0x11ebe5, dead_mark = 0xdead5;

// In front of every block; its address gives the block's.
struct Header {
  std::uint64_t bytes;  // asked for
  std::uint32_t mark;
  std::uint32_t size_class;
};
static_assert(sizeof(Header) == 16);

// A class a power of two and alignment 16; larger alignments have classes of their own.
constexpr std::uint32_t classes_max = 64;

struct Heap {
  std::uint64_t next;               // first address never handed out
  std::uint64_t free[classes_max];  // last block freed; its first word is the one before
};

sim::Space* space = nullptr;
Heap* heap = nullptr;
std::uint64_t heap_base = 0;

Header& header_of(std::uint64_t block) {
  return *reinterpret_cast<Header*>(block - sizeof(Header));
}

std::uint64_t block_bytes(std::uint32_t size_class) { return std::uint64_t{16} << size_class; }

std::uint32_t class_of(std::uint64_t bytes) {
  return bytes <= 16 ? 0 : static_cast<std::uint32_t>(std::bit_width((bytes - 1) >> 4));
}

std::uint64_t fresh_block(std::uint32_t size_class, std::uint64_t alignment) {
  Heap& h = space->mut(*heap);
  const std::uint64_t block = (h.next + sizeof(Header) + alignment - 1) / alignment * alignment;
  h.next = block + block_bytes(size_class);
  if (h.next > heap_base + heap_bytes) {
    sim::the_machine->violate("tool.limit", "the program's memory is full (4 GiB)");
  }
  return block;
}

void fill(std::uint64_t block, std::uint64_t bytes, int byte) {
  if (bytes == 0) return;
  space->touch(block, bytes);
  std::memset(reinterpret_cast<void*>(block), byte, bytes);
}

// The memory is new: what was known of accesses to the block does not matter any more, since a real
// allocator orders the release of a block before its reuse.
void inherit(std::uint64_t block, std::uint64_t bytes) {
  sim::Machine& m = *sim::the_machine;
  if (m.hot == nullptr || m.is_alone() || bytes == 0) return;
  acquire(block - sizeof(Header));
  m.races.plain(m, block, bytes, true, 0);
  m.memory->made_new(m, block, bytes);
}

// Which block is given out depends on all that were given out and back before.
void touches_heap() {
  if (sim::the_machine == nullptr) return;
  const std::uint64_t allocator = model::machine_object(model::MachineObject::heap, 8);
  sim::the_machine->touches(allocator, 1, model::AccessKind::write);
}

std::uint64_t allocate_bytes(std::uint64_t bytes, std::uint64_t alignment, int byte) {
  const std::uint32_t size_class = class_of(bytes < alignment ? alignment : bytes);
  touches_heap();
  std::uint64_t block = alignment <= 16 ? heap->free[size_class] : 0;
  if (block == 0) {
    block = fresh_block(size_class, alignment);
  } else {
    space->mut(*heap).free[size_class] = *reinterpret_cast<std::uint64_t*>(block);
    inherit(block, bytes);
  }
  space->mut(header_of(block)) = {bytes, live_mark, alignment <= 16 ? size_class : classes_max};
  fill(block, bytes, byte);
  return block;
}

}  // namespace

void prepare_heap(sim::Space& given, std::uint64_t base) {
  space = &given;
  heap = static_cast<Heap*>(given.allocate_tool(sizeof(Heap)));
  heap_base = base;
  heap->next = base;
}

Range heap_in_use() { return {heap_base, heap->next}; }

void* allocate(std::uint64_t bytes, std::uint64_t alignment) {
  return reinterpret_cast<void*>(
      allocate_bytes(bytes, alignment < 16 ? 16 : alignment, sim::pattern_of_memory()));
}
void* allocate_zeroed(std::uint64_t bytes) {
  return reinterpret_cast<void*>(allocate_bytes(bytes, 16, 0));
}

std::uint64_t size_of(const void* block) {
  return header_of(reinterpret_cast<std::uint64_t>(block)).bytes;
}

void* reallocate(void* block, std::uint64_t bytes) {
  void* to = allocate(bytes, 16);
  if (block == nullptr) return to;
  const std::uint64_t old = size_of(block);
  std::memcpy(to, block, old < bytes ? old : bytes);
  free_block(block, 0);
  return to;
}

void free_block(void* given, std::uint64_t pc) {
  if (given == nullptr) return;
  sim::Machine& m = *sim::the_machine;
  const auto block = reinterpret_cast<std::uint64_t>(given);
  const bool ours = block >= heap_base && block < heap->next && block % 16 == 0;
  if (!ours || header_of(block).mark != live_mark) {
    const bool twice = ours && header_of(block).mark == dead_mark;
    m.violate("program.bad_free",
              twice ? "a block is freed twice" : "what is freed was not allocated");
  }
  touches_heap();
  Header& header = space->mut(header_of(block));
  if (!m.is_alone() && header.bytes != 0) {
    m.races.plain(m, block, header.bytes, true, pc);
    release(block - sizeof(Header));
  }
  header.mark = dead_mark;
  if (header.size_class == classes_max) return;
  Heap& h = space->mut(*heap);
  space->touch(block, 8);
  *reinterpret_cast<std::uint64_t*>(block) = h.free[header.size_class];
  h.free[header.size_class] = block;
}

}  // namespace embed
