// Drawing an execution.
#include "scenarios/litmus/picture.h"

#include <fmt/format.h>

#include <algorithm>

namespace scenarios::litmus {
namespace {

using sim::axioms::each;
using sim::axioms::EventSet;
using sim::axioms::Relation;

struct Edge {
  const char* name;
  Relation relation;
};

const char* fence_name(Marks marks) {
  struct Name {
    Mark mark;
    const char* text;
  };
  static constexpr Name names[] = {{Mark::mfence, "MFENCE"},
                                   {Mark::dmb_full, "DMB SY"},
                                   {Mark::dmb_ld, "DMB LD"},
                                   {Mark::dmb_st, "DMB ST"},
                                   {Mark::isb, "ISB"},
                                   {Mark::sync, "sync"},
                                   {Mark::lwsync, "lwsync"},
                                   {Mark::eieio, "eieio"},
                                   {Mark::isync, "isync"},
                                   {Mark::seq_cst, "fence seq_cst"},
                                   {Mark::acq_rel, "fence acq_rel"},
                                   {Mark::acquire, "fence acquire"},
                                   {Mark::release, "fence release"}};
  for (const Name& n : names) {
    if ((marks & mark(n.mark)) != 0) return n.text;
  }
  return "fence";
}

class Drawing {
 public:
  Drawing(const Test& test, const sim::axioms::Execution& x, const FinalState& final)
      : test_(test), x_(x), runs_(*final.runs) {
    for (const Location& l : test.locations) {
      texts_.push_back(fmt::format("initial {}={}", l.name, to_string(test, l.initial)));
    }
    for (const ThreadRun& run : runs_) {
      first_.push_back(static_cast<std::uint32_t>(texts_.size()));
      for (const TraceEvent& e : run.events) texts_.push_back(text_of(e));
    }
  }

  std::string run() const { return columns() + orders() + cycle(); }

 private:
  std::string text_of(const TraceEvent& e) const {
    if (e.kind == TraceEvent::Kind::fence) return fence_name(e.marks);
    const Location& l = test_.locations[static_cast<std::size_t>(e.address->location)];
    return fmt::format("{} {}={}", e.kind == TraceEvent::Kind::read ? "R" : "W", l.name,
                       to_string(test_, *e.value));
  }

  std::string columns() const {
    std::size_t width = 0, rows = 0;
    for (const std::string& t : texts_) width = std::max(width, t.size());
    for (const ThreadRun& run : runs_) rows = std::max(rows, run.events.size());
    std::string text;
    const auto line = [&](const auto& cell) {
      std::string row;
      for (std::size_t t = 0; t < runs_.size(); t++) {
        row += fmt::format("{:<{}}", cell(t), std::max<std::size_t>(width, 8) + 3);
      }
      row.erase(row.find_last_not_of(' ') + 1);
      text += "  " + row + "\n";
    };
    line([&](std::size_t t) { return fmt::format("thread {}", t); });
    for (std::size_t r = 0; r < rows; r++) {
      line([&](std::size_t t) {
        return r < runs_[t].events.size() ? texts_[first_[t] + r] : std::string();
      });
    }
    return text;
  }

  // Of locations that are written more than once.
  std::string orders() const {
    std::string text;
    for (std::uint32_t l = 0; l < test_.locations.size(); l++) {
      std::vector<std::uint32_t> writes;
      each(x_.co.after(l), [&](std::uint32_t w) { writes.push_back(w); });
      if (writes.size() < 2) continue;
      std::sort(writes.begin(), writes.end(),
                [&](std::uint32_t a, std::uint32_t b) { return x_.co.has(a, b); });
      text += "  coherence:";
      for (const std::uint32_t w : writes) {
        text += fmt::format("{} {}", w == writes.front() ? "" : " ->", texts_[w]);
      }
      text += "\n";
    }
    return text;
  }

  // Breadth first from each event; program order is one step from any event to any later access.
  std::string cycle() const {
    const EventSet accesses = x_.accesses();
    const Edge edges[] = {{"reads-from", x_.rf},
                          {"from-read", x_.fr()},
                          {"coherence", x_.co},
                          {"program order", x_.po.from(accesses).to(accesses)}};
    std::vector<std::pair<std::uint32_t, const char*>> best;  // events, with the edge behind each
    for (std::uint32_t start = 0; start < x_.events; start++) {
      std::vector<std::pair<std::uint32_t, const char*>> from(x_.events, {x_.events, nullptr});
      std::vector<std::uint32_t> queue = {start};
      for (std::size_t at = 0; at < queue.size(); at++) {
        for (const Edge& edge : edges) {
          each(edge.relation.after(queue[at]), [&](std::uint32_t to) {
            if (from[to].second != nullptr) return;
            from[to] = {queue[at], edge.name};
            queue.push_back(to);
          });
        }
      }
      if (from[start].second == nullptr) continue;
      std::vector<std::pair<std::uint32_t, const char*>> found;
      std::uint32_t at = start;
      do {
        found.push_back(from[at]);
        at = from[at].first;
      } while (at != start);
      if (best.empty() || found.size() < best.size()) best = found;
    }
    if (best.empty()) return "";
    std::reverse(best.begin(), best.end());
    std::string text = "  cycle: ";
    for (const auto& [event, edge] : best) {
      text += fmt::format("{} -{}-> ", texts_[event], edge);
    }
    return text + texts_[best.front().first] + "\n";
  }

  const Test& test_;
  const sim::axioms::Execution& x_;
  const std::vector<ThreadRun>& runs_;
  std::vector<std::string> texts_;    // by event
  std::vector<std::uint32_t> first_;  // by thread: its first event
};

}  // namespace

std::string picture(const Test& test, const sim::axioms::Execution& x, const FinalState& final) {
  return Drawing(test, x, final).run();
}

}  // namespace scenarios::litmus
