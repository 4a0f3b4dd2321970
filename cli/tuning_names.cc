// Tuning fields by name, with what each may be, for --tuning and `list tuning`.
#include <fmt/format.h>

#include "cli/options.h"

namespace cli {
namespace {

using runtime_core::Tuning;

// Calls f(name, field, low, high) for every field.
template <class T, class F>
void for_each_field(T& t, F f) {
#define FIELD(name, low, high) f(#name, t.name, std::uint64_t{low}, std::uint64_t{high})
  FIELD(mheap_map_total_bits, 20, 37);
  FIELD(heap_alloc_chunk, 8192, 1073741824);
  FIELD(grow_round_pages, 1, 1024);
  FIELD(workbuf_capacity, 2, 509);
  FIELD(handoff_threshold, 1, 509);
  FIELD(mutex_active_spin, 0, 1000);
  FIELD(mutex_active_spin_count, 0, 1000);
  FIELD(mutex_passive_spin, 0, 1000);
  FIELD(getfull_procyield_rounds, 0, 1000);
  FIELD(getfull_osyield_rounds, 0, 1000);
  FIELD(lfstack_count_bits, 1, 19);
  FIELD(lfstack_packing, 0, 2);
  FIELD(kernel, 0, 2);
  FIELD(lock_flavour, 0, 1);
  FIELD(gc_percent, 0, 100000);
  FIELD(max_gcproc, 1, 32);
  FIELD(checkmark, 0, 1);
  FIELD(concurrent_sweep, 0, 1);
  FIELD(prefetch_depth, 0, 64);
  FIELD(huge_pages, 0, 1);
  FIELD(stop_retry_ns, 1, 1000000000);
  FIELD(stop_attempts, 0, 1000000);
  FIELD(persistent_chunk, 65536, 1073741824);
  FIELD(mem_profile_rate, 0, 1099511627776);
  FIELD(allspans_initial_bytes, 16, 1048576);
  FIELD(fin_block_capacity, 1, 101);
  FIELD(ncpu, 0, 32);
  FIELD(gctrace, 0, 2);
  FIELD(allocfreetrace, 0, 1);
  FIELD(efence, 0, 1);
  FIELD(buck_hash_size, 1, 179999);
  FIELD(profile_stack_depth, 0, 32);
  FIELD(mheap_lists, 1, 128);
  FIELD(fix_alloc_chunk, 4096, 1048576);
  FIELD(persistent_direct, 1, 1073741824);
  FIELD(arena_hints, 0, 128);
  FIELD(small_arena, 1048576, 2147483648);
  FIELD(gc_mask_max, 0, 1048576);
  FIELD(getfull_procyield_count, 0, 1000);
  FIELD(getfull_sleep_us, 0, 1000000);
  FIELD(getfull_attempts, 0, 1000000);
  FIELD(parfor_idle_tries, 0, 1000);
  FIELD(parfor_osyield_tries, 0, 1000);
  FIELD(parfor_procyield_count, 0, 1000);
  FIELD(runq_bits, 1, 8);
  FIELD(gfree_local, 2, 1024);
  FIELD(parfor_sleep_us, 0, 1000000);
  FIELD(stack_bytes_max, 2048, 1073741824);
  FIELD(stack_from_system, 0, 1);
  FIELD(stack_fault_on_free, 0, 1);
  FIELD(stack_poison_copy, 0, 1);
  FIELD(skip_clean_stacks, 0, 1);
  FIELD(ragged_ack, 0, 1);
  FIELD(cache_workbufs, 0, 1);
  FIELD(concurrent_mark, 0, 1);
  FIELD(concurrent_markterm, 0, 1);
  FIELD(profile_log_words, 8, 65536);
  FIELD(profile_ways, 1, 4);
  FIELD(forcegc_period_ns, 1, 1152921504606846976);
  FIELD(scavenge_limit_ns, 1, 1152921504606846976);
#undef FIELD
}

}  // namespace

std::string set_tuning(Tuning& tuning, const std::string& name, std::uint64_t value) {
  std::string error = "unknown tuning '" + name + "'; `tricolor list tuning` names them";
  for_each_field(tuning, [&](const char* field, auto& slot, std::uint64_t low, std::uint64_t high) {
    if (name != field) return;
    if (value < low || value > high) {
      error = fmt::format("--tuning {}={}: {} takes {} to {}", name, value, name, low, high);
      return;
    }
    slot = static_cast<std::decay_t<decltype(slot)>>(value);
    error.clear();
  });
  return error;
}

std::vector<TuningField> tuning_fields() {
  std::vector<TuningField> fields;
  const Tuning defaults{};
  for_each_field(defaults,
                 [&](const char* name, auto value, std::uint64_t low, std::uint64_t high) {
                   fields.push_back({name, value, low, high});
                 });
  return fields;
}

}  // namespace cli
