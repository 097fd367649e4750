#include "time_text.h"

#include <charconv>

namespace exhibit::model {

namespace {

constexpr std::string_view kMicroseconds = "us:";
constexpr std::int32_t kDay_s = 86'400;

void append_digits(std::string& out, std::uint32_t value, std::size_t width) {
  char digits[10];
  for (std::size_t i = width; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, width);
}

/// A moment with precision `precision` has nothing below it.
bool fits(const Civil& at, Precision precision) {
  switch (precision) {
    case Precision::us:
      return true;
    case Precision::ms:
      return at.microsecond % 1000 == 0;
    case Precision::s:
      return at.microsecond == 0;
    case Precision::min:
      return at.microsecond == 0 && at.second == 0;
    case Precision::h:
      return at.microsecond == 0 && at.second == 0 && at.minute == 0;
    case Precision::day:
    case Precision::month:
    case Precision::year:
      return at.microsecond == 0 && at.second == 0 && at.minute == 0 && at.hour == 0 &&
             (precision == Precision::day || at.day == 1) && (precision != Precision::year || at.month == 1);
    default:
      return false;  // a precision of a later model: all digits and its number
  }
}

void append_civil(std::string& out, const Civil& at, Precision precision) {
  append_digits(out, static_cast<std::uint32_t>(at.year), 4);
  if (precision == Precision::year) return;
  out += '-';
  append_digits(out, at.month, 2);
  if (precision == Precision::month) return;
  out += '-';
  append_digits(out, at.day, 2);
  if (precision == Precision::day) return;
  out += 'T';
  append_digits(out, at.hour, 2);
  if (precision == Precision::h) return;
  out += ':';
  append_digits(out, at.minute, 2);
  if (precision == Precision::min) return;
  out += ':';
  append_digits(out, at.second, 2);
  if (precision == Precision::s) return;
  out += '.';
  if (precision == Precision::ms)
    append_digits(out, at.microsecond / 1000, 3);
  else
    append_digits(out, at.microsecond, 6);
}

void append_offset(std::string& out, std::int32_t offset_s) {
  out += offset_s < 0 ? '-' : '+';
  const auto seconds = static_cast<std::uint32_t>(offset_s < 0 ? -offset_s : offset_s);
  append_digits(out, seconds / 3600, 2);
  out += ':';
  append_digits(out, seconds / 60 % 60, 2);
  if (seconds % 60 == 0) return;
  out += ':';
  append_digits(out, seconds % 60, 2);
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_digits(std::string_view& text, std::size_t width, std::uint32_t& value) {
  if (text.size() < width) return false;
  value = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  text.remove_prefix(width);
  return true;
}

/// "-05" goes on as a date, "-05:00" is an offset.
bool take_date_part(std::string_view& text, std::uint32_t& value) {
  if (!text.starts_with('-') || (text.size() > 3 && text[3] == ':')) return false;
  text.remove_prefix(1);
  return take_digits(text, 2, value);
}

bool take_seconds(std::string_view& text, Civil& at, Precision& precision) {
  if (!take_digits(text, 2, at.second)) return false;
  precision = Precision::s;
  if (!take(text, '.')) return true;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  precision = digits == 3 ? Precision::ms : Precision::us;
  if ((digits != 3 && digits != 6) || !take_digits(text, digits, at.microsecond)) return false;
  if (digits == 3) at.microsecond *= 1000;
  return true;
}

bool take_civil(std::string_view& text, Civil& at, Precision& precision) {
  std::uint32_t year = 0;
  if (!take_digits(text, 4, year) || year == 0) return false;
  at.year = year;
  precision = Precision::year;
  if (!take_date_part(text, at.month)) return true;
  precision = Precision::month;
  if (!take_date_part(text, at.day)) return true;
  precision = Precision::day;
  if (!take(text, 'T')) return true;
  precision = Precision::h;
  if (!take_digits(text, 2, at.hour)) return false;
  if (!take(text, ':')) return true;
  precision = Precision::min;
  if (!take_digits(text, 2, at.minute)) return false;
  return !take(text, ':') || take_seconds(text, at, precision);
}

bool take_zone(std::string_view text, Moment& moment) {
  moment.zone = Zone::local;
  if (text.empty()) return true;
  moment.zone = Zone::utc;
  if (text == "Z") return true;
  moment.zone = Zone::offset;
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return false;
  std::uint32_t hours = 0;
  std::uint32_t minutes = 0;
  std::uint32_t seconds = 0;
  if (!take_digits(text, 2, hours) || !take(text, ':') || !take_digits(text, 2, minutes)) return false;
  if (take(text, ':') && !take_digits(text, 2, seconds)) return false;
  if (!text.empty() || hours > 23 || minutes > 59 || seconds > 59) return false;
  const auto offset = static_cast<std::int32_t>(hours * 3600 + minutes * 60 + seconds);
  moment.offset_s = west ? -offset : offset;
  return true;
}

std::optional<TimeFromText> read_microseconds(std::string_view number) {
  TimeFromText said{.moment = {}, .has_precision = false};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), said.moment.us);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return said;
}

/// The wall clock at `offset_s`; nothing where a year of four digits cannot say it.
std::optional<Civil> wall_clock(std::int64_t us, std::int32_t offset_s) {
  if (__builtin_add_overflow(us, std::int64_t{offset_s} * 1'000'000, &us)) return std::nullopt;
  const Civil at = civil_from_us(us);
  if (at.year < 1 || at.year > 9999) return std::nullopt;
  return at;
}

}  // namespace

TimeFromText append_time_text(std::string& out, const TimeValue& time) {
  const Moment& moment = time.moment;
  const bool sayable = moment.offset_s > -kDay_s && moment.offset_s < kDay_s;
  const bool with_offset =
      sayable && (moment.zone == Zone::offset || (moment.zone == Zone::assumed && moment.offset_s != 0));
  TimeFromText said;
  said.moment.us = moment.us;
  said.moment.offset_s = with_offset ? moment.offset_s : 0;
  const auto at = wall_clock(moment.us, said.moment.offset_s);
  if (!at) {
    out.append(kMicroseconds).append(std::to_string(moment.us));
    said.moment.offset_s = 0;
    said.has_precision = false;
    return said;
  }
  said.moment.precision = fits(*at, moment.precision) ? moment.precision : Precision::us;
  append_civil(out, *at, said.moment.precision);
  said.moment.zone = with_offset ? Zone::offset : moment.zone == Zone::local ? Zone::local : Zone::utc;
  if (with_offset) append_offset(out, moment.offset_s);
  if (said.moment.zone == Zone::utc) out += 'Z';
  return said;
}

std::optional<TimeFromText> read_time_text(std::string_view text) {
  if (text.starts_with(kMicroseconds)) return read_microseconds(text.substr(kMicroseconds.size()));
  Civil at;
  TimeFromText said;
  if (!take_civil(text, at, said.moment.precision) || !take_zone(text, said.moment)) return std::nullopt;
  const auto us = us_from_civil(at);
  if (!us) return std::nullopt;
  said.moment.us = *us - std::int64_t{said.moment.offset_s} * 1'000'000;
  return said;
}

std::string time_text(const TimeValue& time) {
  std::string text;
  append_time_text(text, time);
  return text;
}

std::string time_text(const TimeValue& time, const ShownZone& zone) {
  TimeValue shown = time;
  Moment& moment = shown.moment;
  if (moment.zone == Zone::local) return time_text(time);
  moment.zone = zone.name == "UTC" ? Zone::utc : Zone::offset;
  moment.offset_s = zone.zone.offset_s(moment.us);
  const auto at = wall_clock(moment.us, moment.offset_s);
  // A day of one zone is parts of two days in another.
  if (!at || !fits(*at, moment.precision)) return time_text(time);
  return time_text(shown);
}

std::string time_text_in(std::string_view text, const ShownZone& zone) {
  const auto said = read_time_text(text);
  if (!said || !said->has_precision) return std::string(text);
  return time_text({said->moment, Clock::unknown, {}, {}}, zone);
}

}  // namespace exhibit::model
