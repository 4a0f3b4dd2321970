// Collects the instructions of one thread while it is parsed: registers by name, jumps to labels.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/litmus/lexer.h"

namespace scenarios::litmus {

// The locations of a test by name; naming one makes it.
class LocationTable {
 public:
  explicit LocationTable(std::vector<Location>& locations) : locations_(locations) {}
  std::uint32_t index_of(std::string_view name);
  bool has(std::string_view name) const { return indices_.count(std::string(name)) != 0; }

 private:
  std::vector<Location>& locations_;
  std::map<std::string, std::uint32_t> indices_;
};

class ThreadBuilder {
 public:
  ThreadBuilder(Thread& thread, LocationTable& locations)
      : thread_(thread), locations_(locations) {}

  std::int32_t register_named(std::string_view name);
  bool has_register(std::string_view name) const {
    return registers_.count(std::string(name)) != 0;
  }
  // A new register that no name reaches.
  std::int32_t hidden_register();
  LocationTable& locations() { return locations_; }

  std::uint32_t size() const { return static_cast<std::uint32_t>(thread_.code.size()); }
  void emit(Instruction instruction) { thread_.code.push_back(instruction); }
  Instruction& at(std::uint32_t index) { return thread_.code[index]; }
  // Reads the label, which may be defined later, and emits the jump to it.
  bool emit_jump(Reader& reader, Instruction instruction);
  bool define_label(Reader& reader, Place place, std::string_view label);
  // After the last instruction: false if a label is missing.
  bool resolve_jumps(Reader& reader);

  static Operand constant(std::int64_t number) { return {-1, {-1, number}}; }
  static Operand address_of(std::uint32_t location) {
    return {-1, {static_cast<std::int32_t>(location), 0}};
  }
  static Operand reg(std::int32_t index) { return {index, {}}; }

 private:
  struct Jump {
    std::uint32_t instruction;
    std::string label;
  };
  Thread& thread_;
  LocationTable& locations_;
  std::map<std::string, std::int32_t> registers_;
  std::map<std::string, std::uint32_t> labels_;
  std::vector<Jump> jumps_;
};

// One architecture whose programs are tables of assembly, a column a thread.
struct Assembly {
  // The name that herd prints, or nothing if it is no register.
  std::string (*register_name)(std::string_view name);
  // Reads what follows the mnemonic of one instruction, up to `|` or `;`.
  bool (*parse)(Reader& reader, const Token& mnemonic, ThreadBuilder& builder);
};
extern const Assembly x86_assembly, x86_64_assembly, aarch64_assembly, ppc_assembly;

// The number in the name of a register, if it is at most `max` and has no leading zero.
std::optional<std::uint32_t> register_number(std::string_view digits, std::uint32_t max);

// C11: functions P0, P1, ... up to what follows the programs.
bool parse_c11(Reader& reader, Test& test, LocationTable& locations,
               std::vector<ThreadBuilder>& builders);

}  // namespace scenarios::litmus
