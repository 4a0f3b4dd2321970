// Addition of totals, and their spelling in words.
#include "cli/totals.h"

#include <algorithm>

namespace cli {

void Totals::add(const Totals& later) {
  executions += later.executions;
  blocked += later.blocked;
  redundant += later.redundant;
  counted += later.counted;
  steps += later.steps;
  audited += later.audited;
  hash += later.hash;
  bounds_hit.add(later.bounds_hit);
  for (std::size_t i = 0; i < reached.size(); i++) reached[i] += later.reached[i];
  const std::size_t kept = std::min(later.hashes.size(), hashes_max - hashes.size());
  hashes.insert(hashes.end(), later.hashes.begin(),
                later.hashes.begin() + static_cast<std::ptrdiff_t>(kept));
  if (!later.choices.empty()) choices = later.choices;
}

void Totals::append_to(model::Words& words) const {
  words.insert(words.end(),
               {executions, blocked, redundant, counted, steps, audited, hash, bounds_hit.word()});
  model::append_list(words, reached);
  model::append_list(words, hashes);
  words.push_back(choices.size());
  for (const model::Choice& c : choices) {
    words.insert(words.end(), {static_cast<std::uint64_t>(c.kind), c.chosen, c.options});
  }
}

void Totals::read(model::WordReader& reader) {
  for (std::uint64_t* field :
       {&executions, &blocked, &redundant, &counted, &steps, &audited, &hash}) {
    *field = reader.next();
  }
  bounds_hit = sim::Bounds::of(static_cast<std::uint32_t>(reader.up_to(sim::Bounds::word_max)));
  const auto counts = reader.list();
  std::copy_n(counts.begin(), std::min(counts.size(), reached.size()), reached.begin());
  const auto kept = reader.list();
  hashes.assign(kept.begin(), kept.end());
  choices.resize(reader.count());
  for (model::Choice& c : choices) {
    constexpr auto kinds = static_cast<std::uint64_t>(model::ChoiceKind::count_);
    c.kind = static_cast<model::ChoiceKind>(reader.up_to(kinds - 1));
    c.chosen = reader.next32();
    c.options = reader.next32();
  }
}

}  // namespace cli
