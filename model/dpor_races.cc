// Turning races round: the sequence that has the later step before the earlier one.
#include <algorithm>

#include "model/dpor.h"

namespace model {
namespace {

std::uint64_t bytes_mask(std::uint32_t bytes) {
  return bytes >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * bytes) - 1;
}

// Of the first access in `later` that conflicts with one of `earlier`.
std::size_t first_conflict(std::span<const Access> earlier, std::span<const Access> later) {
  std::size_t at = 0;
  while (at < later.size() && !conflict(earlier, later.subspan(at, 1))) at++;
  return at;
}

// Whether a question can depend on the order: it is not asked when a bound on answers is used up.
bool race_for_answers(std::span<const Access> earlier, std::span<const Access> later) {
  return std::any_of(later.begin(), later.end(), [&](const Access& a) {
    return is_machine_object(a.object, MachineObject::budget) && conflict(earlier, {&a, 1});
  });
}

}  // namespace

// A swap may succeed or fail in the other order. Puts what `later` touches if it comes before
// `earlier` into predicted_. False if it may touch more than that.
bool Dpor::predict(std::uint32_t earlier, std::uint32_t later) {
  const auto accesses = order_.accesses(later);
  predicted_.assign(accesses.begin(), accesses.end());
  if (race_for_answers(order_.accesses(earlier), accesses)) return false;
  const Swap& swap = order_.swap(later);
  if (swap.bytes == 0) return true;
  std::uint64_t found = swap.found;
  for (const Access& write : order_.accesses(earlier)) {
    if (write.kind != AccessKind::write) continue;
    for (std::uint32_t i = 0; i < write.bytes; i++) {
      const std::uint64_t at = write.object + i - swap.object;
      if (at >= swap.bytes) continue;
      const std::uint64_t byte = order_.overwritten(earlier) >> 8 * i & 0xff;
      found = (found & ~(std::uint64_t{0xff} << 8 * at)) | byte << 8 * at;
    }
    break;
  }
  const std::uint64_t mask = bytes_mask(swap.bytes);
  const bool succeeds = ((found ^ swap.expected) & mask) == 0;
  if (!swap.writes) return succeeds == (((swap.found ^ swap.expected) & mask) == 0);
  for (Access& access : predicted_) {
    if (access.object != swap.object || access.bytes != swap.bytes) continue;
    access.kind = succeeds ? AccessKind::write : AccessKind::read;
  }
  return true;
}

// The later step of a race, before the earlier one: its answers up to the access that races.
Wanted Dpor::turned(std::uint32_t earlier, std::uint32_t later) {
  const bool is_certain = predict(earlier, later);
  const auto race = first_conflict(order_.accesses(earlier), order_.accesses(later));
  std::uint32_t length = 0;
  const auto answers = answers_of(later);
  while (length < answers.size() && answers[length].accesses <= race) length++;
  std::size_t certain = predicted_.size();
  if (length < answers.size()) certain = answers[length].accesses;
  if (!is_certain) certain = std::min(certain, race + 1);
  return {order_.actor(later), trees_.paths.prefix(done_[later].values, length),
          length < answers.size() || !is_certain, std::span(predicted_).first(certain)};
}

// Whether the steps that were not looked at for races change the sequence of a race before them.
bool Dpor::adds_to_sequence(std::uint32_t earlier) const {
  std::uint32_t k = order_.size();
  while (k > fresh_ && order_.before(earlier, k - 1)) k--;
  return k > fresh_;
}

void Dpor::turn_round(std::uint32_t earlier, std::uint32_t later) {
  const std::uint32_t n = done_[earlier].node;
  if (n == none || nodes_[n].alone) return;           // nobody else could move there
  if (is_with_all(order_.accesses(earlier))) return;  // all others are explored there
  if (later < fresh_ && !adds_to_sequence(earlier)) return;
  sequence_.clear();
  for (std::uint32_t k = earlier + 1; k < order_.size(); k++) {
    if (order_.before(earlier, k)) continue;  // as `later` is, too
    sequence_.push_back({order_.actor(k), done_[k].values, false, order_.accesses(k)});
  }
  sequence_.push_back(turned(earlier, later));
  if (n >= floor_) return trees_.insert(&nodes_[n].wanted, asleep_at(n), sequence_);
  want_above(n);
}

void Dpor::turn_races_round() {
  for (std::uint32_t later = 0; later < order_.size(); later++) {
    for (const std::uint32_t earlier : order_.races(later)) turn_round(earlier, later);
  }
  fresh_ = order_.size();
}

}  // namespace model
