// One compressed stream (gzip, zlib, Zstandard, xz, bzip2), read at random without unpacking it anywhere. The first
// pass, made by whoever reads to the end first, leaves points at which a decompressor can start.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "evidence/byte_source.h"

namespace exhibit::containers {

enum class Packing : std::uint8_t { gzip, zlib, zstandard, xz, bzip2 };

/// The packing that the first bytes name. zlib is never guessed: two bytes are no proof.
std::optional<Packing> packing_of(Bytes head);

/// "gz", "zlib", "zst", "xz", "bz2".
std::string_view packing_suffix(Packing packing);

/// What a stream found out about itself once it was read to its end.
struct StreamEnd {
  bool is_cut = false;               ///< the stream ends before its own end: what came out until there is readable
  std::uint64_t trailing_bytes = 0;  ///< after the end of the last stream, not of its kind
  bool checksum_failed = false;      ///< a sum or length that the stream carries is wrong; all of it is readable
  std::optional<Error> damage;       ///< why it ends where it does, if it should go on: `malformed`, `limit`...
};

/// After damage, a read behind what came out fails with it; behind a cut or a proper end it gives nothing.
class PackedStream : public evidence::ByteSource {
 public:
  /// Reads to the end if nobody did so far. Fails where the packed bytes cannot be read.
  virtual Result<StreamEnd> end() const = 0;
};

/// Several gzip members, Zstandard frames, xz or bzip2 streams behind each other are one. size() reads to the end; a
/// reader that goes forward need not ask. Memory is bounded whatever the stream's length. Threads may share it.
Result<std::shared_ptr<const PackedStream>> open_packed_stream(evidence::SourcePtr packed, Packing packing,
                                                               const Limits& limits);

}  // namespace exhibit::containers
