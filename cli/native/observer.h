// What a scenario needs natively beside its threads: its input, and somebody who takes its figures.
//
// There are no events natively, so an observer looks at the runtime itself: from hooks, and before
// and after the threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/options.h"
#include "scenarios/scenario.h"

namespace cli::native {

inline constexpr std::uint32_t figures_max = 64;
inline constexpr std::uint32_t error_bytes_max = 256;

// Lives in memory that parent and child share.
struct Figures {
  std::uint32_t count;
  struct {
    char name[32];
    std::int64_t value;
  } figure[figures_max];
  char error[error_bytes_max];  // what the observer could not do; empty: nothing

  void add(const std::string& name, std::uint64_t value);
  void set_error(const std::string& text);
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void after_setup(scenarios::Env&) {}
  virtual void after_finish(const scenarios::Env&, Figures&) {}
};

// Reads the scenario's input, if it has one. Sets *error if it is missing, malformed or unwanted.
std::unique_ptr<Observer> observe(const Options& options, scenarios::Env& env, std::string* error);

}  // namespace cli::native
