#include "base/time.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace exhibit {

namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kUsPerDay = 86'400 * kUsPerSecond;
constexpr std::int64_t kApple2001 = 978'307'200;
constexpr std::int64_t kWindows1601 = -11'644'473'600;
constexpr std::int64_t kYearOne = -62'135'596'800;
constexpr std::int64_t kGps1980 = 315'964'800;
constexpr std::int64_t kHfs1904 = -2'082'844'800;
constexpr double kDistantPast = -63'114'076'800.0;
constexpr double kDistantFuture = 64'092'211'200.0;
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr double kNanosecondsFrom = 1e11;

TimeReading moment(std::int64_t us, Precision precision) {
  return {Reading::moment, Moment{us, Zone::utc, precision, 0}};
}

/// value * factor + epoch, where factor is how many microseconds a unit has.
TimeReading scaled_up(std::int64_t value, std::int64_t factor, std::int64_t epoch_s, Precision precision) {
  std::int64_t us = 0;
  if (__builtin_mul_overflow(value, factor, &us) || __builtin_add_overflow(us, epoch_s * kUsPerSecond, &us))
    return {Reading::impossible, {}};
  return moment(us, precision);
}

/// value / divisor + epoch, cut towards the past so that no moment is moved into the future.
TimeReading scaled_down(std::int64_t value, std::int64_t divisor, std::int64_t epoch_s) {
  std::int64_t us = value / divisor;
  if (value % divisor < 0) --us;
  if (__builtin_add_overflow(us, epoch_s * kUsPerSecond, &us)) return {Reading::impossible, {}};
  return moment(us, Precision::us);
}

TimeReading from_double(double seconds, std::int64_t epoch_s, Precision precision) {
  // 9.2e12 s are 2^63 us: what is beyond does not fit, and NaN compares false.
  if (!(std::abs(seconds) < 9.2e12)) return {Reading::impossible, {}};
  // Scaled apart: the product of the whole is rounded to 1/8 us before llround could see which microsecond is nearest.
  const double whole = std::trunc(seconds);
  const std::int64_t us = static_cast<std::int64_t>(whole) * kUsPerSecond + std::llround((seconds - whole) * 1e6);
  return scaled_up(us, 1, epoch_s, precision);
}

bool is_unix_sentinel(std::int64_t value) { return value == 0 || value == -1 || value == kMax || value == 0xFFFFFFFF; }

/// Reads digits of a fixed width and steps past them.
bool read_digits(std::string_view& text, std::size_t width, std::uint32_t& value) {
  if (text.size() < width) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + width, value);
  if (error != std::errc{} || end != text.data() + width) return false;
  text.remove_prefix(width);
  return true;
}

bool read_char(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// A fraction of a second of any length, cut to microseconds. Sets how many digits stood there.
bool read_fraction(std::string_view& text, std::uint32_t& microsecond, std::size_t& digits) {
  if (!read_char(text, '.') && !read_char(text, ',')) return true;
  std::uint32_t scale = 100'000;
  for (digits = 0; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    microsecond += static_cast<std::uint32_t>(text[digits] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

/// "Z", "+02:00", "+0200", "+02", or nothing (local).
bool read_zone(std::string_view text, Moment& at) {
  if (text.empty()) {
    at.zone = Zone::local;
    return true;
  }
  if (text == "Z" || text == "z") {
    at.zone = Zone::utc;
    return true;
  }
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return false;
  text.remove_prefix(1);
  std::uint32_t hours = 0;
  std::uint32_t minutes = 0;
  if (!read_digits(text, 2, hours)) return false;
  read_char(text, ':');
  if (!text.empty() && !read_digits(text, 2, minutes)) return false;
  if (!text.empty() || hours > 23 || minutes > 59) return false;
  const auto seconds = static_cast<std::int32_t>(hours * 3600 + minutes * 60);
  at.zone = Zone::offset;
  at.offset_s = west ? -seconds : seconds;
  return true;
}

/// Puts a civil time together, taking the offset away so that the moment is absolute.
TimeReading from_civil(const Civil& civil, Moment at) {
  const auto us = us_from_civil(civil);
  if (!us) return {Reading::impossible, {}};
  at.us = *us - static_cast<std::int64_t>(at.offset_s) * kUsPerSecond;
  return {Reading::moment, at};
}

constexpr bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr std::uint32_t days_in_month(std::int64_t year, std::uint32_t month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Days since 1970, counted in eras of 400 years that begin in March (Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms").
constexpr std::int64_t days_from_civil(std::int64_t year, std::uint32_t month, std::uint32_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

}  // namespace

bool is_usual_time(std::int64_t us) {
  return us >= days_from_civil(1995, 1, 1) * kUsPerDay && us < days_from_civil(2100, 1, 1) * kUsPerDay;
}

bool is_far_time(std::int64_t us) {
  return us >= days_from_civil(1800, 1, 1) * kUsPerDay && us < days_from_civil(10'000, 1, 1) * kUsPerDay;
}

TimeReading apple_time(double seconds) {
  if (seconds == 0 || seconds == kDistantPast || seconds == kDistantFuture) return {};
  if (std::abs(seconds) >= kNanosecondsFrom) return from_double(seconds / 1e9, kApple2001, Precision::us);
  return from_double(seconds, kApple2001, Precision::us);
}

TimeReading apple_time(std::int64_t value) {
  const auto as_double = static_cast<double>(value);
  if (value == 0 || as_double == kDistantPast || as_double == kDistantFuture) return {};
  if (std::abs(as_double) >= kNanosecondsFrom) return scaled_down(value, 1000, kApple2001);
  // Precision is the unit's: a column that can hold fractions holds whole seconds by chance.
  return scaled_up(value, kUsPerSecond, kApple2001, Precision::us);
}

TimeReading unix_time(std::int64_t value, Unit unit) {
  if (is_unix_sentinel(value)) return {};
  switch (unit) {
    case Unit::s:
      return scaled_up(value, kUsPerSecond, 0, Precision::s);
    case Unit::ms:
      return scaled_up(value, 1000, 0, Precision::ms);
    case Unit::us:
      return moment(value, Precision::us);
    case Unit::ns:
      return scaled_down(value, 1000, 0);
  }
  return {};
}

TimeReading unix_time(double value, Unit unit) {
  if (value == 0 || value == -1) return {};
  static constexpr double kPerSecond[] = {1, 1e3, 1e6, 1e9};
  return from_double(value / kPerSecond[static_cast<std::size_t>(unit)], 0, Precision::us);
}

TimeReading webkit_time(std::int64_t us) {
  if (us == 0) return {};
  return scaled_up(us, 1, kWindows1601, Precision::us);
}

TimeReading filetime(std::int64_t ticks) {
  if (ticks == 0 || ticks == kMax) return {};
  return scaled_down(ticks, 10, kWindows1601);
}

TimeReading dotnet_time(std::int64_t ticks) {
  if (ticks == 0) return {};
  return scaled_down(ticks, 10, kYearOne);
}

TimeReading gps_time(double seconds) {
  if (seconds == 0) return {};
  return from_double(seconds, kGps1980, Precision::us);
}

TimeReading hfs_time(std::int64_t seconds) {
  if (seconds == 0) return {};
  return scaled_up(seconds, kUsPerSecond, kHfs1904, Precision::s);
}

TimeReading iso_time(std::string_view text) {
  if (text.empty()) return {};
  constexpr TimeReading kNone{Reading::impossible, {}};
  Civil civil;
  Moment at;
  std::uint32_t year = 0;
  if (!read_digits(text, 4, year)) return kNone;
  civil.year = year;
  at.precision = Precision::year;
  if (read_char(text, '-')) {
    if (!read_digits(text, 2, civil.month)) return kNone;
    at.precision = Precision::month;
    if (read_char(text, '-')) {
      if (!read_digits(text, 2, civil.day)) return kNone;
      at.precision = Precision::day;
    }
  }
  if (at.precision == Precision::day && (read_char(text, 'T') || read_char(text, ' '))) {
    if (!read_digits(text, 2, civil.hour)) return kNone;
    at.precision = Precision::h;
    if (read_char(text, ':')) {
      if (!read_digits(text, 2, civil.minute)) return kNone;
      at.precision = Precision::min;
    }
    if (at.precision == Precision::min && read_char(text, ':')) {
      std::size_t digits = 0;
      if (!read_digits(text, 2, civil.second) || !read_fraction(text, civil.microsecond, digits)) return kNone;
      at.precision = digits == 0 ? Precision::s : digits <= 3 ? Precision::ms : Precision::us;
    }
    read_char(text, ' ');  // "2023-05-01 12:34:56 +0000", as Apple's tools print it
  }
  if (!read_zone(text, at)) return kNone;
  return from_civil(civil, at);
}

TimeReading exif_time(std::string_view text, std::string_view offset) {
  if (text.empty() || text.starts_with("0000:00:00") || text.starts_with("    :")) return {};
  constexpr TimeReading kNone{Reading::impossible, {}};
  Civil civil;
  Moment at;
  std::uint32_t year = 0;
  if (!read_digits(text, 4, year) || !read_char(text, ':') || !read_digits(text, 2, civil.month) ||
      !read_char(text, ':') || !read_digits(text, 2, civil.day) || !read_char(text, ' ') ||
      !read_digits(text, 2, civil.hour) || !read_char(text, ':') || !read_digits(text, 2, civil.minute) ||
      !read_char(text, ':') || !read_digits(text, 2, civil.second))
    return kNone;
  civil.year = year;
  std::size_t digits = 0;
  if (!read_fraction(text, civil.microsecond, digits) || !text.empty() || !read_zone(offset, at)) return kNone;
  at.precision = digits == 0 ? Precision::s : digits <= 3 ? Precision::ms : Precision::us;
  return from_civil(civil, at);
}

Civil civil_from_us(std::int64_t us) {
  std::int64_t days = us / kUsPerDay;
  std::int64_t rest = us % kUsPerDay;
  if (rest < 0) {
    rest += kUsPerDay;
    --days;
  }
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<std::uint32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<std::uint32_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  const std::int64_t second = rest / kUsPerSecond;
  civil.hour = static_cast<std::uint32_t>(second / 3600);
  civil.minute = static_cast<std::uint32_t>(second / 60 % 60);
  civil.second = static_cast<std::uint32_t>(second % 60);
  civil.microsecond = static_cast<std::uint32_t>(rest % kUsPerSecond);
  return civil;
}

std::optional<std::int64_t> us_from_civil(const Civil& civil) {
  constexpr std::int64_t kYears = 292'000;  // what 64 bits of microseconds can say, a little less
  if (civil.year < -kYears || civil.year > kYears || civil.month < 1 || civil.month > 12 || civil.day < 1 ||
      civil.day > days_in_month(civil.year, civil.month) || civil.hour > 23 || civil.minute > 59 || civil.second > 59 ||
      civil.microsecond > 999'999)
    return std::nullopt;
  const std::int64_t seconds = static_cast<std::int64_t>(civil.hour) * 3600 + civil.minute * 60 + civil.second;
  return days_from_civil(civil.year, civil.month, civil.day) * kUsPerDay + seconds * kUsPerSecond + civil.microsecond;
}

}  // namespace exhibit
