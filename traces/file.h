// Whole files in and out: reading with zstd decompression, writing that never leaves half a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "traces/result.h"

namespace traces {

inline constexpr std::uint64_t decompressed_bytes_max = std::uint64_t{1} << 30;

// The whole file, at most `bytes_max` bytes.
Result<std::string> read_file(const std::string& path,
                              std::uint64_t bytes_max = decompressed_bytes_max);

// `bytes` decompressed if they start with zstd's magic number, else themselves. An input that
// would grow beyond `bytes_max` is an error, found before that much is allocated.
Result<std::string> decompress(std::string bytes, std::uint64_t bytes_max = decompressed_bytes_max);

// Writes a temporary file beside `path`, syncs it, then renames it over `path`: after an error, a
// full disk included, `path` is what it was before. Devices and pipes are written in place. Returns
// the number of bytes written.
Result<std::uint64_t> write_file(const std::string& path, std::string_view bytes);

}  // namespace traces
