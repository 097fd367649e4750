// Time zones as the system's files hold them: TZif, RFC 8536 (versions 1 to 4). The one zone that needs no file is UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit {

/// A day of the year at which the clocks are moved, as POSIX's TZ writes it.
struct ZoneRule {
  enum class Form : std::uint8_t {
    weekday,     ///< Mm.w.d: the w-th (5: last) weekday d of a month
    julian,      ///< Jn: 1 to 365, February 29 is never counted
    zero_based,  ///< n: 0 to 365
  };
  Form form = Form::weekday;
  std::uint32_t month = 1, week = 1, day = 0;
  std::int32_t time_s = 7200;  ///< of the wall clock before the change; may lie outside the day
};

/// What holds after the last transition of a file.
struct ZoneFooter {
  std::int32_t standard_s = 0;
  std::optional<std::int32_t> daylight_s;
  ZoneRule begin, end;  ///< of daylight time
};

/// "CET-1CEST,M3.5.0,M10.5.0/3"
std::optional<ZoneFooter> read_zone_footer(std::string_view text);

/// What a wall clock's reading may mean.
struct WallClock {
  struct Candidate {
    std::int64_t us = 0;
    std::int32_t offset_s = 0;
  };
  enum class Fit : std::uint8_t { once, repeated, skipped };
  Fit fit = Fit::once;
  /// The moment; of a repeated reading the earlier one, of a skipped one as if the clock had not been moved yet.
  Candidate chosen;
  Candidate other;  ///< unless `once`
};

class TimeZone {
 public:
  /// UTC.
  TimeZone() : types_{0}, offsets_{0} {}

  /// malformed, truncated; unsupported: a file that counts leap seconds.
  static Result<TimeZone> read(Bytes file);
  /// By its IANA name. not_found: no such zone on this machine, or no name of one.
  static Result<TimeZone> load(std::string_view name);

  /// Seconds east of UTC.
  std::int32_t offset_s(std::int64_t us) const;
  WallClock wall_clock(std::int64_t local_us) const;

 private:
  struct Transition {
    std::int64_t at_s;
    std::uint8_t type;
  };

  std::int32_t offset_at(std::int64_t seconds) const;
  void collect_offsets();

  std::vector<Transition> transitions_;
  std::vector<std::int32_t> types_;
  std::optional<ZoneFooter> footer_;
  std::vector<std::int32_t> offsets_;  ///< all that ever hold, each once
};

/// True for what can be the name of a zone: letters, digits, + - _ and single slashes between. No path leads out.
bool is_zone_name(std::string_view name);
/// The names of the machine's zones, to find the nearest of a misspelt one; empty if it does not list them.
std::vector<std::string> zone_names();

}  // namespace exhibit
