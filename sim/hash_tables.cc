// Asks the C++ library, for the number of buckets wanted or for about twice as many.
#include "sim/hash_tables.h"

#include "sim/surroundings.h"

namespace sim {
namespace {

std::size_t others(std::size_t buckets) {
  return surroundings.other_buckets ? 2 * buckets + 1 : buckets;
}

}  // namespace

std::size_t next_buckets(const RehashPolicy* policy, std::size_t buckets) {
  return policy->_M_next_bkt(others(buckets));
}

std::pair<bool, std::size_t> need_rehash(const RehashPolicy* policy, std::size_t buckets,
                                         std::size_t elements, std::size_t added) {
  auto needed = policy->_M_need_rehash(buckets, elements, added);
  if (needed.first) needed.second = policy->_M_next_bkt(others(needed.second));
  return needed;
}

}  // namespace sim
