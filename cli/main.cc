// The command line: the only place that knows everything.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/replica.h"
#include "cli/standard_output.h"

namespace {

int run(int argc, char** argv) {
  cli::replica_command.assign(argv, argv + argc);
  int code = cli::exit_usage;
  const auto options = cli::parse(argc, argv, &code);
  if (!options) return code;
  if (options->command == "run" || options->command == "explore" || options->command == "fuzz") {
    return cli::explore(*options);
  }
  if (options->command == "replay" && (options->at != 0 || options->interactive)) {
    return cli::debug(*options);
  }
  if (options->command == "replay") return cli::replay(*options);
  if (options->command == "explain") return cli::explain(*options);
  if (options->command == "shrink") return cli::shrink(*options);
  if (options->command == "list") return cli::list(*options);
  if (options->command == "litmus") return cli::litmus(*options);
  if (options->command == "native" && options->subject == "litmus") {
    return cli::native_litmus(*options);
  }
  if (options->command == "native") return cli::native(argv);
  if (options->command == "mutants") return cli::mutants(*options, argv[0]);
  if (options->command == "orders") return cli::orders(*options);
  fmt::print(stderr, "tricolor: `{}` is not built yet\n", options->command);
  return cli::exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::run_printing([&] { return run(argc, argv); });
}
