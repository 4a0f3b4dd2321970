// The text of programs for the mutator-program scenario.
#include <fmt/format.h>

#include "cli/mutator_forms.h"
#include "cli/mutator_input.h"

namespace cli {
namespace {

using scenarios::MutatorOp;
using scenarios::MutatorOperation;

std::string name_of(std::uint8_t slot) { return scenarios::mutator_slots[slot].name; }
std::string field_of(std::uint8_t slot, std::uint8_t field) {
  return fmt::format("{}.{}", name_of(slot), field);
}

std::string text_of(Operand operand, const MutatorOperation& o) {
  switch (operand) {
    case Operand::slot:
      return name_of(o.a);
    case Operand::other:
      return name_of(o.b);
    case Operand::third:
      return name_of(o.c);
    case Operand::place:
      return field_of(o.a, o.field);
    case Operand::global:
      return fmt::format("{}{}", global_prefix, o.field);
    case Operand::channel:
      return fmt::format("{}{}", channel_prefix, o.field);
    case Operand::second:
      return fmt::format("{}{}", channel_prefix, o.c);
    case Operand::semaphore:
      return fmt::format("{}{}", semaphore_prefix, o.field);
    case Operand::number:
      return fmt::format("{}", o.count);
    case Operand::nil:
      return "nil";
    case Operand::deep:
      return "deep";
    case Operand::none:
      break;
  }
  return "";
}

std::string text_of(const Form& form, const MutatorOperation& o) {
  std::string text = form.word;
  for (std::size_t i = 0; i < operand_count(form); i++) text += " " + text_of(form.operands[i], o);
  return text;
}

std::string text_of(const MutatorOperation& o) {
  const std::string global = text_of(Operand::global, o);
  switch (o.op) {
    case MutatorOp::move:
      return name_of(o.a) + " = " + name_of(o.b);
    case MutatorOp::load:
      return name_of(o.a) + " = " + field_of(o.b, o.field);
    case MutatorOp::store:
      return field_of(o.a, o.field) + " = " + name_of(o.b);
    case MutatorOp::store_nil:
      return field_of(o.a, o.field) + " = nil";
    case MutatorOp::store_field:
      return field_of(o.a, o.field) + " = " + field_of(o.b, o.field);
    case MutatorOp::load_global:
      return name_of(o.a) + " = " + global;
    case MutatorOp::store_global:
      return global + " = " + name_of(o.a);
    case MutatorOp::clear_global:
      return global + " = nil";
    default:
      break;
  }
  for (const Form& form : values) {
    if (form.op == o.op) return name_of(o.a) + " = " + text_of(form, o);
  }
  for (const Form& form : statements) {
    if (form.op == o.op) return text_of(form, o);
  }
  return "";
}

}  // namespace

std::string write_mutator_program(const MutatorProgram& program) {
  std::string text = std::string(mutator_first_line) + "\n";
  for (const std::uint32_t capacity : program.capacities) {
    text += fmt::format("channel {}\n", capacity);
  }
  for (const std::uint32_t units : program.units) text += fmt::format("semaphore {}\n", units);
  for (const auto& operations : program.goroutines) {
    text += "goroutine\n";
    std::vector<std::size_t> ends;  // of the calls that an operation is in
    for (std::size_t i = 0; i < operations.size(); i++) {
      while (!ends.empty() && ends.back() == i) ends.pop_back();
      text += std::string(2 * (ends.size() + 1), ' ') + text_of(operations[i]) + "\n";
      if (is_call(operations[i]) && operations[i].count > 0) {
        ends.push_back(i + 1 + operations[i].count);
      }
    }
  }
  return text;
}

}  // namespace cli
