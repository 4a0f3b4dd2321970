// Encoding, strict decoding and writing of checkpoints.
#include "cli/checkpoint.h"

#include <fmt/format.h>

#include "cli/report.h"
#include "traces/byte_reader.h"
#include "traces/file.h"
#include "traces/trace.h"

namespace cli {
namespace {

constexpr std::string_view magic = "tricolor-checkpoint 2\n";
constexpr std::string_view magic_any_version = "tricolor-checkpoint ";
constexpr const char* remedy = "the file is damaged or no checkpoint: start the search over";

traces::Result<model::Words> refuse(std::uint64_t offset, std::string message, std::string hint) {
  return traces::failure<model::Words>({std::move(message), offset, std::move(hint)});
}

}  // namespace

std::string encode_checkpoint(const std::string& command_line, const model::Words& words) {
  std::string out(magic);
  traces::append_string(out, TRICOLOR_VERSION);
  traces::append_string(out, command_line);
  traces::append_varint(out, words.size());
  for (const std::uint64_t word : words) traces::append_varint(out, word);
  return out + traces::checksum_of(out);
}

traces::Result<model::Words> decode_checkpoint(std::string_view bytes,
                                               const std::string& command_line) {
  if (!bytes.starts_with(magic)) {
    if (bytes.starts_with(magic_any_version)) {
      return refuse(magic_any_version.size(), "checkpoint of another format",
                    "resume it with the version that wrote it, or start the search over");
    }
    return refuse(0, "no checkpoint", "give a file that --checkpoint wrote");
  }
  if (bytes.size() < magic.size() + traces::checksum_bytes) {
    return refuse(bytes.size(), "input ends inside the checkpoint", remedy);
  }
  const std::string_view body = bytes.substr(0, bytes.size() - traces::checksum_bytes);
  if (traces::checksum_of(body) != bytes.substr(body.size())) {
    return refuse(body.size(), "checksum does not fit", remedy);
  }
  traces::ByteReader reader(body, remedy);
  reader.skip(magic.size());
  const std::string version(reader.string("version"));
  const std::uint64_t at = reader.position();
  const std::string recorded(reader.string("command line"));
  if (reader.ok() && version != TRICOLOR_VERSION) {
    return refuse(magic.size(), "checkpoint of version " + version,
                  "resume it with that version, or start the search over");
  }
  if (reader.ok() && recorded != command_line) {
    return refuse(at, fmt::format("checkpoint of another search: {}", recorded),
                  fmt::format("resume it with that command line, not with: {}", command_line));
  }
  model::Words words;
  const std::uint64_t count = reader.count(1, "number of words");
  words.reserve(count);
  for (std::uint64_t i = 0; i < count && reader.ok(); i++) words.push_back(reader.varint());
  if (reader.ok() && reader.remaining() != 0) {
    reader.fail(reader.position(), "bytes after the last word");
  }
  if (!reader.ok()) return traces::failure<model::Words>(reader.error());
  return {std::move(words)};
}

Checkpoints::Checkpoints(const Options& options)
    : path_(options.checkpoint),
      command_line_(reproduce(options)),
      interval_(options.checkpoint_interval) {}

std::string Checkpoints::write(const model::Words& words, double seconds) {
  written_at_ = seconds;
  const auto written = traces::write_file(path_, encode_checkpoint(command_line_, words));
  return written ? "" : path_ + ": " + written.error.describe();
}

}  // namespace cli
