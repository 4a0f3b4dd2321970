// What the kernel laid out for this process, with more variables, for the runtime to read.
#pragma once

#include <string>
#include <vector>

namespace cli::native {

// Arguments and a null, the environment and a null, the auxiliary vector.
class InitialStack {
 public:
  // `variables` (NAME=VALUE) come before those of the process: the first of a name counts. They
  // outlive the stack.
  explicit InitialStack(const std::vector<std::string>& variables);

  int argc() const { return 1; }
  const char* const* argv() const { return words_.data(); }

 private:
  std::vector<const char*> words_;
};

}  // namespace cli::native
