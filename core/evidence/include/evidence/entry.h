// One entry of the evidence: a file, folder or link as the container lists it, with the place it had on the phone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace exhibit::evidence {

enum class EntryType : std::uint8_t { file = 1, folder = 2, symlink = 3, other = 4 };

struct EntryTimes {
  std::optional<std::int64_t> modified_us, created_us, accessed_us, changed_us;
  Zone zone = Zone::utc;  ///< Zone::local where the container records wall clocks (DOS times of a ZIP)
};

struct Entry {
  /// From the source's root, as stored (raw bytes, perhaps not UTF-8; separators made '/'), layers joined by '!'.
  std::string container_path;
  /// "home:Library/SMS/sms.db", "app:<bundle, package or UUID>/...", "group:...", "media:...",
  /// "system:private/var/...". UTF-8: bytes that are not appear as \xnn. Empty for a container's own bookkeeping.
  std::string device_path;
  std::uint32_t device_user = 0;  ///< Android's user number
  EntryType type = EntryType::file;
  std::uint64_t size = 0;
  EntryTimes times;
};

}  // namespace exhibit::evidence
