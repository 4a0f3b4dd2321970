// A search in parts by several processes on one machine.
//
// Processes: the one that calls this keeps the campaign and runs nothing; workers are forked from
// it
//   with the machine made ready, whose memory they then change for themselves. Each has a socket,
//   on which it is given a part and answers with a report.
// Crashes: a part whose worker dies is run again by a new one, which leaves each choice in shared
//   memory before it goes on. If that one dies too, the execution it was in is a violation;
//   otherwise the program is not to blame, and the search goes on as if nothing had happened.
#pragma once

#include <functional>
#include <string>

#include "cli/campaign.h"

namespace cli {

struct WorkerOptions {
  std::uint32_t count = 1;
  bool keep_hashes = false;
  // Asked ten times a second, and after every report, with the bytes of memory that the workers
  // have; true ends the search.
  std::function<bool(std::uint64_t)> is_over;
};

// Until the campaign is over, or is_over() says so. Returns an error message, or nothing.
std::string search_in_workers(Session& session, Campaign& campaign, const WorkerOptions& options);

}  // namespace cli
