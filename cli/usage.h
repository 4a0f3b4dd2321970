// The table of commands and what --help says.
#pragma once

#include <string>
#include <vector>

namespace cli {

struct CommandHelp {
  const char* name;
  const char* argument;
  const char* description;
  const char* example;  // null: not built yet
};
const std::vector<CommandHelp>& command_table();
const CommandHelp* find_command(const std::string& name);
// Of one command, or of all when null.
void print_usage(const CommandHelp* command);

}  // namespace cli
