// Total store order: a FIFO store buffer a thread (x86-TSO, Sewell et al., CACM 2010).
//
// Relaxed and release stores enter the buffer; a sequentially consistent store, a
// read-modify-write and a sequentially consistent fence wait until it is empty. Plain stores are
// not buffered: they do not race, so no thread can tell. While a thread runs, its buffer is applied
// to memory.
#include "sim/machine.h"
#include "sim/value.h"

namespace sim {
namespace {

constexpr std::uint32_t buffer_max = 32;  // entries a thread; a store to a full one waits

struct Entry {
  std::uint64_t address;
  std::uint64_t value;
  std::uint64_t hidden;  // what memory held below, while applied
  std::uint32_t size;
};

struct alignas(64) Buffer {
  std::uint32_t first;
  std::uint32_t count;
  std::uint64_t drained;   // so far; names the entries
  std::uint32_t wakes_at;  // the thread waits until no more than these are left
  Entry entries[buffer_max];
};

class TotalStoreOrder final : public MemoryModel {
 public:
  explicit TotalStoreOrder(Machine& m) : stride_(m.options.threads + 1) {
    buffers_ = static_cast<Buffer*>(m.space.allocate_tool(sizeof(Buffer) * stride_));
    clocks_ = static_cast<Clock*>(
        m.space.allocate_tool(std::uint64_t{4} * stride_ * stride_ * buffer_max));
    pending_ = static_cast<std::uint64_t*>(m.space.allocate_tool(64));
  }

  std::uint64_t load(Machine& m, Access a) override {
    // A thread that reads its own pending store learns nothing from others; joining the clock of
    // the committed store below it would invent an edge.
    if (!reads_own(m, a)) m.races.acquire(m.current(), a.address, a.size);
    m.touches(a.address, a.size, model::AccessKind::read);
    return read_value(a.address, a.size);
  }

  void store(Machine& m, Access a, std::uint64_t value) override {
    const std::uint32_t t = m.current();
    if (a.order == __ATOMIC_SEQ_CST) {
      m.races.release(t, a.address, a.size);
      m.writes(a.address, a.size);
      m.space.touch(a.address, a.size);
      write_value(a.address, a.size, value);
      m.changed(a.address, a.size);
      return;
    }
    Buffer& b = buffers_[t];
    m.space.touch(reinterpret_cast<std::uint64_t>(&b), 16);
    const std::uint64_t number = b.drained + b.count;
    m.touches(name_of(t, number), 1, model::AccessKind::signal);
    // Its slot became free when an older store drained.
    if (number >= buffer_max) {
      m.touches(name_of(t, number - buffer_max), 1, model::AccessKind::wait);
    }
    const std::uint32_t slot = (b.first + b.count) % buffer_max;
    m.space.mut(b.entries[slot]) = Entry{a.address, value, read_value(a.address, a.size), a.size};
    Clock* clock = clock_of(t, slot);
    m.space.touch(reinterpret_cast<std::uint64_t>(clock), stride_ * 4);
    std::memcpy(clock, m.races.clock_of(t), stride_ * 4);
    m.races.tick(t);
    b.count++;
    m.space.mut(*pending_) |= std::uint64_t{1} << t;
    m.space.touch(a.address, a.size);
    write_value(a.address, a.size, value);
  }

  bool must_drain(Machine& m, Ordered what, std::uint32_t order) override {
    Buffer& b = buffers_[m.current()];
    const bool all = drains(what, order);
    const std::uint32_t left = all ? 0 : buffer_max - 1;
    if (b.count <= left || (!all && what != Ordered::store)) return false;
    m.space.mut(b.wakes_at) = left;
    return true;
  }

  void after_drain(Machine& m, Ordered what, std::uint32_t order) override {
    const std::uint32_t t = m.current();
    if (!drains(what, order) || buffers_[t].drained == 0) return;
    m.touches(name_of(t, buffers_[t].drained - 1), 1, model::AccessKind::wait);
  }

  // A race: the drain may come later, and others between this step and what is then the next.
  void found_drained(Machine& m) override {
    const std::uint32_t t = m.current();
    if (buffers_[t].drained == 0) return;
    m.touches(name_of(t, buffers_[t].drained - 1), 1, model::AccessKind::read);
  }

  // A plain store behind a pending atomic one to the same bytes must not overtake it. The entries
  // are applied already: publishing them changes no byte.
  void before_plain_write(Machine& m, std::uint64_t address, std::uint64_t bytes) override {
    const Buffer& b = buffers_[m.current()];
    for (std::uint32_t i = 0; i < b.count; i++) {
      const Entry& e = b.entries[(b.first + i) % buffer_max];
      if (e.address < address + bytes && address < e.address + e.size) {
        while (b.count != 0) {
          touches_drain(m, m.current());
          publish_oldest(m, m.current());
        }
        return;
      }
    }
  }

  std::uint64_t drainable(const Machine&) const override { return *pending_; }

  Access oldest(std::uint32_t t) const override {
    const Entry& e = buffers_[t].entries[buffers_[t].first];
    return {e.address, e.size, __ATOMIC_RELEASE};
  }

  void append_state(std::vector<std::uint64_t>& words) const override {
    for (std::uint32_t t = 0; t + 1 < stride_; t++) {
      const Buffer& b = buffers_[t];
      words.insert(words.end(), {b.count, b.count != 0 ? b.wakes_at : 0});
      for (std::uint32_t i = 0; i < b.count; i++) {
        const Entry& e = b.entries[(b.first + i) % buffer_max];
        words.insert(words.end(), {e.address, e.value, e.size});
      }
    }
  }

  void append_clocks(std::vector<const Clock*>& clocks) const override {
    for (std::uint32_t t = 0; t + 1 < stride_; t++) {
      const Buffer& b = buffers_[t];
      for (std::uint32_t i = 0; i < b.count; i++) {
        clocks.push_back(clock_of(t, (b.first + i) % buffer_max));
      }
    }
  }

  // REQUIRES: no buffer is applied.
  void drain_one(Machine& m, std::uint32_t t) override {
    const Buffer& b = buffers_[t];
    const Entry& e = b.entries[b.first];
    touches_drain(m, t);
    m.space.touch(e.address, e.size);
    write_value(e.address, e.size, e.value);
    m.record({Operation::drain, t, e.size, e.address, e.value, 0});
    publish_oldest(m, t);
  }

  void switch_in(Machine& m, std::uint32_t t) override {
    Buffer& b = buffers_[t];
    for (std::uint32_t i = 0; i < b.count; i++) {
      Entry& e = m.space.mut(b.entries[(b.first + i) % buffer_max]);
      e.hidden = read_value(e.address, e.size);
      m.space.touch(e.address, e.size);
      write_value(e.address, e.size, e.value);
    }
  }

  void switch_out(Machine& m, std::uint32_t t) override {
    const Buffer& b = buffers_[t];
    for (std::uint32_t i = b.count; i-- > 0;) {
      const Entry& e = b.entries[(b.first + i) % buffer_max];
      m.space.touch(e.address, e.size);
      write_value(e.address, e.size, e.hidden);
    }
  }

  bool buffers_stores() const override { return true; }

 private:
  Clock* clock_of(std::uint32_t t, std::uint32_t slot) const {
    return clocks_ + (std::uint64_t{t} * buffer_max + slot) * stride_;
  }

  static bool drains(Ordered what, std::uint32_t order) {
    return what == Ordered::rmw || order == __ATOMIC_SEQ_CST;
  }

  // The entry as an object that steps touch; it exists until it has drained.
  static std::uint64_t name_of(std::uint32_t t, std::uint64_t number) {
    return model::machine_object(model::MachineObject::store, std::uint64_t{t} << 48 | number << 3);
  }

  // Whether the load is answered by the thread's own newest pending store. Where the store has
  // only some of the bytes, memory is read as well.
  bool reads_own(Machine& m, Access a) const {
    const std::uint32_t t = m.current();
    const Buffer& b = buffers_[t];
    for (std::uint32_t i = b.count; i-- > 0;) {
      const Entry& e = b.entries[(b.first + i) % buffer_max];
      if (e.address >= a.address + a.size || a.address >= e.address + e.size) continue;
      if (e.address <= a.address && a.address + a.size <= e.address + e.size) return true;
    }
    return false;
  }

  void touches_drain(Machine& m, std::uint32_t t) {
    const Buffer& b = buffers_[t];
    m.writes(b.entries[b.first].address, b.entries[b.first].size);
    m.touches(name_of(t, b.drained), 1, model::AccessKind::write);
    m.touches(name_of(t, b.drained), 1, model::AccessKind::wait);
  }

  void publish_oldest(Machine& m, std::uint32_t t) {
    Buffer& b = buffers_[t];
    const Entry& e = b.entries[b.first];
    m.races.release_clock(clock_of(t, b.first), e.address, e.size);
    m.mix(m.name_of(e.address) << 8 | 0xd0);
    m.changed(e.address, e.size);
    m.space.touch(reinterpret_cast<std::uint64_t>(&b), 16);
    b.first = (b.first + 1) % buffer_max;
    b.count--;
    b.drained++;
    if (b.count == 0) m.space.mut(*pending_) &= ~(std::uint64_t{1} << t);
    if (b.count == b.wakes_at) m.buffer_drained(t);
  }

  std::uint32_t stride_;
  Buffer* buffers_;
  Clock* clocks_;
  std::uint64_t* pending_;
};

}  // namespace

MemoryModel* make_tso(Machine& m) { return new TotalStoreOrder(m); }

}  // namespace sim
