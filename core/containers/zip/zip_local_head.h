// What stands before each member of a ZIP. Its directory is the better source; this is for archives that lost it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "zip_extra.h"

namespace exhibit::containers {

inline constexpr std::uint64_t kZipLocalHeadSize = 30;

struct ZipLocalHead {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint16_t time = 0, date = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed = 0, unpacked = 0;
  std::string_view name;
  ZipExtra extra;
  std::uint64_t size = 0;  ///< of the head: the content comes behind it

  bool is_encrypted() const { return (flags & 1) != 0; }
  bool is_utf8() const { return (flags & 1 << 11) != 0; }
  /// Sizes and sum stand in a descriptor behind the content; here they may be zero.
  bool has_descriptor() const { return (flags & 1 << 3) != 0; }
};

/// How long the head that begins `bytes` is, 0 where there is none. Needs kZipLocalHeadSize bytes. By chance four bytes
/// are its signature once in 4 GiB: the fields after it must be such as a writer of ZIPs gives.
std::uint64_t zip_local_head_size(Bytes bytes);

/// `bytes` begin with a head and hold all of it. None: its name is none.
std::optional<ZipLocalHead> read_zip_local_head(Bytes bytes);

}  // namespace exhibit::containers
