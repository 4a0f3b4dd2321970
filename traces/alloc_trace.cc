// Strict parsing and writing of allocation traces, line by line.
#include "traces/alloc_trace.h"

#include <charconv>
#include <limits>
#include <map>
#include <set>
#include <string_view>

namespace traces {

namespace {

constexpr const char* remedy = "record it with GODEBUG=allocfreetrace=1 and drop the stack frames";

// What is left of one line.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool take(std::string_view literal) {
    if (rest_.substr(0, literal.size()) != literal) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  // In the original's spelling: no sign, no leading zeros, lower case.
  bool take_number(std::uint64_t& value, int base) {
    const char* const end = rest_.data() + rest_.size();
    const auto [stop, code] = std::from_chars(rest_.data(), end, value, base);
    if (code != std::errc()) return false;
    const std::string_view digits = rest_.substr(0, static_cast<std::size_t>(stop - rest_.data()));
    for (const char digit : digits) {
      if (digit >= 'A' && digit <= 'F') return false;
    }
    if (digits.size() > 1 && digits.front() == '0') return false;
    rest_.remove_prefix(digits.size());
    return true;
  }

  // The rest but for `ending`, which must be there, after at least one character.
  bool take_until(std::string_view ending, std::string_view& text) {
    if (rest_.size() <= ending.size()) return false;
    const std::size_t size = rest_.size() - ending.size();
    if (rest_.substr(size) != ending) return false;
    text = rest_.substr(0, size);
    rest_ = {};
    return true;
  }

  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

class Parser {
 public:
  // An error message, or nothing.
  std::string parse_line(std::string_view text) {
    Line line(text);
    if (line.take("goroutine ")) return parse_goroutine(line);
    if (const std::string missing = missing_goroutine(); !missing.empty()) return missing;
    AllocEvent event;
    event.goroutines.first = trace_.goroutines.size();
    if (line.take("tracealloc(")) {
      event.kind = AllocKind::allocate;
      if (!parse_memory(line, event)) return "malformed tracealloc";
    } else if (line.take("tracefree(")) {
      event.kind = AllocKind::free;
      if (!parse_memory(line, event) || event.type != AllocEvent::no_type) {
        return "malformed tracefree";
      }
    } else if (line.take("tracegc()") && line.empty()) {
      event.kind = AllocKind::collect;
    } else {
      return "unknown line";
    }
    trace_.events.push_back(event);
    return {};
  }

  std::string missing_goroutine() const {
    if (trace_.events.empty() || trace_.events.back().goroutines.size > 0) return {};
    return "no goroutine after an event";
  }

  AllocTrace& trace() { return trace_; }

 private:
  bool parse_memory(Line& line, AllocEvent& event) {
    if (!line.take("0x") || !line.take_number(event.address, 16) || !line.take(", 0x") ||
        !line.take_number(event.size, 16)) {
      return false;
    }
    if (event.size > std::numeric_limits<std::uint64_t>::max() - event.address) return false;
    if (line.take(")")) return line.empty();
    std::string_view type;
    if (!line.take(", ") || !line.take_until(")", type)) return false;
    event.type = index_of(type);
    return true;
  }

  std::string parse_goroutine(Line& line) {
    if (trace_.events.empty()) return "goroutine before any event";
    AllocEvent& event = trace_.events.back();
    if (event.kind != AllocKind::collect && event.goroutines.size > 0) {
      return "second goroutine of an event";
    }
    AllocGoroutine goroutine;
    std::string_view state;
    if (!line.take_number(goroutine.id, 10) || !line.take(" [") || !line.take_until("]:", state)) {
      return "malformed goroutine";
    }
    goroutine.state = index_of(state);
    trace_.goroutines.push_back(goroutine);
    ++event.goroutines.size;
    return {};
  }

  std::uint32_t index_of(std::string_view name) {
    const auto found = indexes_.find(name);
    if (found != indexes_.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(trace_.names.size());
    trace_.names.emplace_back(name);
    indexes_.emplace(name, index);
    return index;
  }

  AllocTrace trace_;
  std::map<std::string, std::uint32_t, std::less<>> indexes_;
};

void append_hex(std::string& out, std::uint64_t value) {
  char digits[16];
  const auto [end, code] = std::to_chars(digits, digits + sizeof(digits), value, 16);
  static_cast<void>(code);  // 16 digits always suffice
  out += "0x";
  out.append(digits, end);
}

}  // namespace

Result<AllocTrace> read_alloc_trace(std::string input, const AllocLimits& limits) {
  const Result<std::string> bytes = decompress(std::move(input), limits.decompressed_bytes);
  if (!bytes) return failure<AllocTrace>(bytes.error);
  const std::string_view text = *bytes;
  if (text.empty()) return failure<AllocTrace>({"input is empty", 0, remedy});
  Parser parser;
  std::uint64_t number = 1;
  for (std::size_t start = 0; start < text.size(); ++number) {
    const std::string place = " in line " + std::to_string(number);
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) {
      return failure<AllocTrace>({"input ends" + place, start, remedy});
    }
    const std::string wrong = parser.parse_line(text.substr(start, end - start));
    if (!wrong.empty()) return failure<AllocTrace>({wrong + place, start, remedy});
    start = end + 1;
  }
  if (const std::string missing = parser.missing_goroutine(); !missing.empty()) {
    return failure<AllocTrace>({missing + " at the end", text.size(), remedy});
  }
  return {std::move(parser.trace())};
}

Result<AllocTrace> read_alloc_trace_file(const std::string& path, const AllocLimits& limits) {
  Result<std::string> bytes = read_file(path, limits.decompressed_bytes);
  if (!bytes) return failure<AllocTrace>(bytes.error);
  return read_alloc_trace(std::move(*bytes), limits);
}

AllocFigures figures_of(const AllocTrace& trace) {
  AllocFigures figures;
  std::set<std::uint64_t> live;
  for (const AllocEvent& event : trace.events) {
    switch (event.kind) {
      case AllocKind::allocate:
        ++figures.allocations;
        live.insert(event.address);
        break;
      case AllocKind::free:
        ++figures.frees;
        if (live.erase(event.address) == 0) ++figures.frees_unmatched;
        break;
      case AllocKind::collect:
        ++figures.collections;
        break;
    }
  }
  figures.live_end = live.size();
  std::set<std::uint64_t> ids;
  for (const AllocGoroutine& goroutine : trace.goroutines) ids.insert(goroutine.id);
  figures.goroutines = ids.size();
  return figures;
}

std::string encode_alloc_trace(const AllocTrace& trace) {
  std::string out;
  for (const AllocEvent& event : trace.events) {
    if (event.kind == AllocKind::collect) {
      out += "tracegc(";
    } else {
      out += event.kind == AllocKind::allocate ? "tracealloc(" : "tracefree(";
      append_hex(out, event.address);
      out += ", ";
      append_hex(out, event.size);
      if (event.type != AllocEvent::no_type) out += ", " + trace.names[event.type];
    }
    out += ")\n";
    for (std::uint64_t i = 0; i < event.goroutines.size; ++i) {
      const AllocGoroutine& goroutine = trace.goroutines[event.goroutines.first + i];
      out += "goroutine " + std::to_string(goroutine.id) + " [" + trace.names[goroutine.state] +
             "]:\n";
    }
  }
  return out;
}

Result<std::uint64_t> write_alloc_trace(const std::string& path, const AllocTrace& trace) {
  return write_file(path, encode_alloc_trace(trace));
}

}  // namespace traces
