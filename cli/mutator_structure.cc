// Calls are counts of operations; goroutines, channels and semaphores are numbers.
#include "cli/mutator_structure.h"

#include <fmt/format.h>

#include <array>

namespace cli {
namespace {

using scenarios::MutatorOp;
using scenarios::MutatorOperation;

// Looks at operations one by one.
class Structure {
 public:
  explicit Structure(std::size_t goroutines) : goroutines_(goroutines) {}

  void enter(std::size_t operations) { ends_ = {operations}; }

  // What is wrong with operation i of the goroutine, or nothing.
  std::string look_at(std::size_t i, const MutatorOperation& o) {
    while (ends_.back() == i) ends_.pop_back();
    if (is_call(o)) {
      if (i + 1 + o.count > ends_.back()) {
        return fmt::format("a call of {} operations where {} are left", o.count,
                           ends_.back() - i - 1);
      }
      if (o.count > 0) ends_.push_back(i + 1 + o.count);
    } else if (o.op == MutatorOp::spawn) {
      if (o.count == 0 || o.count >= goroutines_) {
        return fmt::format("there is no goroutine {} to start", o.count);
      }
      if (started_[o.count]) return fmt::format("goroutine {} is started twice", o.count);
      started_[o.count] = true;
    }
    return "";
  }

 private:
  std::size_t goroutines_;
  std::vector<std::size_t> ends_;  // of the goroutine, and of the calls that the operation is in
  std::array<bool, scenarios::mutator_goroutines_max> started_{true};
};

// Only the goroutines that main starts, or one that it starts, with new numbers.
std::vector<MutatorOperations> started(const std::vector<MutatorOperations>& goroutines) {
  std::vector<std::uint32_t> kept{0};  // old numbers
  std::vector<MutatorOperations> result;
  for (std::size_t next = 0; next < kept.size(); next++) {
    MutatorOperations operations = goroutines[kept[next]];
    for (MutatorOperation& o : operations) {
      if (o.op != MutatorOp::spawn) continue;
      kept.push_back(o.count);
      o.count = static_cast<std::uint32_t>(kept.size() - 1);
    }
    result.push_back(std::move(operations));
  }
  return result;
}

// Where an operation has the numbers of channels, or of semaphores.
std::vector<std::uint8_t*> channels_of(MutatorOperation& o) {
  if (o.op == MutatorOp::receive_either) return {&o.field, &o.c};
  if (o.op < MutatorOp::send || o.op > MutatorOp::close) return {};
  return {&o.field};
}
std::vector<std::uint8_t*> semaphores_of(MutatorOperation& o) {
  if (o.op != MutatorOp::acquire && o.op != MutatorOp::release) return {};
  return {&o.field};
}

void drop_unused(std::vector<MutatorOperations>& goroutines, std::vector<std::uint32_t>& shared,
                 std::vector<std::uint8_t*> (*numbers_of)(MutatorOperation&)) {
  std::vector<bool> used(shared.size());
  const auto for_each = [&](const auto& f) {
    for (MutatorOperations& operations : goroutines) {
      for (MutatorOperation& o : operations) {
        for (std::uint8_t* number : numbers_of(o)) f(*number);
      }
    }
  };
  for_each([&](std::uint8_t& number) { used[number] = true; });
  std::vector<std::uint32_t> kept;
  std::vector<std::uint8_t> fresh(shared.size());
  for (std::size_t i = 0; i < shared.size(); i++) {
    fresh[i] = static_cast<std::uint8_t>(kept.size());
    if (used[i]) kept.push_back(shared[i]);
  }
  for_each([&](std::uint8_t& number) { number = fresh[number]; });
  shared = std::move(kept);
}

}  // namespace

std::optional<Misplaced> find_misplaced(const MutatorProgram& program) {
  Structure structure(program.goroutines.size());
  std::size_t number = 0;
  for (const MutatorOperations& operations : program.goroutines) {
    structure.enter(operations.size());
    for (std::size_t i = 0; i < operations.size(); i++, number++) {
      const std::string what = structure.look_at(i, operations[i]);
      if (!what.empty()) return Misplaced{number, what};
    }
  }
  return std::nullopt;
}

MutatorOperations only(const MutatorOperations& all,
                       const std::function<bool(std::size_t)>& stays) {
  std::vector<std::uint32_t> kept_before{0};
  for (std::size_t i = 0; i < all.size(); i++) {
    kept_before.push_back(kept_before.back() + (stays(i) ? 1 : 0));
  }
  MutatorOperations left;
  for (std::size_t i = 0; i < all.size(); i++) {
    if (kept_before[i + 1] == kept_before[i]) continue;
    left.push_back(all[i]);
    if (is_call(all[i])) left.back().count = kept_before[i + 1 + all[i].count] - kept_before[i + 1];
  }
  return left;
}

MutatorProgram without_unused(const MutatorProgram& program) {
  MutatorProgram left = program;
  left.goroutines = started(program.goroutines);
  drop_unused(left.goroutines, left.capacities, channels_of);
  drop_unused(left.goroutines, left.units, semaphores_of);
  return left;
}

}  // namespace cli
