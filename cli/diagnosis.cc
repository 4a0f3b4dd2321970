// Pairs of processes that run the same execution, one of them in surroundings that differ in one
// respect.
#include "cli/diagnosis.h"

#include <fmt/format.h>

#include "cli/recording.h"
#include "sim/fault.h"

namespace cli {
namespace {

using sim::RunRecord;

// From the one that says most to the one that says least.
struct Suspect {
  const char* cause;
  const char* experiment;  // what was changed
  Place place;
};
constexpr Suspect suspects[] = {
    {"the order of a hash table",
     "with other numbers of buckets in hash tables",
     {{.held = true, .other_buckets = true}, true}},
    {"uninitialised memory",
     "with another pattern in memory that was never written",
     {{.held = true, .other_memory = true}, true}},
    {"the time",
     "with another time on the processor's clock",
     {{.held = true, .other_time = true}, true}},
    {"an address of the host", "with another layout of the address space", {{.held = true}, false}},
};
constexpr Place base_place = {{.held = true}, true};

struct Difference {
  std::string event;
  std::uint64_t time_reader = 0;  // in this process
};

std::string spell(const RunRecord& r) {
  switch (r.kind) {
    case RunRecord::Kind::start:
      return fmt::format("setup with hash {:016x}", r.a);
    case RunRecord::Kind::choice:
      return fmt::format("choice of {} among {}, answered {}",
                         model::name_of(static_cast<model::ChoiceKind>(r.what)), r.bytes, r.a);
    case RunRecord::Kind::operation: {
      const char* name = sim::name_of(static_cast<sim::Operation>(r.what));
      if (!sim::in_region(r.a)) return fmt::format("{} {:#x}", name, r.a);
      return fmt::format("{} {:#x} at region offset {:#x}", name, r.b, r.a - sim::space_base);
    }
    case RunRecord::Kind::event:
      return describe({r.what, r.thread, r.a, r.b, r.c});
    case RunRecord::Kind::line:
      return fmt::format("memory at region offset {:#x} with hash {:016x} at the end", r.a, r.b);
    case RunRecord::Kind::over:
      return fmt::format("end after {} steps", r.c);
  }
  return "?";
}

// `number`: of records before it.
std::string spell_difference(std::uint64_t number, const RunRecord& was, const RunRecord& is,
                             std::uint64_t pc) {
  const bool has_thread = was.kind == RunRecord::Kind::operation;
  std::string text = fmt::format("event {}", number + 1);
  if (has_thread) text += fmt::format(" of thread {}", was.thread);
  if (pc != 0) text += ", " + sim::symbolise(pc);
  return text + fmt::format(": was {} and is {}", spell(was), spell(is));
}

// Where the two part; an empty event: nowhere. Both have been told to begin.
Difference compare(Replica& first, Replica& second) {
  Difference difference;
  for (std::uint64_t number = 0;; number++) {
    const auto was = first.next(), is = second.next();
    if (!was || !is) {
      difference.event = fmt::format("event {}: a process that ran it {}", number + 1,
                                     (was ? second : first).how_it_died());
      return difference;
    }
    if (!was->same_as(*is)) {
      difference.event = spell_difference(number, *was, *is, first.here(was->pc));
      return difference;
    }
    if (was->kind != RunRecord::Kind::over) continue;
    difference.time_reader = first.here(was->pc);
    return difference;
  }
}

// What this process makes of the execution, against what a fresh one does.
class Listening final : public sim::RunListener {
 public:
  explicit Listening(Replica& fresh) : fresh_(fresh) {}
  void on_record(const RunRecord& is) override {
    if (!event.empty()) return;
    const auto was = fresh_.next();
    if (!was) {
      event = "a fresh process that ran it " + fresh_.how_it_died();
    } else if (!was->same_as(is)) {
      event = spell_difference(number_, *was, is, is.pc);
    }
    number_++;
  }
  std::string event;

 private:
  Replica& fresh_;
  std::uint64_t number_ = 0;
};

class Diagnosis {
 public:
  Diagnosis(const AuditedRun& run, Session& session) : run_(run), session_(session) {
    run_.from = model::from_the_start;
  }

  std::string find() {
    Difference same = differ(base_place);
    if (!error_.empty()) return "the cause cannot be looked for: " + error_;
    if (!same.event.empty()) {
      return same.event + "; cause not found: it differs between two processes with the same " +
             "address layout, time stamp and memory" + notes_;
    }
    std::string event, causes;
    for (const Suspect& suspect : suspects) {
      const Difference difference = differ(suspect.place);
      if (difference.event.empty()) continue;
      if (event.empty()) event = difference.event;
      causes += fmt::format("{}{}", causes.empty() ? "" : "; and ", suspect.cause);
      if (suspect.place.seen.other_time && same.time_reader != 0) {
        causes += ", read by " + sim::symbolise(same.time_reader);
      }
      causes += fmt::format(" ({}, and nothing else changed, it differs)", suspect.experiment);
    }
    if (!causes.empty()) return event + "; cause: " + causes;
    return without_cause() + notes_;
  }

 private:
  // Runs it in the base place and in another.
  Difference differ(const Place& place) {
    Replica base, other;
    for (const auto& [replica, where] : {std::pair{&base, base_place}, std::pair{&other, place}}) {
      if (error_ = replica->start(where); !error_.empty()) return {};
      replica->begin(run_);
    }
    const bool to_differ = !place.fixed_layout;
    if (base.same_layout_as(other) == to_differ) {
      notes_ += to_differ ? "; the address layout could not be varied here"
                          : "; the address layout could not be fixed here";
    }
    if (place.seen.other_time && !other.holds_time()) {
      notes_ += "; the time stamp could not be varied here";
    }
    return compare(base, other);
  }

  std::string without_cause() {
    const std::string fresh =
        "fresh processes agree whatever the address layout, time stamp, "
        "memory that was never written and buckets of hash tables";
    Replica base;
    if (error_ = base.start(base_place); !error_.empty()) return error_;
    base.begin(run_);
    Listening listening(base);
    tell(session_.machine, run_, listening);
    if (!listening.event.empty()) {
      return listening.event + "; cause not found: " + fresh +
             ", but not with the process that searched: something that is not restored outlives "
             "an execution, such as a static variable, or a clock that is not the processor's";
    }
    return "no event differs when it is run from the start; cause not found: " + fresh +
           ": what the search restored of its snapshot was not all";
  }

  AuditedRun run_;
  Session& session_;
  std::string error_, notes_;
};

}  // namespace

std::string diagnose(const AuditedRun& run, Session& session) {
  return Diagnosis(run, session).find();
}

}  // namespace cli
