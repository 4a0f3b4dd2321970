// The reader of programs for the mutator-program scenario.
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <span>

#include "cli/mutator_forms.h"
#include "cli/mutator_input.h"
#include "cli/mutator_structure.h"

namespace cli {
namespace {

using scenarios::MutatorFieldKind;
using scenarios::MutatorOp;
using scenarios::MutatorOperation;
using scenarios::MutatorType;

std::string_view shape_name(MutatorType type) {
  return scenarios::mutator_shapes[static_cast<std::size_t>(type)].name;
}
MutatorType type_of(std::uint8_t slot) { return scenarios::mutator_slots[slot].type; }

struct Word {
  std::string_view text;
  std::size_t column;  // from 1
};

std::vector<Word> words_of(std::string_view line) {
  std::vector<Word> words;
  line = line.substr(0, line.find('#'));
  for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
    words.push_back({line.substr(at, end - at), at + 1});
    at = end;
  }
  return words;
}

// What stands on one side of an assignment.
struct Place {
  enum Kind { slot, field, global } kind = slot;
  std::uint8_t number = 0;  // of the slot or the global
  std::uint8_t index = 0;   // of the field
  MutatorType type = MutatorType::one;
  MutatorFieldKind words = MutatorFieldKind::pointer;
};

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  bool read(MutatorProgram* program) {
    for (std::size_t begin = 0; begin < text_.size() && error.empty(); line_++) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      const std::vector<Word> words = words_of(text_.substr(begin, end - begin));
      if (!words.empty()) read_line(words, *program);
      begin = end + 1;
    }
    if (error.empty()) check(*program);
    return error.empty();
  }

  std::string error;

 private:
  using Read = std::optional<MutatorOperation>;

  void fail(std::size_t line, std::size_t column, const std::string& what) {
    if (error.empty()) error = fmt::format("{}:{}:{}: {}", name_, line, column, what);
  }
  std::nullopt_t fail(const Word& word, const std::string& what) {
    fail(line_, word.column, what);
    return std::nullopt;
  }

  void read_line(const std::vector<Word>& words, MutatorProgram& program) {
    const std::string_view what = words[0].text;
    if (!begun_) {
      begun_ = words.size() == 2 && what == "mutator-program" && words[1].text == "1";
      if (!begun_) fail(words[0], fmt::format("a program begins with '{}'", mutator_first_line));
    } else if (what == "channel") {
      read_shared(words, program, scenarios::mutator_channels_max, &program.capacities);
      channels_ = program.capacities.size();
    } else if (what == "semaphore") {
      read_shared(words, program, scenarios::mutator_semaphores_max, &program.units);
      semaphores_ = program.units.size();
    } else if (what == "goroutine") {
      if (words.size() > 1) fail(words[1], "nothing stands behind 'goroutine'");
      program.goroutines.emplace_back();
      if (program.goroutines.size() > scenarios::mutator_goroutines_max) {
        fail(words[0], fmt::format("more than {} goroutines", scenarios::mutator_goroutines_max));
      }
    } else if (program.goroutines.empty()) {
      fail(words[0], "operations belong to a goroutine: 'goroutine' is missing above");
    } else if (const auto operation = read_operation(words)) {
      program.goroutines.back().push_back(*operation);
      lines_.push_back(line_);
      if (lines_.size() > mutator_operations_max) {
        fail(words[0], fmt::format("more than {} operations", mutator_operations_max));
      }
    }
  }

  // A channel or a semaphore.
  void read_shared(const std::vector<Word>& words, const MutatorProgram& program, std::size_t max,
                   std::vector<std::uint32_t>* all) {
    const std::string_view what = words[0].text;
    if (!program.goroutines.empty()) {
      fail(words[0], fmt::format("a {} stands above all goroutines", what));
    } else if (words.size() != 2) {
      fail(words[0], fmt::format("'{}' and one number belong together", what));
    } else if (all->size() == max) {
      fail(words[0], fmt::format("more than {} {}s", max, what));
    } else if (const auto n = number(words[1], mutator_capacity_max)) {
      all->push_back(*n);
    }
  }

  Read read_operation(const std::vector<Word>& words) {
    if (words.size() >= 3 && words[1].text == "=") return read_assignment(words);
    return read_form(statements, words);
  }

  // The form whose word, count and literal words are those.
  Read read_form(std::span<const Form> forms, std::span<const Word> words) {
    std::string known;
    for (const Form& form : forms) {
      if (words[0].text != form.word) continue;
      known += (known.empty() ? "" : ", ") + std::string(form.text);
      if (is_spelled(form, words)) return read_operands(form, words);
    }
    if (!known.empty()) return fail(words[0], fmt::format("this is spelled: {}", known));
    known = "PLACE = PLACE, PLACE = nil";
    for (const Form& form : values) {
      if (form.op != MutatorOp::clear) known += fmt::format(", SLOT = {}", form.text);
    }
    for (const Form& form : forms) known += fmt::format(", {}", form.text);
    return fail(words[0], "no operation; there are: " + known);
  }

  static bool is_spelled(const Form& form, std::span<const Word> words) {
    if (operand_count(form) + 1 != words.size()) return false;
    for (std::size_t i = 1; i < words.size(); i++) {
      const Operand operand = form.operands[i - 1];
      if (operand == Operand::nil && words[i].text != "nil") return false;
      if (operand == Operand::deep && words[i].text != "deep") return false;
    }
    return true;
  }

  Read read_operands(const Form& form, std::span<const Word> words) {
    MutatorOperation o{.op = form.op};
    for (std::size_t i = 1; i < words.size(); i++) {
      if (!read_operand(form.operands[i - 1], words[i], &o)) return std::nullopt;
    }
    check_types(o, words);
    return o;
  }

  bool read_operand(Operand operand, const Word& word, MutatorOperation* o) {
    switch (operand) {
      case Operand::slot:
        return read_slot(word, &o->a);
      case Operand::other:
        return read_slot(word, &o->b);
      case Operand::third:
        return read_slot(word, &o->c);
      case Operand::place:
        return read_field_place(word, o);
      case Operand::global:
        return read_name(word, global_prefix, scenarios::mutator_globals, &o->field);
      case Operand::channel:
        return read_name(word, channel_prefix, channels_, &o->field);
      case Operand::second:
        return read_name(word, channel_prefix, channels_, &o->c);
      case Operand::semaphore:
        return read_name(word, semaphore_prefix, semaphores_, &o->field);
      case Operand::number: {
        const auto n = number(word, static_cast<std::uint32_t>(mutator_operations_max));
        o->count = n.value_or(0);
        return n.has_value();
      }
      default:
        return true;
    }
  }

  std::optional<std::uint32_t> number(const Word& word, std::uint32_t max) {
    std::uint32_t value = 0;
    const char* end = word.text.data() + word.text.size();
    const auto [at, problem] = std::from_chars(word.text.data(), end, value);
    if (problem == std::errc() && at == end && value <= max) return value;
    return fail(word, fmt::format("'{}' is no number up to {}", word.text, max));
  }

  // A prefix and a number below `count`.
  bool read_name(const Word& word, std::string_view prefix, std::size_t count, std::uint8_t* to) {
    if (!word.text.starts_with(prefix) || count == 0) {
      std::string what = fmt::format("'{}' is no {}", word.text, prefix);
      if (prefix == channel_prefix) what += "; a line 'channel CAPACITY' on top makes one";
      if (prefix == semaphore_prefix) what += "; a line 'semaphore UNITS' on top makes one";
      fail(word, what);
      return false;
    }
    const Word rest{word.text.substr(prefix.size()), word.column + prefix.size()};
    const auto n = number(rest, static_cast<std::uint32_t>(count - 1));
    *to = static_cast<std::uint8_t>(n.value_or(0));
    return n.has_value();
  }

  bool read_slot(const Word& word, std::uint8_t* slot) {
    const auto place = read_place(word);
    if (!place) return false;
    if (place->kind != Place::slot) fail(word, fmt::format("'{}' is no slot", word.text));
    *slot = place->number;
    return place->kind == Place::slot;
  }

  bool read_field_place(const Word& word, MutatorOperation* o) {
    const auto place = read_place(word);
    if (!place) return false;
    if (place->kind != Place::field) fail(word, fmt::format("'{}' is no field", word.text));
    o->a = place->number;
    o->field = place->index;
    return place->kind == Place::field;
  }

  std::optional<Place> read_place(const Word& word) {
    if (word.text.starts_with(global_prefix)) {
      Place place{.kind = Place::global, .type = MutatorType::pair};
      if (!read_name(word, global_prefix, scenarios::mutator_globals, &place.number)) return {};
      return place;
    }
    const std::size_t dot = word.text.find('.');
    const std::string_view name = word.text.substr(0, dot);
    for (std::uint8_t i = 0; i < scenarios::mutator_slot_count; i++) {
      if (name != scenarios::mutator_slots[i].name) continue;
      if (dot == word.text.npos) return Place{.number = i, .type = type_of(i)};
      return read_field(word, dot, i);
    }
    return fail(word, fmt::format("'{}' is no slot; there are: {}", name, slot_names()));
  }

  std::optional<Place> read_field(const Word& word, std::size_t dot, std::uint8_t slot) {
    const auto& shape = scenarios::mutator_shapes[static_cast<std::size_t>(type_of(slot))];
    const Word rest{word.text.substr(dot + 1), word.column + dot + 1};
    if (shape.fields == 0) return fail(rest, fmt::format("a {} has no pointers", shape.name));
    const auto n = number(rest, shape.fields - 1);
    if (!n) return std::nullopt;
    return Place{Place::field, slot, static_cast<std::uint8_t>(*n), shape.field[*n].type,
                 shape.field[*n].kind};
  }

  static std::string slot_names() {
    std::string names;
    for (const auto& slot : scenarios::mutator_slots) names += std::string(slot.name) + ", ";
    return names + "global0, global1";
  }

  Read read_assignment(const std::vector<Word>& words) {
    const auto to = read_place(words[0]);
    if (!to) return std::nullopt;
    if (words.size() == 3 && words[2].text == "nil") {
      constexpr MutatorOp ops[] = {MutatorOp::clear, MutatorOp::store_nil, MutatorOp::clear_global};
      if (to->kind == Place::global)
        return MutatorOperation{.op = ops[to->kind], .field = to->number};
      return MutatorOperation{.op = ops[to->kind], .a = to->number, .field = to->index};
    }
    for (const Form& form : values) {
      if (words[2].text == form.word) return read_value(words, *to);
    }
    if (words.size() > 3) return fail(words[3], "nothing stands behind a place");
    const auto from = read_place(words[2]);
    if (!from) return std::nullopt;
    if (from->type != to->type) return fail_types(words[2], from->type, words[0], to->type);
    return combine(words, *to, *from);
  }

  Read read_value(const std::vector<Word>& words, const Place& to) {
    auto o = read_form(values, std::span(words).subspan(2));
    if (!o) return o;
    if (to.kind != Place::slot) {
      return fail(words[0], fmt::format("only a slot can be given '{}'", words[2].text));
    }
    if (o->op != MutatorOp::create) expect(words[0], to.type, MutatorType::pair);
    o->a = to.number;
    return o;
  }

  Read combine(const std::vector<Word>& words, const Place& to, const Place& from) {
    if (to.kind == Place::slot) {
      switch (from.kind) {
        case Place::slot:
          return MutatorOperation{.op = MutatorOp::move, .a = to.number, .b = from.number};
        case Place::field:
          return MutatorOperation{
              .op = MutatorOp::load, .a = to.number, .b = from.number, .field = from.index};
        default:
          return MutatorOperation{
              .op = MutatorOp::load_global, .a = to.number, .field = from.number};
      }
    }
    if (from.kind != Place::slot) {
      const bool fields = to.kind == Place::field && from.kind == Place::field;
      if (!fields || to.words == MutatorFieldKind::pointer || to.words != from.words) {
        return fail(words[2], "one of both must be a slot, unless both are of several words");
      }
      return MutatorOperation{
          .op = MutatorOp::store_field, .a = to.number, .b = from.number, .field = to.index};
    }
    if (to.kind == Place::global) {
      return MutatorOperation{.op = MutatorOp::store_global, .a = from.number, .field = to.number};
    }
    return MutatorOperation{
        .op = MutatorOp::store, .a = to.number, .b = from.number, .field = to.index};
  }

  std::nullopt_t fail_types(const Word& word, MutatorType type, const Word& other,
                            MutatorType other_type) {
    return fail(word, fmt::format("'{}' refers to a {} and '{}' to a {}", word.text,
                                  shape_name(type), other.text, shape_name(other_type)));
  }
  void expect(const Word& word, MutatorType type, MutatorType expected) {
    if (type == expected) return;
    fail(word, fmt::format("'{}' refers to a {} instead of a {}", word.text, shape_name(type),
                           shape_name(expected)));
  }

  void check_types(const MutatorOperation& o, std::span<const Word> words) {
    switch (o.op) {
      case MutatorOp::copy:
      case MutatorOp::assign: {
        const MutatorType type = type_of(o.a);
        const bool several = o.op == MutatorOp::assign && type == MutatorType::box;
        if (type_of(o.b) == type && type != MutatorType::leaf && !several) return;
        fail(words[2], several ? "a box is copied, not assigned"
                               : "copies are between objects of one type, with pointers");
        return;
      }
      case MutatorOp::store_atomic:
      case MutatorOp::swap:
      case MutatorOp::append:
        return check_store(o, words);
      case MutatorOp::finalize_keep:
        return expect(words[1], type_of(o.a), MutatorType::pair);
      case MutatorOp::send:
      case MutatorOp::try_send:
        return expect(words[2], type_of(o.a), MutatorType::pair);
      default:
        return;
    }
  }

  void check_store(const MutatorOperation& o, std::span<const Word> words) {
    const auto& field =
        scenarios::mutator_shapes[static_cast<std::size_t>(type_of(o.a))].field[o.field];
    const bool appends = o.op == MutatorOp::append;
    if (field.kind != (appends ? MutatorFieldKind::slice : MutatorFieldKind::pointer)) {
      fail(words[1], appends ? "no slice" : "atomic operations are on fields of one word");
    }
    expect(words[2], type_of(o.b), field.type);
    if (o.op == MutatorOp::swap) expect(words[3], type_of(o.c), field.type);
  }

  // What can only be seen once all is read.
  void check(const MutatorProgram& program) {
    if (!begun_) return fail(1, 1, fmt::format("a program begins with '{}'", mutator_first_line));
    if (program.goroutines.empty()) return fail(line_, 1, "a program has a goroutine, main");
    if (const auto wrong = find_misplaced(program)) fail(lines_[wrong->operation], 1, wrong->what);
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t line_ = 1;
  bool begun_ = false;
  std::size_t channels_ = 0, semaphores_ = 0;
  std::vector<std::size_t> lines_;  // of each operation
};

}  // namespace

bool parse_mutator_program(std::string_view text, const std::string& name, MutatorProgram* program,
                           std::string* error) {
  Reader reader(text, name);
  *program = {};
  if (reader.read(program)) return true;
  *error = reader.error;
  return false;
}

}  // namespace cli
