// How steps, sequences and wake-up trees are spelled in words.
//
// A step: actor, flags, number of accesses and of answers in one word; the answers, a word each;
// the accesses, two words each. A list: the number of its branches; each is a step, then its list.
#include <utility>

#include "model/wakeup_tree.h"

namespace model {
namespace {

constexpr std::uint64_t open_flag = 1 << 8, doubtful_flag = 1 << 9, incomplete_flag = 1 << 10;
constexpr std::uint64_t flags_mask = open_flag | doubtful_flag | incomplete_flag;
constexpr std::uint64_t actor_mask = 0xff;
constexpr int accesses_shift = 16, values_shift = 40;
constexpr std::uint64_t accesses_mask = (1 << (values_shift - accesses_shift)) - 1;

Access load_access(WordReader& reader) {
  const std::uint64_t object = reader.next();
  const std::uint64_t rest = reader.up_to((std::uint64_t{1} << 48) - 1);
  return {object, static_cast<std::uint32_t>(rest), static_cast<AccessKind>(rest >> 32 & 0xff),
          static_cast<std::uint8_t>(rest >> 40)};
}

}  // namespace

Footprint WakeupTrees::Spelled::footprint() const {
  return (flags & incomplete_flag) != 0 ? Footprint::incomplete() : Footprint(accesses);
}

void WakeupTrees::save_step(std::uint32_t actor, std::uint32_t values, std::uint64_t flags,
                            std::span<const Access> accesses, Words& words) const {
  const std::uint32_t length = paths.length(values);
  words.push_back(actor | flags | std::uint64_t{accesses.size()} << accesses_shift |
                  std::uint64_t{length} << values_shift);
  for (std::uint32_t i = 1; i <= length; i++) {
    const std::uint32_t answer = paths.prefix(values, i);
    words.push_back(std::uint64_t{paths.chosen(answer)} << 32 | paths.options(answer));
  }
  for (const Access& access : accesses) {
    words.push_back(access.object);
    words.push_back(access.bytes | static_cast<std::uint64_t>(access.kind) << 32 |
                    std::uint64_t{access.owner} << 40);
  }
}

void WakeupTrees::save_step(std::uint32_t actor, std::uint32_t values, std::uint64_t flags,
                            const Footprint& footprint, Words& words) const {
  if (!footprint.is_complete())
    return save_step(actor, values, flags | incomplete_flag, std::span<const Access>{}, words);
  save_step(actor, values, flags, footprint.accesses(), words);
}

WakeupTrees::Spelled WakeupTrees::load_step(WordReader& reader) {
  const std::uint64_t head = reader.next();
  Spelled step{
      static_cast<std::uint32_t>(head & actor_mask), ValuePaths::empty, head & flags_mask, {}};
  for (std::uint64_t i = head >> values_shift; i > 0 && reader.ok(); i--) {
    const std::uint64_t answer = reader.next();
    step.values = paths.extend(step.values, static_cast<std::uint32_t>(answer >> 32),
                               static_cast<std::uint32_t>(answer));
  }
  for (std::uint64_t i = head >> accesses_shift & accesses_mask; i > 0 && reader.ok(); i--) {
    step.accesses.push_back(load_access(reader));
  }
  return step;
}

void WakeupTrees::save(const Sleeper& sleeper, Words& words) const {
  save_step(sleeper.actor, sleeper.values, 0, sleeper.footprint, words);
}

Sleeper WakeupTrees::load_sleeper(WordReader& reader) {
  const Spelled step = load_step(reader);
  return {step.actor, step.values, step.footprint()};
}

void WakeupTrees::save(std::span<const Wanted> sequence, Words& words) const {
  for (const Wanted& step : sequence) {
    save_step(step.actor, step.values, step.open ? open_flag : 0, step.accesses, words);
  }
}

std::vector<Wanted> WakeupTrees::load_sequence(std::span<const std::uint64_t> words,
                                               std::vector<Access>& accesses) {
  WordReader reader(words);
  std::vector<Wanted> sequence;
  std::vector<std::size_t> sizes;
  accesses.clear();
  while (reader.ok() && reader.remaining() > 0) {
    const Spelled step = load_step(reader);
    sequence.push_back({step.actor, step.values, (step.flags & open_flag) != 0, {}});
    accesses.insert(accesses.end(), step.accesses.begin(), step.accesses.end());
    sizes.push_back(step.accesses.size());
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < sequence.size(); at += sizes[i++]) {
    sequence[i].accesses = std::span(accesses).subspan(at, sizes[i]);
  }
  return sequence;
}

// A tree may be as deep as an execution is long: not by recursion.
void WakeupTrees::save_list(std::uint32_t list, Words& words) const {
  struct List {
    std::uint32_t rest;
    std::size_t count;  // where it is spelled
  };
  std::vector<List> lists;
  const auto begin = [&](std::uint32_t first) {
    lists.push_back({first, words.size()});
    words.push_back(0);
  };
  begin(list);
  while (!lists.empty()) {
    List& innermost = lists.back();
    if (innermost.rest == none) {
      lists.pop_back();
      continue;
    }
    const Branch& branch = pool_[innermost.rest];
    words[innermost.count]++;
    innermost.rest = branch.next;
    const std::uint64_t flags =
        (branch.open ? open_flag : 0) | (branch.doubtful ? doubtful_flag : 0);
    save_step(branch.actor, branch.values, flags, branch.footprint, words);
    begin(branch.branches);
  }
}

std::uint32_t WakeupTrees::load_list(WordReader& reader) {
  struct List {
    std::size_t left;      // branches to be read
    std::uint32_t parent;  // none: of nobody
    std::uint32_t last = none;
  };
  std::uint32_t first = none;
  std::vector<List> lists{{reader.count(), none}};
  while (!lists.empty()) {
    List& innermost = lists.back();
    if (innermost.left == 0 || !reader.ok()) {
      lists.pop_back();
      continue;
    }
    innermost.left--;
    const Spelled step = load_step(reader);
    const std::uint32_t added = allocate();
    pool_[added] = {step.actor,
                    step.values,
                    none,
                    none,
                    (step.flags & open_flag) != 0,
                    (step.flags & doubtful_flag) != 0,
                    step.footprint()};
    const std::uint32_t last = std::exchange(innermost.last, added);
    if (last != none) {
      pool_[last].next = added;
    } else {
      (innermost.parent != none ? pool_[innermost.parent].branches : first) = added;
    }
    lists.push_back({reader.count(), added});
  }
  return first;
}

}  // namespace model
