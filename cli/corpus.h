// The corpus of a search on disk: a folder with one file an input, named after what is in it.
//
// Files are added and never changed or removed, each atomically, so that nothing is lost by a
// search that is killed, and searches may share a folder. Files of other names are left alone.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/mutation.h"

namespace cli {

class Corpus {
 public:
  // All inputs of the folder, in the order of their names; makes the folder if there is none.
  // Returns what is wrong with it or a file, or nothing.
  std::string read(const std::string& folder, const std::string& scenario);
  const std::vector<model::Input>& inputs() const { return inputs_; }
  // Adds those that are not there yet, if there is a folder. Returns what went wrong, or nothing.
  std::string write(const std::vector<const model::Input*>& inputs);
  std::uint64_t written() const { return written_; }  // files

 private:
  std::string folder_, scenario_;
  std::vector<model::Input> inputs_;
  std::set<std::string> names_;  // of the files that are there
  std::uint64_t written_ = 0;
};

}  // namespace cli
