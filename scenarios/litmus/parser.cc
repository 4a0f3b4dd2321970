// Reading a litmus test.
#include "scenarios/litmus/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/litmus/condition.h"
#include "scenarios/litmus/thread_builder.h"

namespace scenarios::litmus {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

struct ArchitectureName {
  const char* name;
  Architecture is;
  const Assembly* assembly;  // null: C
};
constexpr ArchitectureName architectures[] = {{"X86", Architecture::x86, &x86_assembly},
                                              {"X86_64", Architecture::x86_64, &x86_64_assembly},
                                              {"AArch64", Architecture::aarch64, &aarch64_assembly},
                                              {"PPC", Architecture::ppc, &ppc_assembly},
                                              {"C", Architecture::c11, nullptr}};

class Parser {
 public:
  explicit Parser(std::string_view input) : input_(input) {}

  ParseResult run() {
    if (input_.size() > input_bytes_max) {
      error_ = Error{{1, 1}, fmt::format("larger than {} bytes", input_bytes_max)};
    } else {
      parse();
    }
    if (error_) return {std::nullopt, *error_};
    return {std::move(test_), {}};
  }

 private:
  bool fail(Place place, std::string message) {
    if (!error_) error_ = Error{place, std::move(message)};
    return false;
  }

  bool parse() {
    Place place{1, 1};
    if (!header(&place)) return false;
    const std::vector<Token> tokens = tokenize(input_.substr(at_), place, &error_);
    if (error_) return false;
    Reader reader(tokens, &error_);
    return body(reader);
  }

  // The next line, without its end; advances at_.
  std::string_view line() {
    const std::size_t end = std::min(input_.find('\n', at_), input_.size());
    const std::string_view text = input_.substr(at_, end - at_);
    at_ = std::min(end + 1, input_.size());
    return text;
  }

  // The lines before the initial values: name, texts in quotation marks, KEY=VALUE, comments.
  bool header(Place* place) {
    const std::string_view title = trim(line());
    const std::size_t space = title.find_first_of(blanks);
    const std::string_view arch = title.substr(0, space);
    for (const ArchitectureName& a : architectures) {
      if (arch == a.name) architecture_ = &a;
    }
    if (architecture_ == nullptr) {
      return fail(*place,
                  "line 1 is `ARCHITECTURE NAME`, where the architecture is X86, X86_64, "
                  "AArch64, PPC or C");
    }
    if (space == std::string_view::npos) return fail(*place, "the test has no name");
    test_.architecture = architecture_->is;
    test_.name = trim(title.substr(space));
    for (place->line = 2; at_ < input_.size(); place->line++) {
      const std::size_t begin = at_;
      const std::string_view text = trim(line());
      if (text.starts_with("{")) {
        at_ = begin;
        return true;
      }
      const Place here{place->line, 1};
      if (text.starts_with("(*")) {
        if (!skip_comment(begin, place)) return fail(here, "the comment has no end");
      } else if (!text.empty() && !is_text(text) && !is_information(text)) {
        return fail(here, "expected \"...\", KEY=VALUE or the initial values { ... }");
      }
    }
    return fail(*place, "expected the initial values { ... }");
  }

  bool skip_comment(std::size_t begin, Place* place) {
    const std::size_t end = input_.find("*)", begin);
    if (end == std::string_view::npos) return false;
    place->line += static_cast<std::uint32_t>(
        std::count(input_.begin() + static_cast<std::ptrdiff_t>(begin),
                   input_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end + 2;
    return trim(line()).empty();
  }
  static bool is_text(std::string_view text) {
    return text.size() >= 2 && text.front() == '"' && text.back() == '"';
  }
  static bool is_information(std::string_view text) {
    const std::size_t sign = text.find('=');
    return sign != std::string_view::npos && sign > 0 &&
           text.substr(0, sign).find_first_of("{}()[];|") == std::string_view::npos;
  }

  bool body(Reader& reader) {
    LocationTable locations(test_.locations);
    builders_.reserve(threads_max);
    if (!initial_values(reader, locations)) return false;
    if (!programs(reader, locations)) return false;
    for (std::size_t t = 0; t < builders_.size(); t++) {
      if (!builders_[t].resolve_jumps(reader)) return false;
      if (test_.threads[t].code.size() > instructions_max) {
        return fail(test_.threads[t].code.back().place,
                    fmt::format("more than {} instructions", instructions_max));
      }
    }
    for (const Initial& i : initial_tokens_) {
      if (!set_register(reader, i)) return false;
    }
    return tail(reader, locations);
  }

  // --- initial values ---

  struct Initial {  // of a register; its thread is not known yet
    std::int64_t thread;
    Token name;
    Value value;
  };

  bool initial_values(Reader& reader, LocationTable& locations) {
    if (!reader.expect("{")) return false;
    while (!reader.is("}")) {
      if (reader.accept(";")) continue;
      if (!initial_value(reader, locations)) return false;
      if (!reader.is("}") && !reader.expect(";")) return false;
    }
    return reader.expect("}");
  }

  // A type, if there is one; sets *bits to 64 if it has so many. C has no operations on them here.
  bool type(Reader& reader, std::uint8_t* bits) {
    bool found = false;
    for (const char* name : {"int", "atomic_int", "int32_t", "uint32_t"}) {
      found = found || reader.is(name);
    }
    for (const char* name : {"long", "int64_t", "uint64_t"}) {
      if (architecture_->assembly == nullptr || !reader.is(name)) continue;
      found = true;
      *bits = 64;
    }
    if (found) {
      reader.next();
      while (reader.accept("*")) {
      }
      return true;
    }
    for (const char* name : {"char", "short", "long", "int8_t", "int16_t", "int64_t", "uint8_t",
                             "uint16_t", "uint64_t", "_Atomic", "volatile", "atomic_long"}) {
      if (reader.is(name)) {
        return reader.fail_expected(architecture_->assembly == nullptr
                                        ? "a type of 32 bits: int or atomic_int"
                                        : "a type of 32 or 64 bits: int, int64_t, uint64_t");
      }
    }
    return true;
  }

  bool value(Reader& reader, LocationTable& locations, Value* to) {
    *to = {};
    if (reader.peek().kind != TokenKind::word) {
      return reader.number(&to->number, "a number or the name of a location");
    }
    to->location = static_cast<std::int32_t>(locations.index_of(reader.next().text));
    return true;
  }

  bool initial_value(Reader& reader, LocationTable& locations) {
    std::uint8_t bits = 0;
    if (!type(reader, &bits)) return false;
    if (reader.peek().kind == TokenKind::number) {
      Initial i{reader.next().number, {}, {}};
      if (!reader.expect(":")) return false;
      i.name = reader.next();
      if (i.name.kind != TokenKind::word) return reader.fail(i.name.place, "expected a register");
      if (!reader.expect("=") || !value(reader, locations, &i.value)) return false;
      initial_tokens_.push_back(i);
      return true;
    }
    const bool brackets = reader.accept("[");
    const Token name = reader.next();
    if (name.kind != TokenKind::word) {
      return reader.fail(name.place, "expected a location or THREAD:REGISTER");
    }
    if (brackets && !reader.expect("]")) return false;
    const std::uint32_t index = locations.index_of(name.text);
    if (bits != 0) test_.locations[index].bits = bits;
    if (!reader.accept("=")) return true;
    Value initial;  // not in place: the value may name a location that makes the table grow
    if (!value(reader, locations, &initial)) return false;
    test_.locations[index].initial = initial;
    return true;
  }

  bool set_register(Reader& reader, const Initial& i) {
    Observed o;
    if (!register_of(reader, i.thread, i.name, &o)) return false;
    test_.threads[static_cast<std::size_t>(o.thread)].initial[o.index] = i.value;
    return true;
  }

  // --- programs ---

  bool programs(Reader& reader, LocationTable& locations) {
    test_.threads.resize(threads_max);
    const bool fine = architecture_->assembly == nullptr
                          ? parse_c11(reader, test_, locations, builders_)
                          : table(reader, locations);
    if (!fine) return false;
    test_.threads.resize(builders_.size());
    return true;
  }

  bool table(Reader& reader, LocationTable& locations) {
    do {
      if (builders_.size() == threads_max) {
        return reader.fail(reader.peek().place, fmt::format("more than {} threads", threads_max));
      }
      if (!reader.expect(fmt::format("P{}", builders_.size()))) return false;
      builders_.emplace_back(test_.threads[builders_.size()], locations);
    } while (reader.accept("|"));
    if (!reader.expect(";")) return false;
    while (!at_tail(reader)) {
      for (std::size_t t = 0; t < builders_.size(); t++) {
        if (!cell(reader, builders_[t])) return false;
        if (!reader.expect(t + 1 == builders_.size() ? ";" : "|")) return false;
      }
    }
    return true;
  }

  static bool at_tail(const Reader& reader) {
    for (const char* word : {"locations", "filter", "exists", "forall"}) {
      if (reader.is(word)) return true;
    }
    return reader.at_end() || reader.is("~");
  }

  bool cell(Reader& reader, ThreadBuilder& builder) {
    while (reader.peek().kind == TokenKind::word && reader.peek(1).text == ":") {
      const Token label = reader.next();
      reader.next();
      if (!builder.define_label(reader, label.place, label.text)) return false;
    }
    if (reader.is("|") || reader.is(";")) return true;
    const Token& mnemonic = reader.next();
    if (mnemonic.kind != TokenKind::word) {
      return reader.fail(mnemonic.place, "expected an instruction");
    }
    return architecture_->assembly->parse(reader, mnemonic, builder);
  }

  // --- after the programs ---

  bool register_of(Reader& reader, std::int64_t thread, const Token& name, Observed* to) {
    if (thread < 0 || thread >= static_cast<std::int64_t>(builders_.size())) {
      return reader.fail(name.place, fmt::format("there is no thread {}", thread));
    }
    ThreadBuilder& builder = builders_[static_cast<std::size_t>(thread)];
    std::string spelled(name.text);
    if (architecture_->assembly != nullptr) {
      spelled = architecture_->assembly->register_name(name.text);
    } else if (!builder.has_register(spelled)) {
      spelled.clear();
    }
    if (name.kind != TokenKind::word || spelled.empty()) {
      return reader.fail(name.place,
                         fmt::format("thread {} has no register '{}'", thread, name.text));
    }
    *to = {static_cast<std::int32_t>(thread),
           static_cast<std::uint32_t>(builder.register_named(spelled))};
    return true;
  }

  bool observed(Reader& reader, LocationTable& locations, Observed* to) {
    if (reader.peek().kind == TokenKind::number) {
      const std::int64_t thread = reader.next().number;
      if (!reader.expect(":")) return false;
      const Token name = reader.next();
      return register_of(reader, thread, name, to);
    }
    const bool brackets = reader.accept("[");
    const Token& name = reader.peek();
    if (name.kind != TokenKind::word || !locations.has(name.text)) {
      return reader.fail_expected("a location of this test or THREAD:REGISTER");
    }
    *to = {-1, locations.index_of(name.text)};
    reader.next();
    return !brackets || reader.expect("]");
  }

  bool listed(Reader& reader, LocationTable& locations) {
    if (!reader.expect("[")) return false;
    while (!reader.is("]")) {
      Observed o;
      std::uint8_t bits = 0;  // how it would be printed: as it is
      if (!observed(reader, locations, &o) || !type(reader, &bits)) return false;
      test_.listed.push_back(o);
      if (!reader.is("]") && !reader.expect(";")) return false;
    }
    return reader.expect("]");
  }

  bool tail(Reader& reader, LocationTable& locations) {
    const ReadObserved read = [&](Reader& r, Observed* to) { return observed(r, locations, to); };
    const AddressOf address = [&](std::string_view name) -> std::optional<Value> {
      if (!locations.has(name)) return std::nullopt;
      return Value{static_cast<std::int32_t>(locations.index_of(name)), 0};
    };
    if (reader.accept("locations") && !listed(reader, locations)) return false;
    if (reader.accept("filter")) {
      test_.filter.emplace();
      if (!parse_proposition(reader, read, address, &*test_.filter)) return false;
    }
    if (reader.at_end()) return true;  // forall (true)
    if (reader.accept("~")) {
      test_.quantifier = Quantifier::not_exists;
      if (!reader.expect("exists")) return false;
    } else if (reader.accept("exists")) {
      test_.quantifier = Quantifier::exists;
    } else if (!reader.expect("forall")) {
      return false;
    }
    if (!parse_proposition(reader, read, address, &test_.condition)) return false;
    return reader.at_end() || reader.fail_expected("the end of the test");
  }

  std::string_view input_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
  const ArchitectureName* architecture_ = nullptr;
  Test test_;
  std::vector<ThreadBuilder> builders_;
  std::vector<Initial> initial_tokens_;
};

}  // namespace

ParseResult parse_test(std::string_view input) { return Parser(input).run(); }

const char* name_of(Architecture architecture) {
  for (const ArchitectureName& a : architectures) {
    if (a.is == architecture) return a.name;
  }
  return "";
}

std::string name_of(const Test& test, const Observed& o) {
  if (o.thread < 0) return test.locations[o.index].name;
  return fmt::format("{}:{}", o.thread,
                     test.threads[static_cast<std::size_t>(o.thread)].registers[o.index]);
}

std::string to_string(const Test& test, const Value& value) {
  if (value.location < 0) return fmt::format("{}", value.number);
  const std::string& name = test.locations[static_cast<std::size_t>(value.location)].name;
  return value.number == 0 ? name : fmt::format("{}+{}", name, value.number);
}

}  // namespace scenarios::litmus
