// Tests of the program tricolor-native: exit codes, messages, and the JSON object.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>

#include "cli/options.h"
#include "cli/test_folder.h"

namespace cli::native {
namespace {

namespace json = boost::json;

struct Finished {
  int code;
  std::string out, err;
};

// Runs `tricolor-native native ARGUMENTS`, the program beside this one.
Finished run_program(const std::string& arguments) {
  const TestFolder folder;
  auto program = std::filesystem::read_symlink("/proc/self/exe");
  program.replace_filename("tricolor-native");
  const std::string out = folder.path("out"), err = folder.path("err");
  const int status =
      std::system((program.string() + " native " + arguments + " >" + out + " 2>" + err).c_str());
  const auto text = [](const std::string& path) {
    const auto read = traces::read_file(path);
    REQUIRE(read);
    return *read;
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(out), text(err)};
}

json::object object_of(const Finished& finished) { return json::parse(finished.out).as_object(); }

const std::string sample = "traces/samples/jsonsrv.dump.zst";

}  // namespace

TEST_CASE("a program of goroutines on real threads") {
  const std::string program = "mutator-program --input scenarios/samples/publish.mutators";
  const Finished finished = run_program(program + " --procs 2 --runs 20 --json");
  CHECK(finished.code == exit_clean);
  CHECK(object_of(finished).at("executions") == 20);
  const std::string channels = "mutator-program --input scenarios/samples/pipeline.mutators";
  CHECK(run_program(channels + " --procs 2 --runs 20").code == exit_clean);
  CHECK(run_program("mutator-program").err.find("needs --input") != std::string::npos);
  const Finished none = run_program("mutator-program --input LICENSE");
  CHECK(none.code == exit_usage);
  CHECK(none.err.find("LICENSE:1:1: a program begins with") != std::string::npos);
}

TEST_CASE("whole programs on real threads") {
  // Collections by main, and by whoever allocates; every tree is counted.
  const Finished trees = run_program(
      "binary-trees --procs 2 --param depth=14 --param goal=1048576 --param collections=5 --runs 3 "
      "--json");
  CHECK(trees.code == exit_clean);
  const json::object results = object_of(trees).at("results").as_object();
  // Trees of depths 1, 5, 9 and 13, those of each depth together with almost 2 to the 16th nodes,
  // and the one that lives long.
  std::int64_t nodes = (2 << 14) - 1;
  for (int depth = 1; depth <= 14; depth += 4) nodes += (1 << (15 - depth)) * ((2 << depth) - 1);
  CHECK(results.at("nodes") == nodes);
  CHECK(results.at("collections").as_int64() > 5);
  const Finished server = run_program(
      "server --procs 2 --param servers=4 --param clients=8 --param rounds=100 "
      "--param collections=20 --runs 3");
  CHECK(server.code == exit_clean);
  CHECK(server.err == "");
}

TEST_CASE("a clean run: exit code 0, and the contract's keys") {
  const Finished finished = run_program("heap-dump --procs 2 --json --input " + sample);
  CHECK(finished.code == exit_clean);
  const json::object o = object_of(finished);
  CHECK(o.at("tool") == "tricolor");
  CHECK(o.at("command") == "native");
  CHECK(o.at("scenario") == "heap-dump");
  CHECK(o.at("procs") == 2);
  CHECK(o.at("verdict") == "pass");
  CHECK(o.at("executions") == 1);
  CHECK(o.at("violations").as_array().empty());
  const json::object& results = o.at("results").as_object();
  CHECK(results.at("objects_loaded") == 5114);
  CHECK(results.at("object_bytes_loaded") == 2149584);
  CHECK(results.at("root_words") == 13482);
  CHECK(results.at("objects_marked") == 4533);
  CHECK(results.at("object_bytes_marked") == 483768);
  CHECK(results.at("objects_swept") == 581);
  CHECK(results.at("object_bytes_swept") == 2149584 - 483768);
  CHECK(results.contains("finalizers_queued"));
}

TEST_CASE("a violation: exit code 1, with its invariant") {
  const Finished finished =
      run_program("heap-dump --param forget_roots=1 --json --input " + sample);
  CHECK(finished.code == exit_violation);
  const json::object o = object_of(finished);
  CHECK(o.at("verdict") == "violation");
  CHECK(o.at("violations").at(0).at("invariant") == "mark.exact");
  const Finished text = run_program("heap-dump --param forget_roots=1 --input " + sample);
  CHECK(text.code == exit_violation);
  CHECK(text.out.find("mark.exact") != std::string::npos);
}

TEST_CASE("lfstack: a processor is a thread, unless the parameter says otherwise") {
  Finished finished = run_program("lfstack --procs 3 --param rounds=1000 --runs 3 --json");
  CHECK(finished.code == exit_clean);
  CHECK(object_of(finished).at("executions") == 3);
  // Natively 64 threads at most.
  CHECK(run_program("lfstack --procs 2 --param threads=65").code == exit_usage);
}

TEST_CASE("a time limit: as many runs as there is time for, or as --runs says") {
  Finished finished = run_program("counter --time-limit 0.2 --json");
  CHECK(finished.code == exit_clean);
  CHECK(object_of(finished).at("executions").to_number<int>() > 1);
  CHECK(object_of(finished).at("limits_hit").at(0) == "time_limit=0.2 s");
  finished = run_program("counter --time-limit 100 --runs 2 --json");
  CHECK(object_of(finished).at("executions") == 2);
  CHECK(object_of(finished).at("limits_hit").as_array().empty());
}

TEST_CASE("GODEBUG and GOGC: by --env and from the environment") {
  const std::string run = "heap-dump --procs 2 --input " + sample;
  CHECK(run_program(run).err == "");
  const std::string traced = run_program(run + " --env GODEBUG=efence=0,gctrace=1").err;
  CHECK(traced.find("gc1(") == 0);
  CHECK(traced.find(" us, ") != std::string::npos);
  setenv("GODEBUG", "gctrace=1", 1);
  const Finished inherited = run_program(run);
  const Finished overridden = run_program(run + " --env GODEBUG=gctrace=0");
  unsetenv("GODEBUG");
  CHECK(inherited.code == exit_clean);
  CHECK(inherited.err.find("gc1(") == 0);
  CHECK(overridden.err == "");
  // Without a percentage nothing is collected, and nothing dies.
  CHECK(run_program(run + " --env GOGC=off").code == exit_violation);
}

TEST_CASE("usage and input errors: exit code 2, one line that says what is wrong") {
  const TestFolder folder;
  const std::string bad = folder.file("bad", "this is no dump");
  const std::string arguments[] = {
      "heap-dump",
      "heap-dump --input /no/such/dump",
      "heap-dump --input " + bad,
      "alloc-trace --input " + bad,
      "alloc-trace --output x --input " + bad,
      "heap-dump --env GOMAXPROCS=2 --input " + sample,
      "heap-dump --env GOGC --input " + sample,
      "heap-dump --input /dev/null",
      "alloc-trace --input /dev/null",
      "lfstack --procs 0",
      "park-ready --procs 1",
      "lfstack --mutant lfstack-no-count",
      "lfstack --tuning prefetch_depth=1",
      "lfstack --memory-model tso",
      "lfstack --explorer dfs",
      "lfstack --trace /tmp/x",
      "lfstack --twice",
      "lfstack --max-executions 5",
      "lfstack --time-limit -1",
      "lfstack --input " + sample,
      "no-such-scenario",
      "heap-dump --output /no/such/folder/out --input " + sample,
  };
  for (const std::string& line : arguments) {
    CAPTURE(line);
    const Finished finished = run_program(line);
    CHECK(finished.code == exit_usage);
    CHECK(finished.out == "");
    CHECK(finished.err.find("tricolor: ") == 0);
    CHECK(finished.err.find('\n') == finished.err.size() - 1);
  }
}

}  // namespace cli::native
