// One schedule of a program is played, and what nobody answers is left out.
#include "cli/mutator_waits.h"

#include <array>

#include "cli/mutator_structure.h"

namespace cli {
namespace {

using scenarios::MutatorOp;
using scenarios::MutatorOperation;

constexpr std::size_t nobody = ~std::size_t{0};

bool is_send(MutatorOp op) { return op == MutatorOp::send || op == MutatorOp::try_send; }
bool is_receive(MutatorOp op) {
  return op == MutatorOp::receive || op == MutatorOp::receive_either ||
         op == MutatorOp::try_receive;
}
bool may_wait(MutatorOp op) {
  return op == MutatorOp::send || op == MutatorOp::receive || op == MutatorOp::receive_either ||
         op == MutatorOp::acquire;
}

// Who has it for itself: the first to ask.
bool claims(std::size_t& owner, std::size_t goroutine) {
  if (owner == nobody) owner = goroutine;
  return owner == goroutine;
}

struct Channel {
  std::int64_t capacity = 0;
  bool roomy = false;  // it has room for all that is sent
  std::size_t sender = nobody, receiver = nobody;
  bool closed = false;
  // So far. Those that try may have done nothing.
  std::int64_t sent = 0, tried_to_send = 0, received = 0, tried_to_receive = 0;

  bool has_room() const { return sent + tried_to_send - received < capacity; }
};

struct Semaphore {
  std::int64_t units = 0;
  std::size_t acquirer = nobody;
  bool shared = false;  // of several: who acquires gives back before it waits
};

class Play {
 public:
  explicit Play(const MutatorProgram& program) : program_(program) {
    for (const MutatorOperations& operations : program.goroutines) {
      stays_.emplace_back(operations.size(), true);
      at_.push_back(0);
    }
    running_.assign(program.goroutines.size(), false);
    running_[0] = true;
    for (const std::uint32_t capacity : program.capacities) {
      channels_.push_back({.capacity = capacity});
    }
    for (const std::uint32_t units : program.units) semaphores_.push_back({.units = units});
  }

  MutatorProgram certain_program() {
    find_roomy();
    find_shared();
    for (std::size_t g = 0; g < running_.size(); g++) settle_owners(g);
    play();
    MutatorProgram left = program_;
    for (std::size_t g = 0; g < running_.size(); g++) {
      left.goroutines[g] =
          only(program_.goroutines[g], [&](std::size_t i) -> bool { return stays_[g][i]; });
    }
    return left;
  }

 private:
  // Nobody may send to a channel that another closes.
  void find_roomy() {
    std::vector<std::int64_t> sent(channels_.size());
    std::vector<bool> closed(channels_.size());
    for (const MutatorOperations& operations : program_.goroutines) {
      for (const MutatorOperation& o : operations) {
        if (is_send(o.op)) sent[o.field]++;
        if (o.op == MutatorOp::close) closed[o.field] = true;
      }
    }
    for (std::size_t c = 0; c < channels_.size(); c++) {
      channels_[c].roomy = sent[c] <= channels_[c].capacity;
      one_sender_.push_back(closed[c] || !channels_[c].roomy);
    }
  }

  void find_shared() {
    for (std::size_t g = 0; g < program_.goroutines.size(); g++) {
      for (const MutatorOperation& o : program_.goroutines[g]) {
        if (o.op != MutatorOp::acquire) continue;
        Semaphore& semaphore = semaphores_[o.field];
        semaphore.shared = !claims(semaphore.acquirer, g) || semaphore.shared;
      }
    }
  }

  // Leaves out what competes with others, and what panics.
  void settle_owners(std::size_t g) {
    const MutatorOperations& operations = program_.goroutines[g];
    for (std::size_t i = 0; i < operations.size(); i++) {
      stays_[g][i] = may_stay(g, operations[i]);
      if (stays_[g][i] && operations[i].op == MutatorOp::acquire) {
        stays_[g][i] = gives_back(g, i);
      }
    }
  }

  bool may_stay(std::size_t g, const MutatorOperation& o) {
    if (is_send(o.op) || o.op == MutatorOp::close) {
      Channel& c = channels_[o.field];
      if (o.op == MutatorOp::try_send && c.capacity == 0) return false;
      if (one_sender_[o.field] && !claims(c.sender, g)) return false;
      if (c.closed) return false;
      c.closed = o.op == MutatorOp::close;
      return true;
    }
    if (!is_receive(o.op)) return true;
    Channel& c = channels_[o.field];
    // Without a buffer, who tries and who chooses meet only whom they take it from.
    if (o.op == MutatorOp::try_receive && c.capacity == 0) return false;
    if (o.op != MutatorOp::receive_either) return claims(c.receiver, g);
    Channel& other = channels_[o.c];
    return c.roomy && other.roomy && claims(c.receiver, g) && claims(other.receiver, g);
  }

  // A unit that several acquire is given back before its holder waits for anything.
  bool gives_back(std::size_t g, std::size_t at) const {
    const MutatorOperations& operations = program_.goroutines[g];
    const Semaphore& semaphore = semaphores_[operations[at].field];
    if (!semaphore.shared) return true;
    if (semaphore.units == 0) return false;
    for (std::size_t i = at + 1; i < operations.size(); i++) {
      if (may_wait(operations[i].op)) return false;
      if (operations[i].op == MutatorOp::release && operations[i].field == operations[at].field) {
        return true;
      }
    }
    return false;
  }

  void play() {
    for (Channel& c : channels_) c.closed = false;
    for (;;) {
      bool any = false;
      for (std::size_t g = 0; g < running_.size(); g++) {
        while (running_[g] && advance(g)) any = true;
      }
      if (any) continue;
      const std::size_t stuck = find_stuck();
      if (stuck == nobody) return;
      stays_[stuck][at_[stuck]] = false;
    }
  }

  std::size_t find_stuck() const {
    for (std::size_t g = 0; g < running_.size(); g++) {
      if (running_[g] && at_[g] < program_.goroutines[g].size()) return g;
    }
    return nobody;
  }

  // One operation of the goroutine; false: it waits, or has ended.
  bool advance(std::size_t g) {
    if (at_[g] == program_.goroutines[g].size()) return false;
    const MutatorOperation& o = program_.goroutines[g][at_[g]];
    if (stays_[g][at_[g]] && !happens(o)) return false;
    at_[g]++;
    return true;
  }

  bool happens(const MutatorOperation& o) {
    switch (o.op) {
      case MutatorOp::spawn:
        running_[o.count] = true;
        return true;
      case MutatorOp::send:
        return sends(channels_[o.field]);
      case MutatorOp::try_send:
        channels_[o.field].tried_to_send++;
        return true;
      case MutatorOp::close:
        channels_[o.field].closed = true;
        return true;
      case MutatorOp::receive:
      case MutatorOp::receive_either:
        return receives(o);
      case MutatorOp::try_receive:
        channels_[o.field].tried_to_receive++;
        return true;
      case MutatorOp::acquire:
        if (semaphores_[o.field].units == 0) return false;
        semaphores_[o.field].units--;
        return true;
      case MutatorOp::release:
        semaphores_[o.field].units++;
        return true;
      default:
        return true;
    }
  }

  // Without a buffer, its receiver takes the value, and lets it go on.
  bool sends(Channel& c) {
    if (c.capacity == 0 || !(c.roomy || c.has_room())) return false;
    c.sent++;
    return true;
  }

  bool receives(const MutatorOperation& o) {
    Channel& c = channels_[o.field];
    if (o.op == MutatorOp::receive_either) {
      Channel& other = channels_[o.c];
      if (values_in(o.field, o.c) < 1 && !c.closed && !other.closed) return false;
      chosen_.push_back({o.field, o.c});
      return true;
    }
    if (c.capacity == 0 && !c.closed) return meets(o.field);
    if (values_in(o.field, o.field) < 1 && !c.closed) return false;
    c.received++;
    return true;
  }

  // The values that are in one of two channels for sure: each choice that could took one of them.
  std::int64_t values_in(std::size_t a, std::size_t b) const {
    const auto left = [](const Channel& c) { return c.sent - c.received - c.tried_to_receive; };
    std::int64_t count = left(channels_[a]) + (a == b ? 0 : left(channels_[b]));
    for (const auto& [one, other] : chosen_) {
      if (one == a || one == b || other == a || other == b) count--;
    }
    return count;
  }

  // Its sender stands at the send.
  bool meets(std::uint8_t channel) {
    const std::size_t g = channels_[channel].sender;
    if (g == nobody || !running_[g] || at_[g] == program_.goroutines[g].size()) return false;
    const MutatorOperation& o = program_.goroutines[g][at_[g]];
    if (!stays_[g][at_[g]] || o.op != MutatorOp::send || o.field != channel) return false;
    at_[g]++;
    return true;
  }

  const MutatorProgram& program_;
  std::vector<std::vector<bool>> stays_;  // by goroutine and operation
  std::vector<std::size_t> at_;           // the next operation of each goroutine
  std::vector<bool> running_;
  std::vector<Channel> channels_;
  std::vector<bool> one_sender_;  // by channel
  std::vector<Semaphore> semaphores_;
  std::vector<std::array<std::uint8_t, 2>> chosen_;  // the channels of selects so far
};

}  // namespace

MutatorProgram without_deadlock(const MutatorProgram& program) {
  return Play(program).certain_program();
}

}  // namespace cli
