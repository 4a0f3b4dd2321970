// A folder for the files of one test case.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "traces/file.h"

namespace cli {

class TestFolder {
 public:
  TestFolder() {
    char name[] = "/tmp/tricolor-cli-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    folder_ = name;
  }
  ~TestFolder() { std::filesystem::remove_all(folder_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  // The path of a new file.
  std::string file(const std::string& name, std::string_view bytes) const {
    REQUIRE(traces::write_file(path(name), bytes));
    return path(name);
  }

 private:
  std::string folder_;
};

}  // namespace cli
