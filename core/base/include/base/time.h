// Moments as evidence stores them. Everything becomes microseconds since 1970-01-01T00:00:00Z without leap seconds,
// with a note of what is known about it (artefact-model: Time). The enumerators' numbers are those of the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace exhibit {

enum class Zone : std::uint8_t {
  unspecified = 0,
  utc = 1,      ///< absolute
  offset = 2,   ///< absolute, and the local offset at that moment is known
  local = 3,    ///< a wall clock counted as if it were UTC; never compared with absolute times without a mark
  assumed = 4,  ///< was local; converted with a zone that somebody named
};

enum class Precision : std::uint8_t {
  unspecified = 0,
  us = 1,
  ms = 2,
  s = 3,
  min = 4,
  h = 5,
  day = 6,
  month = 7,
  year = 8
};

enum class Clock : std::uint8_t {
  unspecified = 0,
  device = 1,
  server = 2,
  peer = 3,
  gnss = 4,
  camera = 5,
  file_system = 6,
  unknown = 7,
};

/// A converted moment.
struct Moment {
  std::int64_t us = 0;
  Zone zone = Zone::utc;
  Precision precision = Precision::s;
  std::int32_t offset_s = 0;  ///< with Zone::offset
};

/// What a stored number means as a time.
enum class Reading : std::uint8_t {
  unset,       ///< the clock's own "no value"
  moment,      ///< a moment, perhaps outside what is accepted: see is_usual and is_far
  impossible,  ///< no moment of the type: NaN, or beyond 64 bits of microseconds
};

struct TimeReading {
  Reading reading = Reading::unset;
  Moment moment;
};

/// Accepted for ordinary times: 1995-01-01 <= t < 2100-01-01. A value outside is most likely no time.
bool is_usual_time(std::int64_t us);
/// Accepted for expiry, calendar and birth dates: the years 1800 to 9999.
bool is_far_time(std::int64_t us);

enum class Unit : std::uint8_t { s, ms, us, ns };

/// CFAbsoluteTime: seconds since 2001. Unset: 0, distantPast, distantFuture. |x| >= 1e11 is taken as nanoseconds, since
/// sms.db changed its unit between versions: the two ranges do not overlap for any date of a phone.
TimeReading apple_time(double seconds);
TimeReading apple_time(std::int64_t value);
/// Since 1970. Unset: 0, -1, INT64_MAX, 0xFFFFFFFF.
TimeReading unix_time(std::int64_t value, Unit unit);
TimeReading unix_time(double value, Unit unit);
/// Microseconds since 1601. Unset: 0.
TimeReading webkit_time(std::int64_t us);
/// 100 ns since 1601. Unset: 0, INT64_MAX.
TimeReading filetime(std::int64_t ticks);
/// 100 ns since year 1. Unset: 0.
TimeReading dotnet_time(std::int64_t ticks);
/// Seconds since 1980-01-06, without leap seconds: 18 ahead of UTC since 2017. Unset: 0.
TimeReading gps_time(double seconds);
/// Seconds since 1904, UTC. Unset: 0.
TimeReading hfs_time(std::int64_t seconds);
/// ISO 8601: date, or date and time, with Z, an offset, or neither (Zone::local).
TimeReading iso_time(std::string_view text);
/// EXIF's "2023:05:01 12:34:56" with the tag OffsetTime ("+02:00"), or an empty offset: Zone::local.
TimeReading exif_time(std::string_view text, std::string_view offset);

/// A day of the proleptic Gregorian calendar and the time in it.
struct Civil {
  std::int64_t year = 1970;
  std::uint32_t month = 1;
  std::uint32_t day = 1;
  std::uint32_t hour = 0;
  std::uint32_t minute = 0;
  std::uint32_t second = 0;
  std::uint32_t microsecond = 0;
};

Civil civil_from_us(std::int64_t us);
/// Nothing if there is no such day or the result does not fit.
std::optional<std::int64_t> us_from_civil(const Civil& civil);

}  // namespace exhibit
