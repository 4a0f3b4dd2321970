// Starting a replica, and what the two processes say to each other.
#include "cli/replica.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/again.h"
#include "cli/session.h"
#include "model/words.h"

extern "C" const char __executable_start;

namespace cli {

std::vector<std::string> replica_command;

namespace {

// One digit of flags. The environment is part of the address layout: it is always as long.
constexpr const char* variable = "TRICOLOR_REPLICA";
constexpr std::uint32_t other_memory = 1, other_time = 2, other_buckets = 4;
constexpr int socket_number = 3;

std::uint64_t image_address() { return reinterpret_cast<std::uint64_t>(&__executable_start); }

bool write_all(int to, const void* from, std::size_t bytes) {
  const char* at = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t n = ::send(to, at, bytes, MSG_NOSIGNAL);
    if (n <= 0) return false;
    at += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

// In the child, between fork and exec.
[[noreturn]] void become_replica(const Place& place, int socket) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // An interrupt, which the whole group is sent, is for the search, whose end is the replica's end.
  for (const int interrupt : {SIGINT, SIGTERM}) std::signal(interrupt, SIG_IGN);
  const int persona = personality(0xffffffff);
  personality(static_cast<unsigned>(place.fixed_layout ? persona | ADDR_NO_RANDOMIZE
                                                       : persona & ~ADDR_NO_RANDOMIZE));
  const int nowhere = open("/dev/null", O_WRONLY);
  for (const int shown : {1, 2}) dup2(nowhere, shown);
  dup2(socket, socket_number);
  close_range(socket_number + 1, ~0u, 0);
  fcntl(socket_number, F_SETFD, 0);
  const std::uint32_t flags = (place.seen.other_memory ? other_memory : 0) |
                              (place.seen.other_time ? other_time : 0) |
                              (place.seen.other_buckets ? other_buckets : 0);
  setenv(variable, std::to_string(flags).c_str(), 1);
  // The C library fills memory of the simulator's own heap, with this and its complement.
  setenv("MALLOC_PERTURB_", place.seen.other_memory ? "0x5a" : "0xa5", 1);
  std::vector<char*> words;
  for (std::string& word : replica_command) words.push_back(word.data());
  words.push_back(nullptr);
  execv("/proc/self/exe", words.data());
  _exit(exit_internal);
}

// Sends every record on.
class Streaming final : public sim::RunListener {
 public:
  void on_record(const sim::RunRecord& record) override {
    buffer_.push_back(record);
    if (buffer_.size() == records_max) flush();
  }
  void flush() {
    write_all(socket_number, buffer_.data(), buffer_.size() * sizeof(sim::RunRecord));
    buffer_.clear();
  }

 private:
  static constexpr std::size_t records_max = 1024;
  std::vector<sim::RunRecord> buffer_;
};

// Words of a request: their number, whether records are to be sent, fair, from, then the choices.
model::Words words_of(const AuditedRun& run, bool streams) {
  model::Words words{0, streams, run.fair, run.from};
  for (const model::Choice& c : run.choices) {
    words.insert(words.end(), {static_cast<std::uint64_t>(c.kind), c.chosen, c.options});
  }
  words[0] = words.size() - 1;
  return words;
}

AuditedRun run_of(model::WordReader& reader) {
  AuditedRun run;
  run.fair = reader.up_to(1) != 0;
  run.from = reader.next();
  while (reader.ok() && reader.remaining() != 0) {
    const auto kind = static_cast<model::ChoiceKind>(reader.next());
    const std::uint32_t chosen = reader.next32();
    run.choices.push_back({kind, chosen, reader.next32()});
  }
  return run;
}

// The records from one choice on, as one number.
class Tail final : public sim::RunListener {
 public:
  explicit Tail(std::size_t from) : from_(from) {}
  void on_record(const sim::RunRecord& record) override {
    if (record.kind == sim::RunRecord::Kind::choice && asked_++ == from_) digest_.reset();
    digest_.on_record(record);
  }
  std::uint64_t value() const { return digest_.value(); }

 private:
  std::size_t from_;  // model::from_the_start: all of them
  std::size_t asked_ = 0;
  sim::RunDigest digest_;
};

}  // namespace

void tell(sim::Machine& machine, const AuditedRun& run, sim::RunListener& listener) {
  machine.options.fair = run.fair;
  machine.violations.clear();
  machine.listener = &listener;
  run_again(machine, run.choices);
  machine.tell_end();
  machine.listener = nullptr;
}

bool is_replica() { return std::getenv(variable) != nullptr; }

int serve(Options options) {
  const auto flags = static_cast<std::uint32_t>(std::atoi(std::getenv(variable)));
  Replica::Hello hello;
  hello.image = image_address();
  hello.stack = reinterpret_cast<std::uint64_t>(&hello);
  hello.holds_time = sim::enter(
      {true, (flags & other_memory) != 0, (flags & other_time) != 0, (flags & other_buckets) != 0});
  options.explorer = "replay";
  options.output.clear();
  options.corpus.clear();
  options.workers = 1;
  Session s;
  const std::string error = s.set_up(options, {});
  hello.error_bytes = error.size();
  if (!write_all(socket_number, &hello, sizeof hello)) return exit_internal;
  if (!error.empty()) return write_all(socket_number, error.data(), error.size()) ? 0 : 1;
  std::FILE* input = fdopen(socket_number, "r");
  for (;;) {
    std::uint64_t size = 0;
    if (std::fread(&size, sizeof size, 1, input) != 1) return 0;
    model::Words words(size);
    if (std::fread(words.data(), sizeof words[0], size, input) != size) return 0;
    model::WordReader reader(words);
    const bool streams = reader.up_to(1) != 0;
    const AuditedRun run = run_of(reader);
    if (streams) {
      Streaming streaming;
      tell(s.machine, run, streaming);
      streaming.flush();
    } else {
      Tail tail(run.from);
      tell(s.machine, run, tail);
      const std::uint64_t value = tail.value();
      write_all(socket_number, &value, sizeof value);
    }
  }
}

Replica::~Replica() {
  if (socket_ != nullptr) std::fclose(socket_);
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string Replica::start(const Place& place) {
  if (replica_command.empty()) return "this executable does not run again as an audit's process";
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return std::strerror(errno);
  pid_ = fork();
  if (pid_ == 0) become_replica(place, ends[1]);
  const int fork_error = errno;
  close(ends[1]);
  socket_ = fdopen(ends[0], "r");
  if (pid_ < 0) return std::strerror(fork_error);
  if (!receive(&hello_, sizeof hello_)) return "it " + how_it_died();
  std::string error(hello_.error_bytes, '\0');
  if (!error.empty() && !receive(error.data(), error.size())) return "it " + how_it_died();
  return error;
}

bool Replica::receive(void* to, std::size_t bytes) {
  return std::fread(to, 1, bytes, socket_) == bytes;
}

void Replica::send(const AuditedRun& run, bool streams) {
  const model::Words words = words_of(run, streams);
  // When it has died, what is read next says so.
  write_all(fileno(socket_), words.data(), words.size() * sizeof words[0]);
}

std::optional<std::uint64_t> Replica::digest(const AuditedRun& run) {
  send(run, false);
  std::uint64_t value = 0;
  if (!receive(&value, sizeof value)) return std::nullopt;
  return value;
}

void Replica::begin(const AuditedRun& run) { send(run, true); }

std::optional<sim::RunRecord> Replica::next() {
  sim::RunRecord record;
  if (!receive(&record, sizeof record)) return std::nullopt;
  return record;
}

std::string Replica::how_it_died() {
  int status = 0;
  if (pid_ < 0 || waitpid(pid_, &status, 0) != pid_) return "died";
  pid_ = -1;
  if (!WIFSIGNALED(status)) return fmt::format("ended with status {}", WEXITSTATUS(status));
  return fmt::format("died by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
}

bool Replica::same_layout_as(const Replica& other) const {
  return hello_.image == other.hello_.image && hello_.stack == other.hello_.stack;
}

std::uint64_t Replica::here(std::uint64_t pc) const {
  if (pc == 0 || sim::in_region(pc)) return pc;
  return pc - hello_.image + image_address();
}

}  // namespace cli
