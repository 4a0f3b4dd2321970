// Vector clocks, joined along the conflicts of each 8-byte word.
#include "traces/past.h"

#include <algorithm>
#include <map>

namespace traces {
namespace {

constexpr std::uint64_t word_bytes = 8;
constexpr std::int64_t none = -1;

// The latest accesses to a word, by thread, as step numbers.
struct Word {
  std::int64_t write = none;
  std::vector<std::int64_t> reads;  // since that write; one a thread
};

class Clocks {
 public:
  Clocks(std::span<const Footprint> steps, CausalOrder& order) : steps_(steps), order_(order) {}

  void add(std::size_t i) {
    const Footprint& step = steps_[i];
    std::uint32_t* clock = &order_.clocks[i * order_.threads];
    std::int64_t& previous = previous_[step.thread];
    if (previous != none) join(clock, previous);
    order_.number[i] = previous == none ? 1 : order_.number[static_cast<std::size_t>(previous)] + 1;
    previous = static_cast<std::int64_t>(i);
    if (step.bytes != 0) {
      const std::uint64_t last = (step.address + step.bytes - 1) / word_bytes;
      for (std::uint64_t w = step.address / word_bytes; w <= last; w++) visit(words_[w], i, clock);
    }
    clock[step.thread] = order_.number[i];
  }

 private:
  void join(std::uint32_t* clock, std::int64_t earlier) {
    const std::uint32_t* other = &order_.clocks[static_cast<std::size_t>(earlier) * order_.threads];
    for (std::uint32_t t = 0; t < order_.threads; t++) clock[t] = std::max(clock[t], other[t]);
  }

  void depend(std::size_t i, std::int64_t earlier, std::uint32_t* clock) {
    if (earlier == none || steps_[static_cast<std::size_t>(earlier)].thread == steps_[i].thread) {
      return;
    }
    join(clock, earlier);
    order_.depends_on[i] = std::max(order_.depends_on[i], earlier);
  }

  void visit(Word& word, std::size_t i, std::uint32_t* clock) {
    word.reads.resize(order_.threads, none);
    depend(i, word.write, clock);
    if (!steps_[i].writes) {
      word.reads[steps_[i].thread] = static_cast<std::int64_t>(i);
      return;
    }
    for (std::int64_t& read : word.reads) {
      depend(i, read, clock);
      read = none;
    }
    word.write = static_cast<std::int64_t>(i);
  }

  std::span<const Footprint> steps_;
  CausalOrder& order_;
  std::map<std::uint64_t, Word> words_;
  std::vector<std::int64_t> previous_ = std::vector<std::int64_t>(256, none);  // of each thread
};

}  // namespace

bool conflict(const Footprint& a, const Footprint& b) {
  return (a.writes || b.writes) && a.thread != b.thread && a.address < b.address + b.bytes &&
         b.address < a.address + a.bytes;
}

CausalOrder causal_order(std::span<const Footprint> steps) {
  CausalOrder order;
  for (const Footprint& step : steps) {
    order.threads = std::max<std::uint32_t>(order.threads, step.thread + 1u);
  }
  order.clocks.resize(steps.size() * order.threads);
  order.number.resize(steps.size());
  order.depends_on.assign(steps.size(), none);
  Clocks clocks(steps, order);
  for (std::size_t i = 0; i < steps.size(); i++) clocks.add(i);
  return order;
}

}  // namespace traces
