// Compares final states with those that herd recorded: verdicts.tsv beside a folder of tests.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/litmus/outcome.h"

namespace scenarios::litmus {

// One row: what herd says of one test under one model.
struct RecordedVerdict {
  std::string model;  // our name of it
  std::string observation;
  std::set<std::string> states;
  std::string file;  // relative to the table
};

struct VerdictTable {
  std::vector<RecordedVerdict> rows;
};

// `text`: a table with a header line and columns between tabs. Sets *error if it is none.
VerdictTable parse_verdicts(std::string_view text, std::optional<Error>* error);

// What one model does otherwise than recorded. Empty sets and no note: they agree.
struct Difference {
  std::set<std::string> more, less;  // states that only we, or only herd, have
  std::string note;                  // anything else that differs
  bool agrees() const { return more.empty() && less.empty() && note.empty(); }
};
Difference compare(const RecordedVerdict& recorded, const Test& test, const Outcome& outcome);

}  // namespace scenarios::litmus
