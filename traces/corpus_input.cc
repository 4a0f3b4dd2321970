// Encoding and strict decoding of inputs.
#include "traces/corpus_input.h"

#include <cassert>

#include "model/step.h"
#include "traces/byte_reader.h"
#include "traces/trace.h"

namespace traces {
namespace {

constexpr std::string_view magic = "tricolor-input 1\n";
constexpr std::string_view magic_any_version = "tricolor-input ";
constexpr const char* remedy = "the file is damaged: move it out of the corpus";
constexpr std::uint32_t actors = 2 * model::first_buffer;

Result<CorpusInput> refuse(std::uint64_t offset, std::string message, std::string hint) {
  return failure<CorpusInput>({std::move(message), offset, std::move(hint)});
}

// Runs until the end of the moves, or the first failure.
void read_moves(ByteReader& reader, std::vector<std::uint8_t>& moves) {
  const std::uint64_t runs = reader.count(2, "number of runs");
  for (std::uint64_t i = 0; i < runs && reader.ok(); i++) {
    const std::uint64_t at = reader.position();
    const auto actor = static_cast<std::uint8_t>(reader.varint_up_to(actors - 1, "actor"));
    const std::uint64_t length =
        reader.varint_up_to(model::input_choices_max - moves.size(), "length of a run");
    if (!reader.ok()) return;
    if (length == 0) return reader.fail(at, "empty run");
    if (!moves.empty() && moves.back() == actor) return reader.fail(at, "run in two pieces");
    moves.insert(moves.end(), length, actor);
  }
}

void read_answers(ByteReader& reader, model::Input& input) {
  const std::uint64_t at = reader.position();
  const std::uint64_t count = reader.count(1, "number of answers");
  if (count > model::input_choices_max - input.moves.size()) {
    return reader.fail(at, "more choices than an input may have");
  }
  for (std::uint64_t i = 0; i < count && reader.ok(); i++) {
    input.answers.push_back(static_cast<std::uint32_t>(reader.varint_up_to(~0u, "option")));
  }
}

}  // namespace

std::string encode_input(const std::string& scenario, const model::Input& input) {
  assert(input.size() <= model::input_choices_max);
  std::string out(magic), runs;
  append_string(out, scenario);
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < input.moves.size(); count++) {
    std::size_t end = at + 1;
    while (end < input.moves.size() && input.moves[end] == input.moves[at]) end++;
    append_varint(runs, input.moves[at]);
    append_varint(runs, end - at);
    at = end;
  }
  append_varint(out, count);
  out += runs;
  append_varint(out, input.answers.size());
  for (const std::uint32_t answer : input.answers) append_varint(out, answer);
  return out + checksum_of(out);
}

Result<CorpusInput> read_input(std::string_view bytes) {
  if (!bytes.starts_with(magic)) {
    if (bytes.starts_with(magic_any_version)) {
      return refuse(magic_any_version.size(), "input of another format",
                    "use the version that wrote it, or another folder");
    }
    return refuse(0, "no input of a corpus", remedy);
  }
  if (bytes.size() < magic.size() + checksum_bytes) {
    return refuse(bytes.size(), "input ends early", remedy);
  }
  const std::string_view body = bytes.substr(0, bytes.size() - checksum_bytes);
  if (checksum_of(body) != bytes.substr(body.size())) {
    return refuse(body.size(), "checksum does not fit", remedy);
  }
  ByteReader reader(body, remedy);
  reader.skip(magic.size());
  CorpusInput result;
  result.scenario = reader.string("name of the scenario");
  read_moves(reader, result.input.moves);
  read_answers(reader, result.input);
  if (reader.ok() && reader.remaining() != 0) {
    reader.fail(reader.position(), "bytes after the last answer");
  }
  if (!reader.ok()) return failure<CorpusInput>(reader.error());
  return {std::move(result)};
}

}  // namespace traces
