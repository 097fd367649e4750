#include "base/zone_file.h"

#include "base/time.h"

namespace exhibit {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

std::string be(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = size; i-- > 0;) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

/// A TZif file; the parts follow RFC 8536, section 3.
struct ZoneBuilder {
  std::vector<std::pair<std::int64_t, std::uint8_t>> transitions;
  std::vector<std::int32_t> types = {0};
  std::string footer;
  char version = '2';
  std::uint32_t leaps = 0;

  std::string body(std::size_t time_size) const {
    std::string bytes = "TZif" + std::string(1, version) + std::string(15, '\0');
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{0}, std::size_t{leaps}, transitions.size(), types.size(), std::size_t{4}})
      bytes += be(count, 4);
    for (const auto& [at, type] : transitions) bytes += be(static_cast<std::uint64_t>(at), time_size);
    for (const auto& [at, type] : transitions) bytes += static_cast<char>(type);
    for (const std::int32_t offset : types) bytes += be(static_cast<std::uint32_t>(offset), 4) + std::string(2, '\0');
    return bytes + "ABC" + '\0' + std::string(leaps * (time_size + 4), '\0');
  }
  std::string build() const { return version < '2' ? body(4) : body(4) + body(8) + '\n' + footer + '\n'; }
};

Result<TimeZone> read(const std::string& file) { return TimeZone::read(as_bytes(file)); }

TimeZone zone_of(const std::string& footer) {
  const auto zone = read(ZoneBuilder{.footer = footer}.build());
  EXPECT_TRUE(zone.has_value()) << footer;
  return zone.value_or(TimeZone());
}

std::int64_t at(std::int64_t year, std::uint32_t month, std::uint32_t day, std::uint32_t hour = 0,
                std::uint32_t minute = 0, std::uint32_t second = 0) {
  return us_from_civil({year, month, day, hour, minute, second, 0}).value();
}

// The numbers are those of Python's zoneinfo for the zone that ends in this TZ string.
TEST(ZoneFooter, TellsTheOffsetOnBothSidesOfAChange) {
  const TimeZone berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(berlin.offset_s(at(2023, 3, 26, 0, 59, 59)), 3600);
  EXPECT_EQ(berlin.offset_s(at(2023, 3, 26, 1)), 7200);
  EXPECT_EQ(berlin.offset_s(at(2095, 10, 30, 0, 59, 59)), 7200);
  EXPECT_EQ(berlin.offset_s(at(2095, 10, 30, 1)), 3600);
  const TimeZone new_york = zone_of("EST5EDT,M3.2.0,M11.1.0");
  EXPECT_EQ(new_york.offset_s(at(2007, 3, 11, 6, 59, 59)), -18'000);
  EXPECT_EQ(new_york.offset_s(at(2007, 3, 11, 7)), -14'400);
}

TEST(ZoneFooter, KnowsTheSouthHalfHoursAndNegativeDaylight) {
  const TimeZone lord_howe = zone_of("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  EXPECT_EQ(lord_howe.offset_s(at(2060, 1, 1)), 39'600);
  EXPECT_EQ(lord_howe.offset_s(at(2060, 7, 1)), 37'800);
  const TimeZone dublin = zone_of("IST-1GMT0,M10.5.0,M3.5.0/1");
  EXPECT_EQ(dublin.offset_s(at(2080, 1, 1)), 0);
  EXPECT_EQ(dublin.offset_s(at(2080, 7, 1)), 3600);
  const TimeZone nuuk = zone_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  EXPECT_EQ(nuuk.offset_s(at(2070, 3, 30)), -7200);
  EXPECT_EQ(nuuk.offset_s(at(2070, 4, 2)), -3600);
}

TEST(ZoneFooter, CountsDaysOfTheYear) {
  // J60 is March 1 of every year; 59, counted from 0, is February 29 where there is one.
  const TimeZone julian = zone_of("AAA0BBB,J60/0,J300/0");
  EXPECT_EQ(julian.offset_s(at(2024, 2, 29, 12)), 0);
  EXPECT_EQ(julian.offset_s(at(2024, 3, 1)), 3600);
  EXPECT_EQ(julian.offset_s(at(2023, 3, 1)), 3600);
  const TimeZone zero_based = zone_of("AAA0BBB,59/0,300/0");
  EXPECT_EQ(zero_based.offset_s(at(2024, 2, 29)), 3600);
  EXPECT_EQ(zero_based.offset_s(at(2023, 2, 28, 23, 59, 59)), 0);
  EXPECT_EQ(zero_based.offset_s(at(2023, 3, 1)), 3600);
}

TEST(ZoneFooter, IsStrict) {
  for (const char* text : {"", "C-1", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J0,J9", "CET-1CEST,366,9", "<CET-1",
                           "CET-1CEST,M3.5.0,M10.5.0x", "CET-1CEST,M3.5.0/168,M10.5.0", "CET1:60"})
    EXPECT_FALSE(read_zone_footer(text).has_value()) << text;
}

TEST(ZoneFile, TakesTheTransitionThatWasLast) {
  const ZoneBuilder builder{.transitions = {{-100, 1}, {1000, 2}, {2000, 1}}, .types = {60, 3600, 7200}};
  const auto zone = read(builder.build());
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->offset_s(-101 * kSecond), 60);
  EXPECT_EQ(zone->offset_s(-100 * kSecond - 1), 60);
  EXPECT_EQ(zone->offset_s(-100 * kSecond), 3600);
  EXPECT_EQ(zone->offset_s(1999 * kSecond), 7200);
  EXPECT_EQ(zone->offset_s(9000 * kSecond), 3600);
}

TEST(ZoneFile, ReadsTheOldestVersion) {
  const ZoneBuilder builder{.transitions = {{-100, 1}}, .types = {60, 3600}, .version = '\0'};
  const auto zone = read(builder.build());
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->offset_s(-101 * kSecond), 60);
  EXPECT_EQ(zone->offset_s(0), 3600);
}

TEST(ZoneFile, RefusesWhatItCannotTell) {
  EXPECT_FALSE(read(ZoneBuilder{.leaps = 1}.build()).has_value());
  EXPECT_FALSE(read(ZoneBuilder{.types = {}}.build()).has_value());
  EXPECT_FALSE(read(ZoneBuilder{.types = {26 * 3600}}.build()).has_value());
  EXPECT_FALSE(read(ZoneBuilder{.transitions = {{0, 1}}}.build()).has_value());
  EXPECT_FALSE(read(ZoneBuilder{.transitions = {{5, 0}, {4, 0}}}.build()).has_value());
  EXPECT_FALSE(read(ZoneBuilder{.footer = "CET"}.build()).has_value());
}

TEST(ZoneFile, RefusesEveryTruncation) {
  const std::string file =
      ZoneBuilder{.transitions = {{-100, 1}, {1000, 0}}, .types = {60, 3600}, .footer = "CET-1"}.build();
  ASSERT_TRUE(read(file).has_value());
  for (std::size_t size = 0; size < file.size(); ++size) EXPECT_FALSE(read(file.substr(0, size)).has_value()) << size;
}

TEST(ZoneFile, RefusesACountThatTheFileCannotHold) {
  std::string file = ZoneBuilder{}.build();
  const std::size_t second_header = ZoneBuilder{}.body(4).size();
  file.replace(second_header + 32, 4, be(0x0000ffff, 4));  // transitions
  EXPECT_FALSE(read(file).has_value());
}

TEST(WallClock, IsClearOnMostDays) {
  const WallClock clock = zone_of("CET-1CEST,M3.5.0,M10.5.0/3").wall_clock(at(2023, 5, 1, 14));
  EXPECT_EQ(clock.fit, WallClock::Fit::once);
  EXPECT_EQ(clock.chosen.us, at(2023, 5, 1, 12));
  EXPECT_EQ(clock.chosen.offset_s, 7200);
}

TEST(WallClock, GivesBothMomentsOfTheRepeatedHour) {
  const TimeZone berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
  const WallClock clock = berlin.wall_clock(at(2023, 10, 29, 2, 30));
  EXPECT_EQ(clock.fit, WallClock::Fit::repeated);
  EXPECT_EQ(clock.chosen.us, at(2023, 10, 29, 0, 30));
  EXPECT_EQ(clock.other.us, at(2023, 10, 29, 1, 30));
  EXPECT_EQ(berlin.wall_clock(at(2023, 10, 29, 1, 59, 59)).fit, WallClock::Fit::once);
  EXPECT_EQ(berlin.wall_clock(at(2023, 10, 29, 3)).fit, WallClock::Fit::once);
}

TEST(WallClock, GivesBothMomentsOfTheSkippedHour) {
  const TimeZone berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
  const WallClock clock = berlin.wall_clock(at(2023, 3, 26, 2, 30));
  EXPECT_EQ(clock.fit, WallClock::Fit::skipped);
  EXPECT_EQ(clock.chosen.us, at(2023, 3, 26, 1, 30));
  EXPECT_EQ(clock.chosen.offset_s, 3600);
  EXPECT_EQ(clock.other.us, at(2023, 3, 26, 0, 30));
  EXPECT_EQ(berlin.wall_clock(at(2023, 3, 26, 3)).fit, WallClock::Fit::once);
}

TEST(WallClock, StaysInRange) {
  const TimeZone berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
  for (const std::int64_t us : {INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(berlin.wall_clock(us).chosen.us, us);
    (void)berlin.offset_s(us);
  }
}

TEST(ZoneName, LeadsNowhereElse) {
  for (const char* name : {"Europe/Berlin", "UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "EST5EDT"})
    EXPECT_TRUE(is_zone_name(name)) << name;
  for (const char* name : {"", "/etc/passwd", "../localtime", "Europe/../UTC", "Europe//Berlin", "Europe/", "a b", "."})
    EXPECT_FALSE(is_zone_name(name)) << name;
}

TEST(ZoneName, IsLoadedFromTheMachine) {
  EXPECT_EQ(TimeZone::load("UTC").value().offset_s(at(2023, 7, 1)), 0);
  EXPECT_EQ(TimeZone::load("Europe/Atlantis").error().code, ErrorCode::not_found);
  EXPECT_EQ(TimeZone::load("tzdata.zi").error().code, ErrorCode::not_found);
  EXPECT_EQ(TimeZone::load("Europe").error().code, ErrorCode::not_found);
  const auto apia = TimeZone::load("Pacific/Apia");
  if (!apia) GTEST_SKIP() << "no zones on this machine";
  // Samoa skipped 2011-12-30.
  EXPECT_EQ(apia->offset_s(at(2011, 12, 30, 9, 59, 59)), -36'000);
  EXPECT_EQ(apia->offset_s(at(2011, 12, 30, 10)), 50'400);
  EXPECT_EQ(apia->wall_clock(at(2011, 12, 30, 12)).fit, WallClock::Fit::skipped);
  const auto names = zone_names();
  EXPECT_NE(std::ranges::find(names, "Pacific/Apia"), names.end());
}

}  // namespace
}  // namespace exhibit
