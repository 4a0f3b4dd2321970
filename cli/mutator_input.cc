// Reader and writer of programs for the mutator-program scenario.
#include "cli/mutator_input.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "traces/file.h"

namespace cli {
namespace {

using scenarios::MutatorOp;
using scenarios::MutatorOperation;
using scenarios::MutatorType;

constexpr std::string_view first_line = "mutator-program 1";
constexpr std::string_view global_prefix = "global";

std::string_view shape_name(MutatorType type) {
  return scenarios::mutator_shapes[static_cast<std::size_t>(type)].name;
}

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
  enum Kind { slot, field, global, nothing } kind = nothing;
  std::uint8_t number = 0;  // of the slot or the global
  std::uint8_t index = 0;   // of the field
  MutatorType type = MutatorType::one;
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
  void fail(std::size_t line, std::size_t column, const std::string& what) {
    if (error.empty()) error = fmt::format("{}:{}:{}: {}", name_, line, column, what);
  }
  void fail(const Word& word, const std::string& what) { fail(line_, word.column, what); }

  void read_line(const std::vector<Word>& words, MutatorProgram& program) {
    if (!begun_) {
      begun_ = words.size() == 2 && words[0].text == "mutator-program" && words[1].text == "1";
      if (!begun_) fail(words[0], fmt::format("a program begins with '{}'", first_line));
    } else if (words[0].text == "goroutine") {
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

  std::optional<MutatorOperation> read_operation(const std::vector<Word>& words) {
    if (words.size() == 3 && words[1].text == "=") return read_assignment(words);
    const std::string_view what = words[0].text;
    if (words.size() == 1) {
      if (what == "yield") return MutatorOperation{MutatorOp::yield};
      if (what == "collect") return MutatorOperation{MutatorOp::collect};
      if (what == "syscall") return MutatorOperation{MutatorOp::system_call};
    }
    if (what == "copy" && words.size() == 3) return read_copy(words);
    if (what == "spawn" && words.size() == 2) return counted(MutatorOp::spawn, words[1]);
    if (what == "call" && words.size() == 2) return counted(MutatorOp::call, words[1]);
    if (what == "call" && words.size() == 3 && words[2].text == "deep") {
      return counted(MutatorOp::call_deep, words[1]);
    }
    fail(words[0],
         "no operation; there are: PLACE = PLACE, PLACE = new, PLACE = nil, copy A B, call N "
         "[deep], spawn N, yield, collect, syscall");
    return std::nullopt;
  }

  std::optional<MutatorOperation> counted(MutatorOp op, const Word& word) {
    const auto n = number(word, static_cast<std::uint32_t>(mutator_operations_max));
    if (!n) return std::nullopt;
    return MutatorOperation{.op = op, .count = *n};
  }

  std::optional<std::uint32_t> number(const Word& word, std::uint32_t max) {
    std::uint32_t value = 0;
    const char* end = word.text.data() + word.text.size();
    const auto [at, problem] = std::from_chars(word.text.data(), end, value);
    if (problem == std::errc() && at == end && value <= max) return value;
    fail(word, fmt::format("'{}' is no number up to {}", word.text, max));
    return std::nullopt;
  }

  std::optional<Place> read_place(const Word& word) {
    if (word.text.starts_with(global_prefix)) {
      const auto n =
          number({word.text.substr(global_prefix.size()), word.column + global_prefix.size()},
                 scenarios::mutator_globals - 1);
      if (!n) return std::nullopt;
      return Place{Place::global, static_cast<std::uint8_t>(*n), 0, MutatorType::pair};
    }
    const std::size_t dot = word.text.find('.');
    const std::string_view name = word.text.substr(0, dot);
    for (std::uint8_t i = 0; i < scenarios::mutator_slot_count; i++) {
      if (name != scenarios::mutator_slots[i].name) continue;
      const MutatorType type = scenarios::mutator_slots[i].type;
      if (dot == word.text.npos) return Place{Place::slot, i, 0, type};
      return read_field(word, dot, i, type);
    }
    fail(word, fmt::format("'{}' is no slot; there are: {}", name, slot_names()));
    return std::nullopt;
  }

  std::optional<Place> read_field(const Word& word, std::size_t dot, std::uint8_t slot,
                                  MutatorType type) {
    const auto& shape = scenarios::mutator_shapes[static_cast<std::size_t>(type)];
    const Word rest{word.text.substr(dot + 1), word.column + dot + 1};
    if (shape.fields == 0) {
      fail(rest, fmt::format("a {} has no pointers", shape.name));
      return std::nullopt;
    }
    const auto n = number(rest, shape.fields - 1);
    if (!n) return std::nullopt;
    return Place{Place::field, slot, static_cast<std::uint8_t>(*n), shape.field[*n]};
  }

  static std::string slot_names() {
    std::string names;
    for (const auto& slot : scenarios::mutator_slots) names += std::string(slot.name) + ", ";
    return names + "global0, global1";
  }

  std::optional<MutatorOperation> read_assignment(const std::vector<Word>& words) {
    const auto to = read_place(words[0]);
    if (!to) return std::nullopt;
    MutatorOperation o{.op = MutatorOp::clear, .a = to->number, .field = to->index};
    if (to->kind == Place::global) o = {.op = o.op, .field = to->number};
    if (words[2].text == "nil") {
      constexpr MutatorOp ops[] = {MutatorOp::clear, MutatorOp::store_nil, MutatorOp::clear_global};
      o.op = ops[to->kind];
      return o;
    }
    if (words[2].text == "new") {
      if (to->kind != Place::slot) fail(words[0], "only a slot can be given a new object");
      o.op = MutatorOp::create;
      return o;
    }
    const auto from = read_place(words[2]);
    if (!from) return std::nullopt;
    if (from->type != to->type) {
      fail(words[2], fmt::format("'{}' refers to a {} and '{}' to a {}", words[2].text,
                                 shape_name(from->type), words[0].text, shape_name(to->type)));
    }
    return combine(words, *to, *from);
  }

  std::optional<MutatorOperation> combine(const std::vector<Word>& words, const Place& to,
                                          const Place& from) {
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
      fail(words[2], "one of both must be a slot");
      return std::nullopt;
    }
    if (to.kind == Place::global) {
      return MutatorOperation{.op = MutatorOp::store_global, .a = from.number, .field = to.number};
    }
    return MutatorOperation{
        .op = MutatorOp::store, .a = to.number, .b = from.number, .field = to.index};
  }

  std::optional<MutatorOperation> read_copy(const std::vector<Word>& words) {
    const auto to = read_place(words[1]), from = to ? read_place(words[2]) : std::nullopt;
    if (!from) return std::nullopt;
    if (to->kind != Place::slot) fail(words[1], "what is copied is named by a slot");
    if (from->kind != Place::slot) fail(words[2], "what is copied is named by a slot");
    if (from->type != to->type || from->type == MutatorType::leaf) {
      fail(words[2], "copies are between objects of one type, with pointers");
    }
    return MutatorOperation{.op = MutatorOp::copy, .a = to->number, .b = from->number};
  }

  // What can only be seen once all is read: where calls end, and what is started.
  void check(const MutatorProgram& program) {
    if (!begun_) return fail(1, 1, fmt::format("a program begins with '{}'", first_line));
    if (program.goroutines.empty()) return fail(line_, 1, "a program has a goroutine, main");
    std::array<bool, scenarios::mutator_goroutines_max> started{true};
    std::size_t line = 0;
    for (const auto& operations : program.goroutines) {
      std::vector<std::size_t> ends{operations.size()};
      for (std::size_t i = 0; i < operations.size(); i++, line++) {
        while (ends.back() == i) ends.pop_back();
        const MutatorOperation& o = operations[i];
        if (o.op == MutatorOp::call || o.op == MutatorOp::call_deep) {
          if (i + 1 + o.count > ends.back()) {
            return fail(lines_[line], 1,
                        fmt::format("a call of {} operations where {} are left", o.count,
                                    ends.back() - i - 1));
          }
          if (o.count > 0) ends.push_back(i + 1 + o.count);
        } else if (o.op == MutatorOp::spawn) {
          if (o.count == 0 || o.count >= program.goroutines.size()) {
            return fail(lines_[line], 1, fmt::format("there is no goroutine {} to start", o.count));
          }
          if (started[o.count]) {
            return fail(lines_[line], 1, fmt::format("goroutine {} is started twice", o.count));
          }
          started[o.count] = true;
        }
      }
    }
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t line_ = 1;
  bool begun_ = false;
  std::vector<std::size_t> lines_;  // of each operation
};

std::string text_of(const MutatorOperation& o) {
  const std::string a = scenarios::mutator_slots[o.a].name, b = scenarios::mutator_slots[o.b].name;
  switch (o.op) {
    case MutatorOp::create:
      return a + " = new";
    case MutatorOp::clear:
      return a + " = nil";
    case MutatorOp::move:
      return a + " = " + b;
    case MutatorOp::load:
      return fmt::format("{} = {}.{}", a, b, o.field);
    case MutatorOp::store:
      return fmt::format("{}.{} = {}", a, o.field, b);
    case MutatorOp::store_nil:
      return fmt::format("{}.{} = nil", a, o.field);
    case MutatorOp::load_global:
      return fmt::format("{} = global{}", a, o.field);
    case MutatorOp::store_global:
      return fmt::format("global{} = {}", o.field, a);
    case MutatorOp::clear_global:
      return fmt::format("global{} = nil", o.field);
    case MutatorOp::copy:
      return "copy " + a + " " + b;
    case MutatorOp::call:
      return fmt::format("call {}", o.count);
    case MutatorOp::call_deep:
      return fmt::format("call {} deep", o.count);
    case MutatorOp::spawn:
      return fmt::format("spawn {}", o.count);
    case MutatorOp::yield:
      return "yield";
    case MutatorOp::collect:
      return "collect";
    default:
      return "syscall";
  }
}

}  // namespace

bool parse_mutator_program(std::string_view text, const std::string& name, MutatorProgram* program,
                           std::string* error) {
  Reader reader(text, name);
  program->goroutines.clear();
  if (reader.read(program)) return true;
  *error = reader.error;
  return false;
}

std::string write_mutator_program(const MutatorProgram& program) {
  std::string text = std::string(first_line) + "\n";
  for (const auto& operations : program.goroutines) {
    text += "goroutine\n";
    std::vector<std::size_t> ends;  // of the calls that an operation is in
    for (std::size_t i = 0; i < operations.size(); i++) {
      while (!ends.empty() && ends.back() == i) ends.pop_back();
      text += std::string(2 * (ends.size() + 1), ' ') + text_of(operations[i]) + "\n";
      const MutatorOp op = operations[i].op;
      if (op == MutatorOp::call || op == MutatorOp::call_deep) {
        if (operations[i].count > 0) ends.push_back(i + 1 + operations[i].count);
      }
    }
  }
  return text;
}

std::size_t operations_of(const MutatorProgram& program) {
  std::size_t count = 0;
  for (const auto& operations : program.goroutines) count += operations.size();
  return count;
}

void LoadedMutators::set(const MutatorProgram& other) {
  program = other;
  operations.clear();
  input.goroutines = static_cast<std::uint32_t>(program.goroutines.size());
  for (std::size_t g = 0; g <= scenarios::mutator_goroutines_max; g++) {
    input.first[g] = static_cast<std::uint32_t>(operations.size());
    if (g >= program.goroutines.size()) continue;
    operations.insert(operations.end(), program.goroutines[g].begin(), program.goroutines[g].end());
  }
  input.operation = operations.data();
}

std::unique_ptr<LoadedMutators> load_mutators(const std::string& path, std::string* error) {
  constexpr std::uint64_t bytes_max = 1 << 20;
  const auto text = traces::read_file(path, bytes_max);
  if (!text) {
    *error = path + ": " + text.error.describe();
    return nullptr;
  }
  MutatorProgram program;
  if (!parse_mutator_program(*text, path, &program, error)) return nullptr;
  auto loaded = std::make_unique<LoadedMutators>();
  loaded->set(program);
  return loaded;
}

}  // namespace cli
