// A search on disk, to go on from after the process is gone.
//
// Format: the line "tricolor-checkpoint 2", then varints and length-prefixed ranges
// (traces/byte_reader.h): version of the tool, command line, number of words, the words of
// Campaign::save(); then a checksum of all of that, eight bytes, low first. Written beside the
// file, synced and renamed over it, so that there is always a whole one.
#pragma once

#include <string>

#include "cli/options.h"
#include "model/words.h"
#include "traces/result.h"

namespace cli {

std::string encode_checkpoint(const std::string& command_line, const model::Words& words);
// Refuses checkpoints of another version or command line (reproduce(), cli/report.h), with the
// reason.
traces::Result<model::Words> decode_checkpoint(std::string_view bytes,
                                               const std::string& command_line);

// Writes options.checkpoint once in a while, if it is set.
class Checkpoints {
 public:
  explicit Checkpoints(const Options& options);

  bool wanted() const { return !path_.empty(); }
  // `seconds` since the search began.
  bool is_due(double seconds) const { return wanted() && seconds - written_at_ >= interval_; }
  // Returns an error message, or nothing.
  std::string write(const model::Words& words, double seconds);

 private:
  std::string path_, command_line_;
  double interval_;
  double written_at_ = 0;
};

}  // namespace cli
