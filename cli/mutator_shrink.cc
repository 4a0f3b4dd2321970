// Operations of a program are numbered through, goroutine by goroutine, and left out in groups.
#include "cli/mutator_shrink.h"

#include <algorithm>

namespace cli {
namespace {

using scenarios::MutatorOp;
using scenarios::MutatorOperation;
using Operations = std::vector<MutatorOperation>;

bool is_call(const MutatorOperation& o) {
  return o.op == MutatorOp::call || o.op == MutatorOp::call_deep;
}

// How many of the operations [begin, end) are of [from, to).
std::size_t common(std::size_t begin, std::size_t end, std::size_t from, std::size_t to) {
  const std::size_t low = std::max(begin, from), high = std::min(end, to);
  return high > low ? high - low : 0;
}

// A call runs what is left of its operations; where it goes itself, they run in its place.
Operations without(const Operations& all, std::size_t begin, std::size_t end) {
  Operations left;
  for (std::size_t i = 0; i < all.size(); i++) {
    if (i >= begin && i < end) continue;
    MutatorOperation o = all[i];
    if (is_call(o)) {
      o.count -= static_cast<std::uint32_t>(common(begin, end, i + 1, i + 1 + o.count));
    }
    left.push_back(o);
  }
  return left;
}

// Only the goroutines that main starts, or one that it starts, with new numbers.
MutatorProgram without_unstarted(const MutatorProgram& program) {
  std::vector<std::uint32_t> kept{0};  // old numbers
  MutatorProgram result;
  for (std::size_t next = 0; next < kept.size(); next++) {
    Operations operations = program.goroutines[kept[next]];
    for (MutatorOperation& o : operations) {
      if (o.op != MutatorOp::spawn) continue;
      kept.push_back(o.count);
      o.count = static_cast<std::uint32_t>(kept.size() - 1);
    }
    result.goroutines.push_back(std::move(operations));
  }
  return result;
}

MutatorProgram without(const MutatorProgram& program, std::size_t begin, std::size_t end) {
  MutatorProgram left;
  std::size_t first = 0;  // of the goroutine
  for (const Operations& operations : program.goroutines) {
    const auto place = [&](std::size_t at) {
      return std::clamp(at, first, first + operations.size()) - first;
    };
    left.goroutines.push_back(without(operations, place(begin), place(end)));
    first += operations.size();
  }
  return without_unstarted(left);
}

using Fails = std::function<bool(const MutatorProgram&)>;

bool leave_out(MutatorProgram& program, const Fails& fails) {
  bool any = false;
  for (std::size_t size = (operations_of(program) + 1) / 2; size > 0; size /= 2) {
    for (std::size_t begin = 0; begin < operations_of(program);) {
      MutatorProgram smaller = without(program, begin, begin + size);
      if (fails(smaller)) {
        program = std::move(smaller);
        any = true;
      } else {
        begin += size;
      }
    }
  }
  return any;
}

bool call_ordinarily(MutatorProgram& program, const Fails& fails) {
  bool any = false;
  for (std::size_t g = 0; g < program.goroutines.size(); g++) {
    for (std::size_t i = 0; i < program.goroutines[g].size(); i++) {
      if (program.goroutines[g][i].op != MutatorOp::call_deep) continue;
      MutatorProgram simpler = program;
      simpler.goroutines[g][i].op = MutatorOp::call;
      if (!fails(simpler)) continue;
      program = std::move(simpler);
      any = true;
    }
  }
  return any;
}

}  // namespace

MutatorProgram shrink_program(MutatorProgram program, const Fails& fails) {
  for (bool any = true; any;) {
    any = leave_out(program, fails);
    any = call_ordinarily(program, fails) || any;
  }
  return program;
}

}  // namespace cli
