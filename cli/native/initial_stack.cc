// Copies the environment and the auxiliary vector of this process.
#include "cli/native/initial_stack.h"

#include <unistd.h>

#include <cstring>

#include "traces/file.h"

namespace cli::native {

InitialStack::InitialStack(const std::vector<std::string>& variables)
    : words_{"tricolor", nullptr} {
  for (const std::string& variable : variables) words_.push_back(variable.c_str());
  for (char** variable = environ; variable != nullptr && *variable != nullptr; variable++) {
    words_.push_back(*variable);
  }
  words_.push_back(nullptr);
  // Pairs of words; the last one is zero. Without /proc the runtime gets none.
  const auto auxv = traces::read_file("/proc/self/auxv");
  for (std::size_t at = 0; auxv && at + sizeof(char*) <= auxv->size(); at += sizeof(char*)) {
    const char* word;
    std::memcpy(&word, auxv->data() + at, sizeof word);
    words_.push_back(word);
  }
  words_.insert(words_.end(), 2, nullptr);
}

}  // namespace cli::native
