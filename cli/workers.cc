// The pool: forking, messages, deaths.
#include "cli/workers.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <csignal>
#include <cstring>
#include <set>

#include "cli/choice_log.h"
#include "cli/memory.h"

namespace cli {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;
using Bytes = asio::mutable_buffer;

constexpr auto look_interval = std::chrono::milliseconds(100);

Bytes bytes_of(model::Words& words) {
  return asio::buffer(words.data(), words.size() * sizeof words[0]);
}

// A message: the number of words, then the words.
void send(Socket& socket, model::Words words) {
  words.insert(words.begin(), words.size());
  asio::write(socket, bytes_of(words));
}

model::Words words_of(const Task& task) {
  model::Words words{task.index, task.quota, task.steps};
  words.insert(words.end(), task.part.begin(), task.part.end());
  return words;
}

// In the worker, until the socket is closed.
[[noreturn]] void serve(Session& session, Socket& socket, bool keep_hashes) {
  boost::system::error_code error;
  for (;;) {
    model::Words words(1);
    asio::read(socket, bytes_of(words), error);
    if (error) _exit(0);
    words.resize(words[0]);
    asio::read(socket, bytes_of(words), error);
    if (error) _exit(0);
    const Task task{words[0], words[1], words[2], {words.begin() + 3, words.end()}};
    send(socket, run_part(session, task, keep_hashes, {}).words());
  }
}

struct Worker {
  Socket socket;
  pid_t pid = -1;
  std::optional<Task> task;
  model::Words message;
  std::unique_ptr<ChoiceLog> log;  // of those that took the place of a dead one
};

class Pool {
 public:
  Pool(Session& session, Campaign& campaign, const WorkerOptions& options)
      : session_(session), campaign_(campaign), options_(options), timer_(io_) {}
  ~Pool() {
    for (const auto& worker : workers_) {
      if (worker->pid < 0) continue;
      kill(worker->pid, SIGKILL);
      waitpid(worker->pid, nullptr, 0);
    }
  }

  std::string run() {
    while (workers_.size() < options_.count && error_.empty()) {
      workers_.push_back(std::make_unique<Worker>(Worker{Socket(io_), -1, {}, {}, {}}));
      start(*workers_.back());
    }
    look_later();
    hand_out();
    while (error_.empty() && !campaign_.is_over() && !is_over_) io_.run_one();
    return error_;
  }

 private:
  void start(Worker& worker) {
    Socket theirs(io_);
    worker.socket = Socket(io_);
    asio::local::connect_pair(worker.socket, theirs);
    io_.notify_fork(asio::io_context::fork_prepare);
    const pid_t coordinator = getpid();
    worker.pid = fork();
    if (worker.pid < 0) {
      error_ = fmt::format("cannot start a worker: {}", std::strerror(errno));
      return;
    }
    if (worker.pid == 0) become_worker(worker, theirs, coordinator);
    io_.notify_fork(asio::io_context::fork_parent);
    listen(worker);
  }

  [[noreturn]] void become_worker(Worker& self, Socket& socket, pid_t coordinator) {
    io_.notify_fork(asio::io_context::fork_child);
    // The terminal's interrupt is for the coordinator, whose end is the worker's end.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != coordinator) _exit(0);
    for (const auto& worker : workers_) worker->socket.close();
    if (self.log != nullptr) session_.explorer = logging(std::move(session_.explorer), *self.log);
    serve(session_, socket, options_.keep_hashes);
  }

  void listen(Worker& worker) {
    worker.message.assign(1, 0);
    asio::async_read(worker.socket, bytes_of(worker.message), [this, &worker](auto error, auto) {
      if (error) return died(worker);
      worker.message.resize(worker.message[0]);
      asio::async_read(worker.socket, bytes_of(worker.message), [this, &worker](auto e, auto) {
        if (e) return died(worker);
        PartReport report;
        model::WordReader reader(worker.message);
        report.read(reader);
        listen(worker);
        done(worker, std::move(report));
      });
    });
  }

  void done(Worker& worker, PartReport report) {
    const std::uint64_t index = worker.task->index;
    worker.task.reset();
    campaign_.finish(index, std::move(report));
    is_over_ = is_over_ || options_.is_over(bytes_);
    hand_out();
  }

  void hand_out() {
    for (const auto& worker : workers_) {
      if (worker->task || worker->pid < 0) continue;
      worker->task = campaign_.next();
      if (!worker->task) return;
      try {
        send(worker->socket, words_of(*worker->task));
      } catch (const boost::system::system_error&) {
        // It died meanwhile, which the pending read will say.
      }
    }
  }

  void died(Worker& worker) {
    int status = 0;
    waitpid(worker.pid, &status, 0);
    worker.pid = -1;
    const std::string cause =
        WIFSIGNALED(status)
            ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
            : fmt::format("exit status {}", WEXITSTATUS(status));
    std::optional<PartReport> report;
    if (worker.task && !suspects_.insert(worker.task->index).second && worker.log) {
      report.emplace();
      report->violated = true;
      report->crash = cause;
      report->totals.choices = worker.log->choices();
    } else {
      fmt::print(stderr, "tricolor: a worker died by {}; what it did is done again\n", cause);
      if (worker.task) campaign_.give_back(worker.task->index);
      worker.task.reset();
    }
    if (!worker.log) worker.log = std::make_unique<ChoiceLog>();
    start(worker);
    if (report) return done(worker, std::move(*report));
    hand_out();
  }

  void look_later() {
    timer_.expires_after(look_interval);
    timer_.async_wait([this](auto) {
      bytes_ = 0;
      for (const auto& worker : workers_) {
        if (worker->pid > 0) bytes_ += resident_bytes(worker->pid);
      }
      is_over_ = is_over_ || options_.is_over(bytes_);
      look_later();
    });
  }

  Session& session_;
  Campaign& campaign_;
  const WorkerOptions& options_;
  asio::io_context io_;
  asio::steady_timer timer_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::set<std::uint64_t> suspects_;  // parts that a worker died of
  std::uint64_t bytes_ = 0;           // of memory, of the workers
  bool is_over_ = false;
  std::string error_;
};

}  // namespace

std::string search_in_workers(Session& session, Campaign& campaign, const WorkerOptions& options) {
  return Pool(session, campaign, options).run();
}

}  // namespace cli
