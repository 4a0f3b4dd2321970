// The commands; each returns the process's exit code.
#pragma once

#include "cli/options.h"

namespace cli {

int explore(Options options);                                   // run, explore, fuzz
int replay(const Options& options);                             // replay TRACE
int shrink(const Options& options);                             // shrink TRACE -o T
int explain(const Options& options);                            // explain TRACE
int debug(const Options& options);                              // replay TRACE --at, --interactive
int list(const Options& options);                               // list AXIS
int litmus(const Options& options);                             // litmus FILE|DIR...
int orders(Options options);                                    // orders SCENARIO
int mutants(const Options& options, const char* program_path);  // the kill table

int native_litmus(const Options& options);  // native litmus FILE|DIR...
int native(char** argv);  // native SCENARIO: replaces this process; returns if it cannot

}  // namespace cli
