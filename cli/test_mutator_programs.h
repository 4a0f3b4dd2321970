// RapidCheck generators of programs for the mutator-program scenario.
#pragma once

#include <rapidcheck.h>

#include <algorithm>

#include "cli/mutator_input.h"
#include "cli/mutator_structure.h"
#include "cli/mutator_waits.h"

namespace cli {

// Any of them, whatever the size: of the ranges of RapidCheck, small sizes see the low end alone.
inline std::uint8_t draw_below(std::uint32_t end) {
  return static_cast<std::uint8_t>(
      *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, end)));
}

template <class Fits>
std::uint8_t draw_slot_that(const Fits& fits) {
  std::uint8_t fitting[scenarios::mutator_slot_count];
  std::uint32_t count = 0;
  for (std::uint8_t i = 0; i < scenarios::mutator_slot_count; i++) {
    if (fits(scenarios::mutator_slots[i].type)) fitting[count++] = i;
  }
  return fitting[draw_below(count)];
}
inline std::uint8_t draw_slot(scenarios::MutatorType type) {
  return draw_slot_that([&](scenarios::MutatorType t) { return t == type; });
}

inline const scenarios::MutatorTypeShape& shape_of(std::uint8_t slot) {
  return scenarios::mutator_shapes[static_cast<std::size_t>(scenarios::mutator_slots[slot].type)];
}

inline void draw_object(scenarios::MutatorOperation& o) {
  using Op = scenarios::MutatorOp;
  using Type = scenarios::MutatorType;
  switch (o.op) {
    case Op::move:
      o.b = draw_below(scenarios::mutator_slot_count);
      break;
    case Op::copy:
      o.b = draw_slot_that([](Type t) { return t != Type::leaf; });
      break;
    default:  // assign
      o.b = draw_slot_that([](Type t) { return t != Type::leaf && t != Type::box; });
  }
  o.a = draw_slot(scenarios::mutator_slots[o.b].type);
}

// An object, one of its fields, and what fits there.
inline void draw_field(scenarios::MutatorOperation& o) {
  using Op = scenarios::MutatorOp;
  using Type = scenarios::MutatorType;
  const bool one_word = o.op == Op::store_atomic || o.op == Op::swap;
  const std::uint8_t object =
      draw_slot_that([&](Type t) { return t != Type::leaf && !(one_word && t == Type::box); });
  o.field = draw_below(shape_of(object).fields);
  const Type type = shape_of(object).field[o.field].type;
  const std::uint8_t other = draw_slot(type);
  o.a = o.op == Op::load ? other : object;
  if (o.op != Op::store_nil) o.b = o.op == Op::load ? object : other;
  if (o.op == Op::swap) o.c = draw_slot(type);
}

inline void draw_box(scenarios::MutatorOperation& o) {
  using scenarios::MutatorType, scenarios::MutatorOp;
  o.a = draw_slot(MutatorType::box);
  o.b = draw_slot(o.op == MutatorOp::append ? MutatorType::pair : MutatorType::box);
  constexpr std::uint8_t slice = 1, several_words = 3;
  o.field = o.op == MutatorOp::append ? slice : draw_below(several_words);
}

constexpr std::uint32_t drawn_channels = 3, drawn_semaphores = 2;

inline void draw_operands(scenarios::MutatorOperation& o) {
  using Op = scenarios::MutatorOp;
  switch (o.op) {
    case Op::create:
    case Op::clear:
    case Op::finalize:
    case Op::finalize_nil:
      o.a = draw_below(scenarios::mutator_slot_count);
      break;
    case Op::move:
    case Op::copy:
    case Op::assign:
      return draw_object(o);
    case Op::load:
    case Op::store:
    case Op::store_nil:
    case Op::store_atomic:
    case Op::swap:
      return draw_field(o);
    case Op::store_field:
    case Op::append:
      return draw_box(o);
    case Op::load_global:
    case Op::store_global:
    case Op::clear_global:
    case Op::finalize_keep:
      o.field = draw_below(scenarios::mutator_globals);
      if (o.op != Op::clear_global) o.a = draw_slot(scenarios::MutatorType::pair);
      break;
    case Op::call:
    case Op::call_deep:
      o.count = draw_below(5);
      break;
    case Op::acquire:
    case Op::release:
      o.field = draw_below(drawn_semaphores);
      break;
    default:
      if (o.op < Op::send) break;
      o.field = draw_below(drawn_channels);
      if (o.op != Op::close) o.a = draw_slot(scenarios::MutatorType::pair);
      if (o.op == Op::receive_either) o.c = draw_below(drawn_channels);
  }
}

inline scenarios::MutatorOperation draw_operation() {
  using Op = scenarios::MutatorOp;
  scenarios::MutatorOperation o{};
  o.op = *rc::gen::weightedElement<Op>({
      {8, Op::create},       {3, Op::clear},         {3, Op::move},           {8, Op::load},
      {10, Op::store},       {4, Op::store_nil},     {1, Op::store_field},    {2, Op::store_atomic},
      {2, Op::swap},         {2, Op::append},        {4, Op::load_global},    {4, Op::store_global},
      {2, Op::clear_global}, {2, Op::copy},          {2, Op::assign},         {3, Op::call},
      {1, Op::call_deep},    {2, Op::yield},         {3, Op::collect},        {1, Op::system_call},
      {2, Op::finalize},     {2, Op::finalize_keep}, {1, Op::finalize_nil},   {5, Op::send},
      {1, Op::try_send},     {5, Op::receive},       {2, Op::receive_either}, {1, Op::try_receive},
      {1, Op::close},        {3, Op::acquire},       {3, Op::release},
  });
  draw_operands(o);
  return o;
}

// What is made, given away and forgotten: what collectors lose.
inline MutatorOperations draw_publication() {
  using Op = scenarios::MutatorOp;
  using Type = scenarios::MutatorType;
  scenarios::MutatorOperation o{};
  o.op = *rc::gen::weightedElement<Op>({{4, Op::store},
                                        {2, Op::store_atomic},
                                        {2, Op::swap},
                                        {2, Op::append},
                                        {2, Op::store_global},
                                        {3, Op::send}});
  draw_operands(o);
  const bool by_a = o.op == Op::store_global || o.op == Op::send;
  std::uint8_t given = by_a ? o.a : o.b;
  if (o.op == Op::swap) given = o.c;
  MutatorOperations all{{.op = Op::create, .a = given}, o, {.op = Op::clear, .a = given}};
  // With an old object, and where the collector may come before and after.
  const std::uint8_t object = o.a;
  if (!by_a && scenarios::mutator_slots[object].type == Type::pair && object != given) {
    all.insert(all.begin(), {.op = Op::load_global, .a = object, .field = draw_below(2)});
  }
  if (draw_below(2) == 0) all.insert(all.begin(), {.op = Op::call});
  if (draw_below(2) == 0) all.push_back({.op = Op::call});
  return all;
}

// What others wait for.
inline MutatorOperations draw_section() {
  using Op = scenarios::MutatorOp;
  const std::uint8_t semaphore = draw_below(drawn_semaphores);
  return {{.op = Op::acquire, .field = semaphore},
          draw_operation(),
          {.op = Op::release, .field = semaphore}};
}

inline MutatorOperations draw_group() {
  enum Kind { one, publication, section };
  switch (*rc::gen::weightedElement<Kind>({{12, one}, {2, publication}, {1, section}})) {
    case publication:
      return draw_publication();
    case section:
      return draw_section();
    default:
      return {draw_operation()};
  }
}

inline MutatorOperations flattened(const std::vector<MutatorOperations>& groups) {
  MutatorOperations all;
  for (const MutatorOperations& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

// Calls end with what they are in, whatever has been taken out of them.
inline void repair_calls(MutatorOperations& operations) {
  std::vector<std::size_t> ends{operations.size()};
  for (std::size_t i = 0; i < operations.size(); i++) {
    while (ends.back() == i) ends.pop_back();
    auto& o = operations[i];
    if (!is_call(o)) continue;
    o.count = std::min(o.count, static_cast<std::uint32_t>(ends.back() - i - 1));
    if (o.count > 0) ends.push_back(i + 1 + o.count);
  }
}

// main runs the first list, starts a goroutine for each of the others but the second, collects
// while they run, and goes on with the second. What may wait for ever is left out.
inline MutatorProgram assembled(MutatorOperations before, MutatorOperations after,
                                std::vector<MutatorOperations> others,
                                std::vector<std::uint32_t> capacities,
                                std::vector<std::uint32_t> units) {
  using Op = scenarios::MutatorOp;
  MutatorProgram program;
  program.capacities = std::move(capacities);
  program.units = std::move(units);
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
  return without_unused(without_deadlock(program));
}

// Up to three goroutines. Shrinks by leaving out operations and goroutines.
inline rc::Gen<MutatorProgram> mutator_programs() {
  using Numbers = std::vector<std::uint32_t>;
  using Groups = std::vector<MutatorOperations>;
  const auto some = rc::gen::exec([] { return draw_group(); });
  const auto group = rc::gen::shrink(
      some, [](const MutatorOperations& all) { return rc::shrink::removeChunks(all); });
  const auto list = rc::gen::map(rc::gen::scale(0.2, rc::gen::container<Groups>(group)), flattened);
  const auto capacities =
      rc::gen::container<Numbers>(drawn_channels, rc::gen::element<std::uint32_t>(0, 0, 1, 2, 4));
  const auto units =
      rc::gen::container<Numbers>(drawn_semaphores, rc::gen::element<std::uint32_t>(0, 1, 1, 2));
  return rc::gen::apply(
      [](const MutatorOperations& before, const MutatorOperations& after,
         const MutatorOperations& a, const MutatorOperations& b, const Numbers& room,
         const Numbers& n) {
        return assembled(before, after, {a, b}, room, n);
      },
      list, list, list, list, capacities, units);
}

}  // namespace cli
