// Test programs of doctest and GoogleTest: each test case is explored on its own.
#pragma once

#include <string>
#include <vector>

namespace embed {

// Lists the cases of the program in `executable`, explores each in a process of its own with
// `options`, and prints one line a case. Returns the largest exit code. `framework` is "doctest" or
// "gtest".
int explore_cases(const std::string& executable, const std::string& framework,
                  const std::vector<std::string>& options);

}  // namespace embed
