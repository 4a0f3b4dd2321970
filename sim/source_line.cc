// Asks libbacktrace, which Boost.Stacktrace brings: Boost itself tells only the outermost function.
#include "sim/source_line.h"

#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <boost/core/demangle.hpp>
#include <map>

#include "sim/space.h"

// The compiler that ships their header keeps it where others do not look.
extern "C" {
struct backtrace_state;
using backtrace_error = void (*)(void* data, const char* message, int number);
using backtrace_line = int (*)(void* data, std::uintptr_t pc, const char* file, int line,
                               const char* function);
backtrace_state* backtrace_create_state(const char* file, int threaded, backtrace_error failed,
                                        void* data);
int backtrace_pcinfo(backtrace_state* state, std::uintptr_t pc, backtrace_line found,
                     backtrace_error failed, void* data);
}

namespace sim {

std::vector<SourceLine> (*program_source_lines)(std::uint64_t pc) = nullptr;

namespace {

std::vector<SourceLine> ask_debug_data(std::uint64_t pc) {
  constexpr auto ignore = [](void*, const char*, int) {};
  static backtrace_state* const state = backtrace_create_state(nullptr, 0, ignore, nullptr);
  std::vector<SourceLine> lines;
  const auto add = [](void* data, std::uintptr_t, const char* file, int line,
                      const char* function) {
    if (file == nullptr || line <= 0) return 0;
    static_cast<std::vector<SourceLine>*>(data)->push_back(make_source_line(
        function != nullptr ? function : "?", file, static_cast<std::uint32_t>(line)));
    return 0;
  };
  if (state != nullptr) backtrace_pcinfo(state, pc - 1, add, ignore, &lines);
  return lines;
}

// "f" of "a::(anonymous namespace)::f<int>(std::vector<b>)".
std::string bare_name(std::string name) {
  const std::string call = "operator()", anonymous = "(anonymous namespace)";
  for (auto at = name.find(anonymous); at != std::string::npos; at = name.find(anonymous)) {
    name.erase(at, anonymous.size());
  }
  if (name.find(call) != std::string::npos) return "lambda or call operator";
  std::string bare;
  int depth = 0;  // of template arguments
  for (const char c : name) {
    if (c == '(' && depth == 0) break;
    if (c == '<') depth++;
    if (depth == 0) bare += c;
    if (c == '>') depth--;
  }
  const auto scope = bare.find_last_of(": ");
  return scope == std::string::npos ? bare : bare.substr(scope + 1);
}

struct Job {
  void (*run)(void*);
  void* argument;
};

constexpr std::size_t deep_stack_bytes = 1 << 20;

}  // namespace

SourceLine make_source_line(const std::string& function, const std::string& path,
                            std::uint32_t line) {
  SourceLine made{bare_name(boost::core::demangle(function.c_str())), path, line,
                  path.find("/c++/") != std::string::npos};
  for (const char* top : {"/runtime_core/", "/scenarios/", "/sim/"}) {
    if (const auto at = path.rfind(top); at != std::string::npos) made.file = path.substr(at + 1);
  }
  if (made.file == path) made.file = path.substr(path.rfind('/') + 1);
  return made;
}

const std::vector<SourceLine>& source_lines(std::uint64_t pc) {
  static std::map<std::uint64_t, std::vector<SourceLine>> known;
  const auto [at, fresh] = known.try_emplace(pc);
  if (fresh) {
    const bool is_foreign = program_source_lines != nullptr && in_region(pc);
    at->second = is_foreign ? program_source_lines(pc) : ask_debug_data(pc);
  }
  return at->second;
}

void on_deep_stack(void (*job)(void* argument), void* argument) {
  namespace context = boost::context::detail;
  static char* const stack =
      static_cast<char*>(mmap(nullptr, deep_stack_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  Job here{job, argument};
  const auto begin = [](context::transfer_t t) {
    const Job* const there = static_cast<Job*>(t.data);
    there->run(there->argument);
    context::jump_fcontext(t.fctx, nullptr);
    __builtin_trap();
  };
  context::jump_fcontext(context::make_fcontext(stack + deep_stack_bytes, deep_stack_bytes, begin),
                         &here);
}

}  // namespace sim
