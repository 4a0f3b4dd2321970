// The sizes of the program's hash tables, which an audit of determinism varies.
#include "sim/hash_tables.h"

namespace embed {
namespace {

// What the program's headers call.
#define POLICY "tricolor_sim__ZNKSt8__detail20_Prime_rehash_policy"
#define EXPORTED [[gnu::visibility("default"), gnu::used]]

using sim::RehashPolicy;

}  // namespace

EXPORTED std::size_t next_buckets(const RehashPolicy* policy,
                                  std::size_t buckets) asm(POLICY "11_M_next_bktEm");
std::size_t next_buckets(const RehashPolicy* policy, std::size_t buckets) {
  return sim::next_buckets(policy, buckets);
}

EXPORTED std::pair<bool, std::size_t> need_rehash(const RehashPolicy* policy, std::size_t buckets,
                                                  std::size_t elements,
                                                  std::size_t added) asm(POLICY
                                                                         "14_M_need_rehashEmmm");
std::pair<bool, std::size_t> need_rehash(const RehashPolicy* policy, std::size_t buckets,
                                         std::size_t elements, std::size_t added) {
  return sim::need_rehash(policy, buckets, elements, added);
}

}  // namespace embed
