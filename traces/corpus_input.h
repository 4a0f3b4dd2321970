// The file of one input of a corpus: the decisions of an execution that showed something new.
//
// Layout (version 1); a number is a varint of 7 bits a byte, low first, in its shortest spelling:
//
//   "tricolor-input 1\n"
//   length, then that many bytes: the scenario's name
//   number of runs of moves; each: the actor (below 128), how often it moved in a row (at least 1)
//   number of answers; each: the option
//   8 bytes, low first: FNV-1a of everything before
//
// Neighbouring runs have different actors, so that an input has one spelling.
#pragma once

#include <string>
#include <string_view>

#include "model/mutation.h"
#include "traces/result.h"

namespace traces {

struct CorpusInput {
  std::string scenario;
  model::Input input;
  bool operator==(const CorpusInput&) const = default;
};

// REQUIRES: at most model::input_choices_max choices, by actors below 128.
std::string encode_input(const std::string& scenario, const model::Input& input);
// Refuses what encode_input() does not write, with the place.
Result<CorpusInput> read_input(std::string_view bytes);

}  // namespace traces
