// Names of the runtime's events, for reports.
#pragma once

#include "runtime_core/probe.h"

namespace cli {

inline constexpr const char* event_names[] = {"none",
                                              "alloc",
                                              "alloc_slot",
                                              "free_object",
                                              "free_span",
                                              "span_alloc",
                                              "span_sweep_begin",
                                              "span_sweep_end",
                                              "sweepgen_bump",
                                              "gc_begin",
                                              "gc_mark_begin",
                                              "gc_mark_end",
                                              "gc_end",
                                              "grey_object",
                                              "scan_object",
                                              "workbuf_new",
                                              "workbuf_get",
                                              "workbuf_put",
                                              "workbuf_handoff",
                                              "lfstack_push",
                                              "lfstack_pop",
                                              "parfor_setup",
                                              "parfor_index",
                                              "parfor_done",
                                              "lock_begin",
                                              "lock_acquire",
                                              "lock_release",
                                              "note_wakeup",
                                              "note_sleep_done",
                                              "world_stopped",
                                              "world_started",
                                              "finalizer_set",
                                              "finalizer_removed",
                                              "finalizer_queued",
                                              "finalizer_run",
                                              "special_add",
                                              "heap_grow",
                                              "scavenge",
                                              "slot_store",
                                              "root_add",
                                              "user",
                                              "span_counted",
                                              "runtime_init",
                                              "touch",
                                              "out_of_memory",
                                              "alloc_as_is"};
static_assert(std::size(event_names) == static_cast<std::size_t>(runtime_core::Event::count_));

}  // namespace cli
