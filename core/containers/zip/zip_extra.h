// The extra fields of a ZIP's central record.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace exhibit::containers {

struct ZipExtra {
  // 0001: present where the record's own field is all ones.
  std::optional<std::uint64_t> unpacked, packed, local_offset;
  // 5455 (Unix seconds), 5855, or 000a (FILETIME): UTC.
  std::optional<std::int64_t> modified_us, accessed_us, created_us;
  std::string_view unicode_path;  // 7075, if its sum is that of the raw name
  bool damaged = false;           // a field is longer than what is left
};

/// Which fields of the record are all ones, so that 0001 holds them.
struct ZipWide {
  bool unpacked = false;
  bool packed = false;
  bool local_offset = false;
};

ZipExtra read_zip_extra(Bytes extra, ZipWide wide, std::string_view raw_name);

}  // namespace exhibit::containers
