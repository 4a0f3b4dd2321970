// A process of its own that runs single executions of a search again, from the start, in
// surroundings that are not those of the search: the other side of the audit of determinism.
//
// It is this executable with the same command line, told by its environment what it is for, so that
// its address layout is another one and nothing of the search's memory is in it.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "model/choice.h"
#include "sim/run_record.h"
#include "sim/surroundings.h"

namespace sim {
struct Machine;
}

namespace cli {

// Where a replica runs. Its time stamp is always answered, and its stacks are wiped.
struct Place {
  sim::Surroundings seen;
  bool fixed_layout = false;  // the address space is not laid out at random
};

// An execution of the search.
struct AuditedRun {
  std::vector<model::Choice> choices;
  bool fair = true;
  // The records are those from this choice on; model::from_the_start: all.
  std::size_t from = model::from_the_start;
};

// Runs it on this machine, from the start, and tells the listener all of it.
void tell(sim::Machine& machine, const AuditedRun& run, sim::RunListener& listener);

class Replica {
 public:
  Replica() = default;
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;
  ~Replica();

  // Returns why it could not start, or nothing.
  std::string start(const Place& place);
  // The run's records as one number; nullopt: it died, and how_it_died() says how.
  std::optional<std::uint64_t> digest(const AuditedRun& run);
  // The run's records one by one, from the start, up to one of kind `over`; nullopt: it died.
  void begin(const AuditedRun& run);
  std::optional<sim::RunRecord> next();
  std::string how_it_died();

  bool holds_time() const { return hello_.holds_time != 0; }
  // Whether both see the same addresses of their own.
  bool same_layout_as(const Replica& other) const;
  // The same instruction in this process.
  std::uint64_t here(std::uint64_t pc) const;

  struct Hello {
    std::uint64_t image = 0, stack = 0;  // addresses of the process's own
    std::uint64_t holds_time = 0;
    std::uint64_t error_bytes = 0;  // then the text
  };

 private:
  void send(const AuditedRun& run, bool streams);
  bool receive(void* to, std::size_t bytes);

  int pid_ = -1;
  std::FILE* socket_ = nullptr;  // read by it; written by its number
  Hello hello_;
};

// The words of this process's command line; empty, as in tests: replicas cannot be started.
extern std::vector<std::string> replica_command;

// Whether this process is a replica. Then it is to serve(), whose result is its exit code.
bool is_replica();
int serve(Options options);

}  // namespace cli
