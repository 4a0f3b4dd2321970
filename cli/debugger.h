// A recorded execution that can be stopped before any step, forwards and backwards.
#pragma once

#include <string>
#include <vector>

#include "cli/object_names.h"
#include "cli/session.h"

namespace cli {

class Debugger {
 public:
  Debugger();
  ~Debugger();
  // Runs the execution once; what is wrong with it, or nothing. It must violate `invariant`.
  std::string start(const Options& options, const std::vector<model::Choice>& choices,
                    const std::string& invariant);

  std::size_t step_count() const { return steps_.size(); }
  // The step that comes next, from 1; step_count() + 1 at the end.
  std::size_t position() const { return position_; }
  // REQUIRES: 1 <= step <= step_count() + 1. Backwards by the nearest snapshot.
  void go_to(std::size_t step);

  // One line a thread: what it does next and where, or that it has ended.
  std::string threads() const;
  std::string describe(std::size_t step) const;
  // The last step before this position that changed the 8 bytes, in one line.
  std::string last_write(std::uint64_t address);
  std::string print(std::uint64_t address) const;
  // Of a region offset or an address, in any spelling of C; 0 when the text is neither.
  static std::uint64_t address_of(const std::string& text);
  bool is_readable(std::uint64_t address) const;

 private:
  class Player;
  void run_to(std::size_t step);

  Session session_;
  std::unique_ptr<Player> player_;
  std::unique_ptr<ObjectNames> names_;
  std::vector<sim::StepRecord> steps_;
  std::size_t position_ = 1;
};

}  // namespace cli

// Empty; called when `replay --at N` has stopped before step N, for `break` in a debugger.
extern "C" void tricolor_breakpoint(std::uint64_t step);
