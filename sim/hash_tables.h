// How many buckets a hash table of the program under test has: what the C++ library says, unless an
// audit asks for others. The standard leaves the order of a table's elements open.
#pragma once

#include <cstddef>
#include <unordered_set>
#include <utility>

namespace sim {

using RehashPolicy = std::__detail::_Prime_rehash_policy;

// Its _M_next_bkt and _M_need_rehash. The names are what calls of the simulated flavour are
// redirected to.
std::size_t next_buckets(const RehashPolicy* policy,
                         std::size_t buckets) asm("tricolor_next_buckets");
std::pair<bool, std::size_t> need_rehash(const RehashPolicy* policy, std::size_t buckets,
                                         std::size_t elements,
                                         std::size_t added) asm("tricolor_need_rehash");

}  // namespace sim
