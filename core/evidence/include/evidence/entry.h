// One entry of the evidence: a file, folder or link as the container lists it, with the place it had on the phone. A
// phone has half a million, so an entry is small and owns nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace exhibit::evidence {

enum class EntryType : std::uint8_t { file = 1, folder = 2, symlink = 3, other = 4 };

/// A time that may be unknown, in half the room of an optional.
class EntryTime {
 public:
  constexpr EntryTime() = default;
  // NOLINTBEGIN(google-explicit-constructor): it stands for an optional
  constexpr EntryTime(std::nullopt_t) {}
  constexpr EntryTime(std::int64_t us) : us_(us) {}
  constexpr EntryTime(std::optional<std::int64_t> us) : us_(us.value_or(kUnknown)) {}
  constexpr operator std::optional<std::int64_t>() const { return *this ? std::optional(us_) : std::nullopt; }
  // NOLINTEND(google-explicit-constructor)

  constexpr explicit operator bool() const { return us_ != kUnknown; }
  constexpr std::int64_t operator*() const { return us_; }
  friend constexpr bool operator==(const EntryTime&, const EntryTime&) = default;

 private:
  static constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();  // 290,000 years ago
  std::int64_t us_ = kUnknown;
};

struct EntryTimes {
  EntryTime modified_us, created_us, accessed_us, changed_us;
  Zone zone = Zone::utc;  ///< Zone::local where the container records wall clocks (DOS times of a ZIP)
};

struct Entry {
  /// From the source's root, as stored (raw bytes, perhaps not UTF-8; separators made '/'), layers joined by '!'. The
  /// text is the container's.
  std::string_view container_path;
  /// "home:Library/SMS/sms.db", "app:<bundle, package or UUID>/...", "group:...", "media:...",
  /// "system:private/var/...". UTF-8: bytes that are not appear as \xnn. Empty for a container's own bookkeeping. The
  /// text is that of the evidence.
  std::string_view device_path;
  std::uint32_t device_user = 0;  ///< Android's user number
  EntryType type = EntryType::file;
  std::uint64_t size = 0;
  EntryTimes times;
};

}  // namespace exhibit::evidence
