#include "base/zone_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/reader.h"
#include "base/time.h"

namespace exhibit {

namespace {

constexpr const char* kFolder = "/usr/share/zoneinfo/";
constexpr std::int64_t kDay_s = 86'400;
constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int32_t kLargestOffset_s = 26 * 3600;  // RFC 8536 3.2: -25:59:59 to 25:59:59
constexpr std::uint32_t kLargestCount = 1 << 16;      // real files have at most some hundred transitions
constexpr std::size_t kLargestFile = 1 << 20;
// Some 146,000 years away: a moment that an offset moves stays in range.
constexpr std::int64_t kFarthest_us = std::int64_t{1} << 62;

std::int64_t floor_seconds(std::int64_t us) { return us / kUsPerSecond - (us % kUsPerSecond < 0 ? 1 : 0); }

// ---- POSIX's TZ

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_number(std::string_view& text, std::uint32_t least, std::uint32_t most, std::uint32_t& number) {
  std::size_t digits = 0;
  number = 0;
  for (; digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    number = number * 10 + static_cast<std::uint32_t>(text[digits] - '0');
  text.remove_prefix(digits);
  return digits > 0 && number >= least && number <= most;
}

/// [+-]h[h][h][:mm[:ss]]
bool take_time(std::string_view& text, std::uint32_t most_hours, std::int32_t& seconds) {
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  std::uint32_t hours = 0;
  std::uint32_t minutes = 0;
  std::uint32_t rest = 0;
  if (!take_number(text, 0, most_hours, hours)) return false;
  if (take(text, ':')) {
    if (!take_number(text, 0, 59, minutes)) return false;
    if (take(text, ':') && !take_number(text, 0, 59, rest)) return false;
  }
  seconds = static_cast<std::int32_t>(hours * 3600 + minutes * 60 + rest);
  if (is_negative) seconds = -seconds;
  return true;
}

/// "CET" or "<+0330>"
bool take_abbreviation(std::string_view& text) {
  const bool is_quoted = take(text, '<');
  std::size_t length = 0;
  while (length < text.size() &&
         ((text[length] >= 'a' && text[length] <= 'z') || (text[length] >= 'A' && text[length] <= 'Z') ||
          (is_quoted && ((text[length] >= '0' && text[length] <= '9') || text[length] == '+' || text[length] == '-'))))
    ++length;
  text.remove_prefix(length);
  return length >= 3 && (!is_quoted || take(text, '>'));
}

bool take_rule(std::string_view& text, ZoneRule& rule) {
  if (!take(text, ',')) return false;
  bool is_read = false;
  if (take(text, 'M')) {
    rule.form = ZoneRule::Form::weekday;
    is_read = take_number(text, 1, 12, rule.month) && take(text, '.') && take_number(text, 1, 5, rule.week) &&
              take(text, '.') && take_number(text, 0, 6, rule.day);
  } else if (take(text, 'J')) {
    rule.form = ZoneRule::Form::julian;
    is_read = take_number(text, 1, 365, rule.day);
  } else {
    rule.form = ZoneRule::Form::zero_based;
    is_read = take_number(text, 0, 365, rule.day);
  }
  return is_read && (!take(text, '/') || take_time(text, 167, rule.time_s));
}

std::int64_t day_number(std::int64_t year, std::uint32_t month, std::uint32_t day) {
  return us_from_civil({.year = year, .month = month, .day = day}).value_or(0) / (kDay_s * kUsPerSecond);
}

std::int64_t rule_day(const ZoneRule& rule, std::int64_t year) {
  const std::int64_t new_year = day_number(year, 1, 1);
  if (rule.form == ZoneRule::Form::zero_based) return new_year + rule.day;
  if (rule.form == ZoneRule::Form::julian) {
    const bool has_leap_day = day_number(year, 3, 1) - day_number(year, 2, 28) == 2;
    return new_year + rule.day - 1 + (has_leap_day && rule.day >= 60 ? 1 : 0);
  }
  const std::int64_t first = day_number(year, rule.month, 1);
  const std::int64_t next = rule.month == 12 ? day_number(year + 1, 1, 1) : day_number(year, rule.month + 1, 1);
  const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  std::int64_t day = first + (rule.day - weekday + 7) % 7 + (std::int64_t{rule.week} - 1) * 7;
  while (day >= next) day -= 7;
  return day;
}

std::int32_t footer_offset(const ZoneFooter& footer, std::int64_t seconds) {
  if (!footer.daylight_s) return footer.standard_s;
  const std::int64_t year = civil_from_us((seconds + footer.standard_s) * kUsPerSecond).year;
  const std::int64_t begin = rule_day(footer.begin, year) * kDay_s + footer.begin.time_s - footer.standard_s;
  const std::int64_t end = rule_day(footer.end, year) * kDay_s + footer.end.time_s - *footer.daylight_s;
  const bool is_daylight = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
  return is_daylight ? *footer.daylight_s : footer.standard_s;
}

// ---- TZif
//
//   header   44   "TZif", version u8, 15 unused, then six counts u32be: UT/local, standard/wall, leap seconds,
//                 transitions, types, bytes of abbreviations
//   times         transitions of 4 bytes (version 1) or 8
//   indexes       u8 a transition
//   types         6 bytes each: offset i32be, is daylight u8, abbreviation u8
//   abbreviations, leap seconds (8 or 12 bytes each), standard/wall flags, UT/local flags
//
// From version 2 on a second header and body follow with 8-byte times, then "\n", a TZ string, "\n".

struct Header {
  char version = '\0';
  std::uint32_t ut_flags = 0, wall_flags = 0, leaps = 0, transitions = 0, types = 0, letters = 0;

  std::uint64_t body_size(std::uint64_t time_size) const {
    return transitions * time_size + transitions + std::uint64_t{types} * 6 + letters + leaps * (time_size + 4) +
           wall_flags + ut_flags;
  }
};

Header read_header(Reader& in) {
  Header header;
  in.magic("TZif");
  header.version = static_cast<char>(in.u8());
  in.skip(15);
  for (std::uint32_t* count :
       {&header.ut_flags, &header.wall_flags, &header.leaps, &header.transitions, &header.types, &header.letters}) {
    const Where where = in.where();
    *count = in.u32be();
    if (*count > kLargestCount) in.fail_at(ErrorCode::malformed, "a count that a zone can have", *count, where);
  }
  return header;
}

std::vector<std::int32_t> read_types(Reader& in, std::uint32_t count) {
  std::vector<std::int32_t> offsets;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const Where where = in.where();
    const auto offset = static_cast<std::int32_t>(in.u32be());
    in.skip(2);
    if (offset <= -kLargestOffset_s || offset >= kLargestOffset_s)
      in.fail_at(ErrorCode::malformed, "an offset of less than 26 hours", static_cast<std::uint32_t>(offset), where);
    offsets.push_back(offset);
  }
  return offsets;
}

std::optional<ZoneFooter> read_footer(Reader& in, std::string_view rest) {
  const std::size_t end = rest.find('\n', 1);
  if (!rest.starts_with('\n') || end == std::string_view::npos) {
    in.fail_at(ErrorCode::malformed, "a TZ string behind the body", 0, in.where());
    return std::nullopt;
  }
  const std::string_view text = rest.substr(1, end - 1);
  if (text.empty()) return std::nullopt;  // what holds after the last transition is not known
  const auto footer = read_zone_footer(text);
  if (!footer) in.fail_at(ErrorCode::malformed, "a TZ string of POSIX", 0, in.where());
  return footer;
}

}  // namespace

std::optional<ZoneFooter> read_zone_footer(std::string_view text) {
  ZoneFooter footer;
  std::int32_t west_s = 0;
  if (!take_abbreviation(text) || !take_time(text, 24, west_s)) return std::nullopt;
  footer.standard_s = -west_s;
  if (text.empty()) return footer;
  if (!take_abbreviation(text)) return std::nullopt;
  west_s -= 3600;
  if (!text.starts_with(',') && !take_time(text, 24, west_s)) return std::nullopt;
  footer.daylight_s = -west_s;
  if (!take_rule(text, footer.begin) || !take_rule(text, footer.end) || !text.empty()) return std::nullopt;
  return footer;
}

Result<TimeZone> TimeZone::read(Bytes file) {
  Reader in(file);
  Header header = read_header(in);
  const bool has_long_times = header.version >= '2';
  if (has_long_times) {
    in.skip(header.body_size(4));
    header = read_header(in);
  }
  if (header.leaps != 0) in.fail_at(ErrorCode::unsupported, "a zone without leap seconds", header.leaps, in.where());
  if (header.types == 0) in.fail_at(ErrorCode::malformed, "a zone with a type of time", 0, in.where());
  if (in.ok() && header.body_size(has_long_times ? 8 : 4) > in.remaining())
    in.fail_at(ErrorCode::truncated, "a zone's body", in.remaining(), in.where());
  if (!in.ok()) return std::unexpected(in.error());

  TimeZone zone;
  zone.transitions_.resize(header.transitions);
  for (Transition& transition : zone.transitions_)
    transition.at_s = has_long_times ? static_cast<std::int64_t>(in.u64be()) : static_cast<std::int32_t>(in.u32be());
  for (Transition& transition : zone.transitions_) {
    transition.type = in.u8();
    if (transition.type >= header.types)
      in.fail_at(ErrorCode::malformed, "a type that the zone has", transition.type, in.where());
  }
  zone.types_ = read_types(in, header.types);
  if (!std::ranges::is_sorted(zone.transitions_, {}, &Transition::at_s))
    in.fail_at(ErrorCode::malformed, "transitions in the order of time", 0, in.where());
  if (has_long_times) {
    in.skip(header.letters + std::uint64_t{header.wall_flags} + header.ut_flags);
    if (in.ok()) zone.footer_ = read_footer(in, as_text(file.subspan(in.position())));
  }
  if (!in.ok()) return std::unexpected(in.error());
  zone.collect_offsets();
  return zone;
}

Result<TimeZone> TimeZone::load(std::string_view name) {
  if (name == "UTC") return TimeZone();
  if (!is_zone_name(name)) return fail(ErrorCode::not_found, "the name of a time zone");
  std::ifstream in(kFolder + std::string(name), std::ios::binary);
  std::string bytes(kLargestFile, '\0');
  if (!in.is_open() || !(in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())), in.gcount() > 0))
    return fail(ErrorCode::not_found, "a time zone of this machine");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  auto zone = read(as_bytes(bytes));
  // The folder holds other files too, "tzdata.zi" for one.
  if (!zone && !bytes.starts_with("TZif")) return fail(ErrorCode::not_found, "a time zone of this machine");
  return zone;
}

void TimeZone::collect_offsets() {
  offsets_ = types_;
  if (footer_) offsets_.push_back(footer_->standard_s);
  if (footer_ && footer_->daylight_s) offsets_.push_back(*footer_->daylight_s);
  std::ranges::sort(offsets_);
  const auto repeated = std::ranges::unique(offsets_);
  offsets_.erase(repeated.begin(), repeated.end());
}

std::int32_t TimeZone::offset_at(std::int64_t seconds) const {
  const auto next = std::ranges::upper_bound(transitions_, seconds, {}, &Transition::at_s);
  if (next == transitions_.end() && footer_) return footer_offset(*footer_, seconds);
  return types_[next == transitions_.begin() ? 0 : std::prev(next)->type];
}

std::int32_t TimeZone::offset_s(std::int64_t us) const {
  return offset_at(floor_seconds(std::clamp(us, -kFarthest_us, kFarthest_us)));
}

WallClock TimeZone::wall_clock(std::int64_t local_us) const {
  if (local_us <= -kFarthest_us || local_us >= kFarthest_us) return {WallClock::Fit::once, {local_us, 0}, {}};
  const auto moment = [&](std::int32_t offset) {
    return WallClock::Candidate{local_us - offset * kUsPerSecond, offset};
  };
  std::vector<WallClock::Candidate> found;
  for (const std::int32_t offset : offsets_)
    if (offset_s(moment(offset).us) == offset) found.push_back(moment(offset));
  std::ranges::sort(found, {}, &WallClock::Candidate::us);
  if (found.size() == 1) return {WallClock::Fit::once, found.front(), {}};
  if (found.size() > 1) return {WallClock::Fit::repeated, found.front(), found.back()};
  // The clock was moved on over this reading: before the change `earlier` held, after it `later`.
  for (const std::int32_t later : offsets_) {
    const std::int32_t earlier = offset_s(moment(later).us);
    if (earlier < later && offset_s(moment(earlier).us) == later)
      return {WallClock::Fit::skipped, moment(earlier), moment(later)};
  }
  return {WallClock::Fit::once, moment(offset_s(local_us)), {}};
}

bool is_zone_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (name.empty() || name.size() > kLongest || name.front() == '/' || name.back() == '/') return false;
  if (name.find("//") != std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '+' || letter == '-' || letter == '_' || letter == '/';
  });
}

std::vector<std::string> zone_names() {
  std::ifstream in(std::string(kFolder) + "tzdata.zi");
  std::vector<std::string> names = {"UTC"};
  std::string line;
  while (std::getline(in, line)) {
    // "Z Europe/Berlin 0:53:28 - LMT 1893 Ap" is a zone, "L Europe/Berlin Arctic/Longyearbyen" another name of one.
    std::istringstream words(line);
    std::string word;
    std::string name;
    words >> word >> name;
    if (word == "L") words >> name;
    if ((word == "Z" || word == "L") && is_zone_name(name)) names.push_back(name);
  }
  return names;
}

}  // namespace exhibit
