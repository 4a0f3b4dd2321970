// A search in parts, which can be explored one by one, by anybody, at any time.
//
// A part is a list of words that an explorer understands (Explorer::begin_part); what an explorer
// leaves of it goes back to the partition. Parts are taken and committed in one order, the order of
// the search: which parts there are, and what is in them, depends on what was committed before each
// was taken, and on nothing else. So a driver that lets a fixed number of parts be out at a time
// gets the same parts and results whether one process explores them or many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/choice.h"

namespace model {

// So many parts are out at a time, at most: enough for as many workers, few enough to stay near
// the order of one explorer.
inline constexpr std::size_t parts_out_max = 16;

// So many steps are run of a part before it goes back, so that the work is shared out and nothing
// takes long to repeat.
inline constexpr std::uint64_t part_steps = 30'000;

class Partition {
 public:
  virtual ~Partition() = default;
  // The next part; nullopt: none before another one is committed, or none at all.
  virtual std::optional<Words> take() = 0;
  // How many steps are to be run of what take() gives next.
  virtual std::uint64_t steps_of_next() const { return part_steps; }
  // The Explorer::rest_of_part() of the earliest part that is out.
  virtual void commit(const Words& rest) = 0;
  // How much of the search lies in a part, and in those that wait, if all options of a choice have
  // the same share of what lies behind it. Nothing: that is not known.
  virtual std::optional<double> share_of(std::span<const std::uint64_t>) const { return {}; }
  virtual std::optional<double> share_waiting() const { return {}; }
  // Valid once take() says nullopt with nothing out.
  virtual Coverage coverage() const = 0;
  virtual std::vector<std::string> limits() const { return {}; }  // limits that were hit
  // Everything but the parts that are out.
  virtual Words save() const = 0;
  // Goes on from what save() returned, with `out` parts out; false when it is not of this search.
  virtual bool restore(const Words& words, std::size_t out) = 0;
};

// Null when the explorer cannot search in parts.
std::unique_ptr<Partition> make_partition(const std::string& explorer,
                                          const ExplorerOptions& options);

}  // namespace model
