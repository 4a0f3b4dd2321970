// RapidCheck generators of programs for the mutator-program scenario.
#pragma once

#include <rapidcheck.h>

#include <algorithm>

#include "cli/mutator_input.h"

namespace cli {

inline std::uint8_t draw_slot(scenarios::MutatorType type) {
  std::vector<std::uint8_t> fitting;
  for (std::uint8_t i = 0; i < scenarios::mutator_slot_count; i++) {
    if (scenarios::mutator_slots[i].type == type) fitting.push_back(i);
  }
  return *rc::gen::elementOf(fitting);
}

// One whose objects have fields.
inline std::uint8_t draw_slot_with_fields() {
  return *rc::gen::suchThat(
      rc::gen::inRange<std::uint8_t>(0, scenarios::mutator_slot_count), [](std::uint8_t i) {
        return scenarios::mutator_slots[i].type != scenarios::MutatorType::leaf;
      });
}

inline scenarios::MutatorOperation draw_operation() {
  using Op = scenarios::MutatorOp;
  scenarios::MutatorOperation o{};
  o.op = *rc::gen::weightedElement<Op>({{4, Op::create},
                                        {2, Op::clear},
                                        {2, Op::move},
                                        {6, Op::load},
                                        {8, Op::store},
                                        {3, Op::store_nil},
                                        {3, Op::load_global},
                                        {3, Op::store_global},
                                        {1, Op::clear_global},
                                        {2, Op::copy},
                                        {2, Op::call},
                                        {1, Op::call_deep},
                                        {1, Op::yield},
                                        {2, Op::collect},
                                        {1, Op::system_call}});
  const auto type_of = [](std::uint8_t slot) { return scenarios::mutator_slots[slot].type; };
  switch (o.op) {
    case Op::create:
    case Op::clear:
      o.a = *rc::gen::inRange<std::uint8_t>(0, scenarios::mutator_slot_count);
      break;
    case Op::move:
      o.b = *rc::gen::inRange<std::uint8_t>(0, scenarios::mutator_slot_count);
      o.a = draw_slot(type_of(o.b));
      break;
    case Op::copy:
      o.b = draw_slot_with_fields();
      o.a = draw_slot(type_of(o.b));
      break;
    case Op::load:
    case Op::store:
    case Op::store_nil: {
      const std::uint8_t object = draw_slot_with_fields();
      const auto& shape = scenarios::mutator_shapes[static_cast<std::size_t>(type_of(object))];
      o.field = static_cast<std::uint8_t>(*rc::gen::inRange<std::uint32_t>(0, shape.fields));
      const std::uint8_t other = draw_slot(shape.field[o.field]);
      o.a = o.op == Op::load ? other : object;
      if (o.op != Op::store_nil) o.b = o.op == Op::load ? object : other;
      break;
    }
    case Op::load_global:
    case Op::store_global:
    case Op::clear_global:
      o.field = *rc::gen::inRange<std::uint8_t>(0, scenarios::mutator_globals);
      if (o.op != Op::clear_global) o.a = draw_slot(scenarios::MutatorType::pair);
      break;
    case Op::call:
    case Op::call_deep:
      o.count = *rc::gen::inRange<std::uint32_t>(0, 5);
      break;
    default:
      break;
  }
  return o;
}

using MutatorOperations = std::vector<scenarios::MutatorOperation>;

// Calls end with what they are in, whatever has been taken out of them.
inline void repair_calls(MutatorOperations& operations) {
  std::vector<std::size_t> ends{operations.size()};
  for (std::size_t i = 0; i < operations.size(); i++) {
    while (ends.back() == i) ends.pop_back();
    auto& o = operations[i];
    if (o.op != scenarios::MutatorOp::call && o.op != scenarios::MutatorOp::call_deep) continue;
    o.count = std::min(o.count, static_cast<std::uint32_t>(ends.back() - i - 1));
    if (o.count > 0) ends.push_back(i + 1 + o.count);
  }
}

// main runs the first list, starts a goroutine for each of the others but the second, collects
// while they run, and goes on with the second.
inline MutatorProgram assembled(MutatorOperations before, MutatorOperations after,
                                std::vector<MutatorOperations> others) {
  using Op = scenarios::MutatorOp;
  MutatorProgram program;
  repair_calls(before);
  repair_calls(after);
  program.goroutines.push_back(std::move(before));
  for (MutatorOperations& other : others) {
    if (other.empty()) continue;
    const auto number = static_cast<std::uint32_t>(program.goroutines.size());
    program.goroutines[0].push_back({.op = Op::spawn, .count = number});
    repair_calls(other);
    program.goroutines.push_back(std::move(other));
  }
  MutatorOperations& main = program.goroutines[0];
  main.push_back({.op = Op::collect});
  main.insert(main.end(), after.begin(), after.end());
  return program;
}

// Up to three goroutines. Shrinks by leaving out operations and goroutines.
inline rc::Gen<MutatorProgram> mutator_programs() {
  const auto operation = rc::gen::exec([] { return draw_operation(); });
  const auto list = rc::gen::scale(0.25, rc::gen::container<MutatorOperations>(operation));
  return rc::gen::apply(
      [](const MutatorOperations& before, const MutatorOperations& after,
         const MutatorOperations& a, const MutatorOperations& b) {
        return assembled(before, after, {a, b});
      },
      list, list, list, list);
}

}  // namespace cli
