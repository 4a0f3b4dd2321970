// Between a failing execution and its trace file.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/rerun.h"
#include "cli/search.h"
#include "traces/trace.h"

namespace cli {

// `objects`: the names that the recording's keys refer to.
traces::Trace trace_of(const Options& options, const Recording& recording,
                       const std::vector<std::string>& objects);
// Runs the failing execution again to record its events, and writes the trace; then, with
// options.shrink, ever smaller ones in its place. Returns an exit code: exit_violation when all
// went well; otherwise it has said why.
int write_failure(const Options& options, Outcome& outcome, const std::string& path);
// Writes the choices of an execution that its process died of, which cannot be run again here.
// Returns an exit code, as write_failure().
int write_crash(const Options& options, const Outcome& outcome, const std::string& path);
// What is wrong with the header's fields, or nothing; then options_of reads all of them.
std::string header_problem(const traces::Trace& trace);
// The options of a replay; `given` adds what the trace does not say.
Options options_of(const traces::Trace& trace, const Options& given);
// What the trace recorded as violated, or nothing.
std::string recorded_invariant(const traces::Trace& trace);
// NAME(ARGUMENTS) of thread T.
std::string describe(const traces::EventRecord& event);
// Where two recordings of events part, in one line; nothing when they are equal.
std::string first_difference(const std::vector<traces::EventRecord>& expected,
                             const std::vector<traces::EventRecord>& seen);

}  // namespace cli
