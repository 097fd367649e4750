// Compressed values inside records: gzip, zlib and raw deflate, told apart by their first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::decode {

struct Inflated {
  std::vector<std::uint8_t> bytes;
  bool is_complete = false;     ///< the stream came to its end, and its checksum (if it has one) fits
  std::uint64_t left_over = 0;  ///< bytes of the input behind the end of the stream
  std::optional<Error> damage;  ///< set exactly if not complete: truncated, malformed, checksum, or over the limit
};

/// All that can be had, whatever the state of the stream.
Inflated inflate_readable(Bytes compressed, std::uint64_t max_bytes, Where where = {});

/// The whole value or the reason why not.
Result<std::vector<std::uint8_t>> inflate_value(Bytes compressed, std::uint64_t max_bytes, Where where = {});

}  // namespace exhibit::decode
