// From a return address to a line of source, once, and from there to its order.
#include "sim/order_table.h"

#include <algorithm>

#include "sim/fault.h"
#include "sim/source_line.h"

namespace sim {
namespace {

// The innermost that is not the standard library's.
const SourceLine* first_own(std::uint64_t pc) {
  const auto& lines = source_lines(pc);
  const auto own =
      std::find_if(lines.begin(), lines.end(), [](const auto& l) { return !l.is_library; });
  return own == lines.end() ? nullptr : &*own;
}

}  // namespace

std::uint64_t OrderTable::own_caller(std::uint64_t pc) {
  const auto is_own = [this](std::uint64_t at) {
    const auto known = is_own_.find(at);
    if (known != is_own_.end()) return known->second;
    struct Query {
      std::uint64_t at;
      bool own;
    } query{at, false};
    on_deep_stack(
        [](void* q) {
          auto* const asked = static_cast<Query*>(q);
          asked->own = first_own(asked->at) != nullptr;
        },
        &query);
    return is_own_[at] = query.own;
  };
  if (is_own(pc)) return pc;
  const std::vector<std::uint64_t> stack = call_stack(pc);
  const auto own = std::find_if(stack.begin(), stack.end(), is_own);
  return own == stack.end() ? pc : *own;
}

Orders OrderTable::at(std::uint64_t pc, AtomicKind kind, Orders written) {
  if (kind != AtomicKind::swap) written.failure = __ATOMIC_RELAXED;
  Question question{this, own_caller(pc), kind, written, written};
  const std::uint64_t key = question.pc << 12 | static_cast<std::uint64_t>(kind) << 8 |
                            std::uint64_t{written.order} << 4 | written.failure;
  const auto known = answers_.find(key);
  if (known != answers_.end()) return known->second;
  on_deep_stack(
      [](void* q) {
        auto* const asked = static_cast<Question*>(q);
        asked->table->answer(*asked);
      },
      &question);
  return answers_[key] = question.answer;
}

void OrderTable::answer(Question& question) {
  const SourceLine* const line = first_own(question.pc);
  OrderSite site;
  site.kind = question.kind;
  site.written = question.written;
  site.file = line != nullptr ? line->file : "unknown";
  site.function = line != nullptr ? line->function : "?";
  site.line = line != nullptr ? line->line : 0;
  for (std::size_t i = 0; i < rules_.size(); i++) {
    if (!rules_[i].is_about(site)) continue;
    met_[i] = true;
    const auto change = rules_[i].strengthens ? stronger_of : weaker_of;
    question.answer = change(site.kind, question.answer, rules_[i].bound);
  }
  sites_.insert(std::move(site));
}

std::size_t OrderTable::unmet() const {
  return static_cast<std::size_t>(std::find(met_.begin(), met_.end(), false) - met_.begin());
}

}  // namespace sim
