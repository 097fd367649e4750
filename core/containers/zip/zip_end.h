// The end of a ZIP, where its directory is found.
#pragma once

#include <cstdint>

#include "evidence/byte_source.h"

namespace exhibit::containers {

/// Positions are of the file; offsets inside the archive are `shift` less (bytes in front of it, as in a
/// self-extracting one).
struct ZipEnd {
  std::uint64_t entries = 0;
  std::uint64_t directory = 0;
  std::uint64_t directory_end = 0;
  std::uint64_t shift = 0;
  std::uint64_t trailing = 0;  ///< bytes after the archive's comment
  bool zip64 = false;          ///< `entries` has all its bits
};

/// malformed: there is none. unsupported: one part of several.
Result<ZipEnd> find_zip_end(const evidence::ByteSource& archive);

}  // namespace exhibit::containers
