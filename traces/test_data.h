// Where tests find the shared recordings of real Go programs.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace traces {

// Path of `name` below data/ of the shared folder: environment variable TRICOLOR_SHARED, else
// ../shared beside the source tree. Empty if there is no such file.
inline std::string shared_data(const std::string& name) {
  const char* const variable = std::getenv("TRICOLOR_SHARED");
  std::string folder;
  if (variable != nullptr) {
    folder = variable;
  } else {
    const std::string file = __FILE__;
    const std::size_t tail = file.rfind("traces/test_data.h");
    folder = (tail == std::string::npos ? "" : file.substr(0, tail)) + "../shared";
  }
  const std::string path = folder + "/data/" + name;
  return access(path.c_str(), R_OK) == 0 ? path : "";
}

}  // namespace traces

// Leaves the test case, with a message, when the recordings are not at hand.
#define TRICOLOR_SHARED_DATA(variable, name)                                 \
  const std::string variable = traces::shared_data(name);                    \
  if (variable.empty()) {                                                    \
    MESSAGE("skipped: no " << std::string(name) << "; set TRICOLOR_SHARED"); \
    return;                                                                  \
  }
