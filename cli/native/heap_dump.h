// heap-dump natively: compares marks and frees with the reachability of the dump.
//
// Independent of the collector, as checkers/heap_dump_survivors.h is in the simulator: marks are
// read from the bitmap while everything is marked and nothing swept, frees come from the
// tracefree hook and are compared with the free lists at the end.
#pragma once

#include "cli/native/observer.h"

namespace cli::native {

// Of heap-dump --concurrent.
std::unique_ptr<Observer> observe_changing_heap(const Options& options, scenarios::Env& env,
                                                std::string* error);
std::unique_ptr<Observer> observe_heap_dump(const Options& options, scenarios::Env& env,
                                            std::string* error);

}  // namespace cli::native
