// Waiting for one of several channels (original: select.go; facts §19.5).
//
// Threads: the goroutine itself. Who takes one of its records from a queue claims the flag
//   `selectdone`, and has the right to make it ready.
// Invariants: chan.exactly_once — a select does one of its cases, once.
// Ordering: all channels are locked, in the order of their addresses, while records are put into
//   queues and taken out again. The last unlock lets others make the goroutine ready.
#pragma once

#include "runtime_core/chan/chan.h"

namespace runtime_core {

enum class SelectKind : u8 { send, receive, otherwise };

struct SelectCaseOf {
  SelectKind kind;
  StackPlace chan;   // the slot that holds it
  StackPlace value;  // nowhere: of no interest
};

inline constexpr u32 select_cases_max = 16;

// Its record in the frame: the flag, the channels in the order of locking, the order of polling.
constexpr u32 select_record_words(u32 cases) { return 1 + 2 * cases; }

struct Select {
  StackPlace record;
  u32 count;
  SelectCaseOf cases[select_cases_max];
};

// Which case it was; of a receive, whether the value was sent.
struct Selected {
  u32 index;
  bool received;
};
Selected selectgo(Goroutine* gp, const Select* sel);

}  // namespace runtime_core
