// The simulated BSDs' pipes beside Linux's own, and their kqueues beside a list of what is to be
// told.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "cli/session.h"
#include "cli/test_options.h"
#include "sim/kernels.h"

namespace {

using u64 = std::uint64_t;
using i64 = std::int64_t;

constexpr i64 bsd_eagain = 35;
constexpr u64 pipe_bytes = 16384, pipe_buf = 512;

template <class T>
u64 address(T* p) {
  return reinterpret_cast<u64>(p);
}

// Calls of one of the simulated BSDs, by their numbers there.
struct Bsd {
  sim::Machine& m;
  std::string name;

  bool is_freebsd() const { return name == "freebsd"; }
  i64 call(long number, const u64 (&args)[6]) const {
    return sim::find_kernel(name)->call(m, number, args, 0);
  }
  i64 read(int fd, u64 n) const {
    static char buffer[2 * pipe_bytes];
    return call(3, {static_cast<u64>(fd), address(buffer), n});
  }
  i64 write(int fd, u64 n) const {
    static const char zeros[2 * pipe_bytes] = {};
    return call(4, {static_cast<u64>(fd), address(zeros), n});
  }
  void close(int fd) const { call(6, {static_cast<u64>(fd)}); }
  void pipe(int (&ends)[2]) const {
    constexpr u64 nonblock = 4, f_setfl = 4;
    if (is_freebsd()) {
      RC_ASSERT(call(542, {address(ends), nonblock}) == 0);
      return;
    }
    RC_ASSERT(call(263, {address(ends)}) == 0);
    for (int fd : ends) RC_ASSERT(call(92, {static_cast<u64>(fd), f_setfl, nonblock}) == 0);
  }
  int kqueue() const { return static_cast<int>(call(is_freebsd() ? 362 : 269, {})); }
  i64 kevent(const u64 (&args)[6]) const { return call(is_freebsd() ? 363 : 72, args); }
};

sim::Machine& machine() {
  static cli::Session session;
  static const std::string error =
      session.set_up(cli::explore_options("counter", "random", "sc"), {});
  REQUIRE(error == "");
  session.machine.alone = 0;  // nobody else runs
  return session.machine;
}

template <class F>
void on_both(F property) {
  for (const std::string name : {"freebsd", "openbsd"}) {
    CAPTURE(name);
    CHECK(rc::check([&] { property(Bsd{machine(), name}); }));
  }
}

// --- pipes --------------------------------------------------------------------------------------

// Linux's, as large as the others.
struct Linux {
  static i64 result(i64 r) { return r >= 0 ? r : errno == EAGAIN ? -bsd_eagain : -errno; }
  i64 read(int fd, u64 n) const {
    char buffer[2 * pipe_bytes];
    return result(::read(fd, buffer, n));
  }
  i64 write(int fd, u64 n) const {
    const char zeros[2 * pipe_bytes] = {};
    return result(::write(fd, zeros, n));
  }
  void close(int fd) const { ::close(fd); }
  void pipe(int (&ends)[2]) const {
    RC_ASSERT(::pipe2(ends, O_NONBLOCK) == 0);
    RC_ASSERT(fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(pipe_bytes)) == pipe_bytes);
  }
};

// What is written goes to the second end.
template <class Kernel>
class Pipe {
 public:
  explicit Pipe(const Kernel& kernel) : kernel_(kernel) { kernel_.pipe(ends_); }
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool has(int which) const { return ends_[which] >= 0; }
  void close(int which) {
    if (has(which)) kernel_.close(ends_[which]);
    ends_[which] = -1;
  }
  i64 read(u64 n) { return kernel_.read(ends_[0], n); }
  i64 write(u64 n) { return kernel_.write(ends_[1], n); }

 private:
  Kernel kernel_;
  int ends_[2];
};

// Linux gives a page to each write that finds no room in the last one, and takes it back when all
// of it was read: what is compared is whole pages up to the limit, or parts of few.
void compare_pipes(const Bsd& kernel, u64 unit, u64 most) {
  Pipe<Linux> real{Linux()};
  Pipe<Bsd> simulated(kernel);
  u64 held = 0;
  const int steps = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(1, 60));
  for (int i = 0; i < steps; i++) {
    const u64 n = unit * *rc::gen::inRange<u64>(1, 6);
    const int what = *rc::gen::inRange(0, 16);
    if (what < 2 && i > steps / 2) {
      real.close(what);
      simulated.close(what);
    } else if (what < 8 && real.has(0)) {
      const i64 r = real.read(n);
      RC_ASSERT(simulated.read(n) == r);
      if (r > 0) held -= static_cast<u64>(r);
    } else if (real.has(1) && held + n <= most) {
      const i64 r = real.write(n);
      RC_ASSERT(simulated.write(n) == r);
      if (r > 0) held += static_cast<u64>(r);
    }
  }
}

TEST_CASE("pipes answer as Linux's do") {
  auto* const before = std::signal(SIGPIPE, SIG_IGN);
  on_both([](const Bsd& kernel) { compare_pipes(kernel, 4096, 8 * pipe_bytes); });
  on_both(
      [](const Bsd& kernel) { compare_pipes(kernel, *rc::gen::element<u64>(1, 7, 100), 1500); });
  std::signal(SIGPIPE, before);
}

// --- kqueues ------------------------------------------------------------------------------------

constexpr std::int16_t filter_read = -1, filter_write = -2;
constexpr std::uint16_t ev_add = 1, ev_delete = 2, ev_clear = 0x20, ev_eof = 0x8000;
constexpr std::size_t event_bytes = 32;

struct Event {
  u64 ident = 0;
  std::int16_t filter = 0;
  std::uint16_t flags = 0;
  i64 data = 0;
  u64 udata = 0;
  bool operator==(const Event&) const = default;
};

void store(char* at, const Event& e) {
  std::memset(at, 0, event_bytes);
  std::memcpy(at, &e.ident, 8);
  std::memcpy(at + 8, &e.filter, 2);
  std::memcpy(at + 10, &e.flags, 2);
  std::memcpy(at + 16, &e.data, 8);
  std::memcpy(at + 24, &e.udata, 8);
}

Event load(const char* at) {
  Event e;
  std::memcpy(&e.ident, at, 8);
  std::memcpy(&e.filter, at + 8, 2);
  std::memcpy(&e.flags, at + 10, 2);
  std::memcpy(&e.data, at + 16, 8);
  std::memcpy(&e.udata, at + 24, 8);
  return e;
}

// What a kqueue is for: each end of a pipe has two filters, and those that became true are in a
// list until they have been told.
struct Note {
  bool on = false, clear = false;
  u64 udata = 0;
};
struct End {
  int fd = -1;
  End* other = nullptr;  // null: closed
  u64 bytes = 0;         // to be read here
  Note note[2] = {};     // for readers, for writers
};

class Model {
 public:
  explicit Model(const Bsd& kernel) : kernel_(kernel), queue_(kernel_.kqueue()) {}
  ~Model() {
    for (End& end : ends_) {
      if (end.fd >= 0) kernel_.close(end.fd);
    }
    kernel_.close(queue_);
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  void open(std::size_t pipe) {
    End& a = ends_[2 * pipe];
    End& b = ends_[2 * pipe + 1];
    if (a.fd >= 0 || b.fd >= 0) return;
    int fds[2];
    kernel_.pipe(fds);
    a = {fds[0], &b};
    b = {fds[1], &a};
  }
  void close(End& end) {
    if (end.fd < 0) return;
    kernel_.close(end.fd);
    for (int f : {0, 1}) std::erase(told_, std::pair(&end, f));
    End* other = end.other;
    end = {};
    if (other == nullptr) return;
    other->other = nullptr;
    becomes(*other, 0);
    becomes(*other, 1);
  }
  void write(End& end, u64 n) {
    if (end.fd < 0) return;
    const i64 r = kernel_.write(end.fd, n);
    if (end.other == nullptr) return RC_ASSERT(r == -EPIPE);
    const u64 room = pipe_bytes - end.other->bytes;
    const bool fits = n <= pipe_buf ? n <= room : room > 0;
    RC_ASSERT(r == (fits ? static_cast<i64>(std::min(n, room)) : -bsd_eagain));
    if (!fits) return;
    end.other->bytes += static_cast<u64>(r);
    becomes(*end.other, 0);
  }
  void read(End& end, u64 n) {
    if (end.fd < 0) return;
    const i64 r = kernel_.read(end.fd, n);
    if (end.bytes == 0) return RC_ASSERT(r == (end.other == nullptr ? 0 : -bsd_eagain));
    RC_ASSERT(r == static_cast<i64>(std::min(n, end.bytes)));
    end.bytes -= static_cast<u64>(r);
    if (end.other != nullptr) becomes(*end.other, 1);
  }
  void change(End& end, int f, std::uint16_t flags, u64 udata) {
    const i64 r = change_call(end, f, flags, udata);
    if (end.fd < 0) return RC_ASSERT(r == -EBADF);
    Note& note = end.note[f];
    if ((flags & ev_delete) != 0) {
      RC_ASSERT(r == (note.on ? 0 : -ENOENT));
      note = {};
      std::erase(told_, std::pair(&end, f));
      return;
    }
    if (!note.on && f == 1 && end.other == nullptr) return RC_ASSERT(r == -EPIPE);
    RC_ASSERT(r == 0);
    if (!note.on) note.clear = (flags & ev_clear) != 0;
    note.on = true;
    note.udata = udata;
    becomes(end, f);
  }
  void wait(u64 max) {
    std::vector<Event> expected;
    for (std::size_t left = told_.size(); left > 0 && expected.size() < max; left--) {
      const auto [end, f] = told_.front();
      told_.erase(told_.begin());
      if (!holds(*end, f)) continue;
      expected.push_back(event_of(*end, f));
      if (!end->note[f].clear) told_.emplace_back(end, f);
    }
    RC_ASSERT(wait_call(max) == expected);
  }
  End& end(std::size_t i) { return ends_[i]; }

 private:
  static bool holds(const End& end, int f) {
    if (end.other == nullptr) return true;
    return f == 0 ? end.bytes > 0 : pipe_bytes - end.other->bytes >= pipe_buf;
  }
  void becomes(End& end, int f) {
    const std::pair entry(&end, f);
    if (!end.note[f].on || !holds(end, f)) return;
    if (std::find(told_.begin(), told_.end(), entry) == told_.end()) told_.push_back(entry);
  }
  static Event event_of(const End& end, int f) {
    const u64 room = end.other != nullptr ? pipe_bytes - end.other->bytes : 0;
    const int flags = (end.note[f].clear ? ev_clear : 0) | (end.other == nullptr ? ev_eof : 0);
    return {static_cast<u64>(end.fd), f == 0 ? filter_read : filter_write,
            static_cast<std::uint16_t>(flags), static_cast<i64>(f == 0 ? end.bytes : room),
            end.note[f].udata};
  }
  i64 change_call(const End& end, int f, std::uint16_t flags, u64 udata) {
    char at[event_bytes];
    const u64 ident = end.fd >= 0 ? static_cast<u64>(end.fd) : ~u64{0};
    store(at, {ident, f == 0 ? filter_read : filter_write, flags, 0, udata});
    return kernel_.kevent({static_cast<u64>(queue_), address(at), 1});
  }
  std::vector<Event> wait_call(u64 max) {
    char at[8 * event_bytes];
    const i64 at_once[2] = {0, 0};
    const i64 n =
        kernel_.kevent({static_cast<u64>(queue_), 0, 0, address(at), max, address(at_once)});
    std::vector<Event> events;
    for (i64 i = 0; i < n; i++) events.push_back(load(at + i * static_cast<i64>(event_bytes)));
    return events;
  }

  Bsd kernel_;
  int queue_;
  End ends_[4];
  std::vector<std::pair<End*, int>> told_;  // that is: to be told, the next one first
};

void some_step(Model& model) {
  End& end = model.end(*rc::gen::inRange<std::size_t>(0, 4));
  const int filter = *rc::gen::inRange(0, 2);
  switch (*rc::gen::inRange(0, 12)) {
    case 0:
      return model.close(end);
    case 1:
    case 2:
      return model.open(*rc::gen::inRange<std::size_t>(0, 2));
    case 3:
    case 4:
      return model.write(end, *rc::gen::element<u64>(1, 511, 512, 15000, 16384));
    case 5:
    case 6:
      return model.read(end, *rc::gen::element<u64>(1, 511, 512, 16384));
    case 7:
    case 8:
      return model.change(end, filter, ev_add | *rc::gen::element<std::uint16_t>(0, ev_clear),
                          *rc::gen::inRange<u64>(0, 9));
    case 9:
      return model.change(end, filter, ev_delete, 0);
    default:
      return model.wait(*rc::gen::inRange<u64>(1, 9));
  }
}

TEST_CASE("a kqueue tells what has become true, in its order, and of a cleared filter once") {
  on_both([](const Bsd& kernel) {
    Model model(kernel);
    model.open(0);
    const int steps = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(1, 200));
    for (int i = 0; i < steps; i++) some_step(model);
  });
}

}  // namespace
