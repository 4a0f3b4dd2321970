// Tuning fields by name, for --tuning and `list tuning`.
#include "cli/options.h"

namespace cli {
namespace {

using runtime_core::Tuning;

// Calls f(name, field) for every field.
template <class T, class F>
void for_each_field(T& t, F f) {
#define FIELD(name) f(#name, t.name)
  FIELD(mheap_map_total_bits);
  FIELD(heap_alloc_chunk);
  FIELD(grow_round_pages);
  FIELD(workbuf_capacity);
  FIELD(handoff_threshold);
  FIELD(mutex_active_spin);
  FIELD(mutex_active_spin_count);
  FIELD(mutex_passive_spin);
  FIELD(getfull_procyield_rounds);
  FIELD(getfull_osyield_rounds);
  FIELD(lfstack_count_bits);
  FIELD(lfstack_packing);
  FIELD(lock_flavour);
  FIELD(gc_percent);
  FIELD(max_gcproc);
  FIELD(checkmark);
  FIELD(concurrent_sweep);
  FIELD(prefetch_depth);
  FIELD(huge_pages);
  FIELD(stop_retry_ns);
  FIELD(persistent_chunk);
  FIELD(mem_profile_rate);
  FIELD(allspans_initial_bytes);
  FIELD(fin_block_capacity);
  FIELD(ncpu);
  FIELD(gctrace);
  FIELD(allocfreetrace);
  FIELD(efence);
  FIELD(buck_hash_size);
  FIELD(profile_stack_depth);
  FIELD(mheap_lists);
  FIELD(fix_alloc_chunk);
  FIELD(persistent_direct);
  FIELD(arena_hints);
  FIELD(small_arena);
  FIELD(gc_mask_max);
  FIELD(getfull_procyield_count);
  FIELD(getfull_sleep_us);
  FIELD(parfor_idle_tries);
  FIELD(parfor_osyield_tries);
  FIELD(parfor_procyield_count);
  FIELD(parfor_sleep_us);
#undef FIELD
}

}  // namespace

bool set_tuning(Tuning& tuning, const std::string& name, std::uint64_t value) {
  bool found = false;
  for_each_field(tuning, [&](const char* field, auto& slot) {
    if (name != field) return;
    slot = static_cast<std::decay_t<decltype(slot)>>(value);
    found = true;
  });
  return found;
}

std::vector<std::pair<std::string, std::uint64_t>> tuning_fields() {
  std::vector<std::pair<std::string, std::uint64_t>> fields;
  const Tuning defaults{};
  for_each_field(defaults, [&](const char* name, auto value) { fields.emplace_back(name, value); });
  return fields;
}

}  // namespace cli
