// Moments worked out with `date -u -d TEXT +%s`.
#include "time_text.h"

#include <limits>
#include <tuple>

namespace exhibit::model {
namespace {

constexpr std::int64_t kMay = 1'682'944'496'000'000;  // 2023-05-01T12:34:56Z
constexpr std::int64_t kMinute = kMay - 56'000'000;
constexpr std::int64_t kHour = 1'682'942'400'000'000;
constexpr std::int64_t kDay = 1'682'899'200'000'000;
constexpr std::int64_t kYear = 1'672'531'200'000'000;

std::string text(std::int64_t us, Precision precision, Zone zone = Zone::utc, std::int32_t offset_s = 0) {
  return time_text({.moment = {.us = us, .zone = zone, .precision = precision, .offset_s = offset_s}});
}

TEST(TimeText, DigitsArePrecision) {
  EXPECT_EQ(text(kMay, Precision::s), "2023-05-01T12:34:56Z");
  EXPECT_EQ(text(kMay + 120'000, Precision::ms), "2023-05-01T12:34:56.120Z");
  EXPECT_EQ(text(kMay + 120'000, Precision::us), "2023-05-01T12:34:56.120000Z");
  EXPECT_EQ(text(kMinute, Precision::min), "2023-05-01T12:34Z");
  EXPECT_EQ(text(kHour, Precision::h), "2023-05-01T12Z");
  EXPECT_EQ(text(kDay, Precision::day), "2023-05-01Z");
  EXPECT_EQ(text(kDay, Precision::month), "2023-05Z");
  EXPECT_EQ(text(kYear, Precision::year), "2023Z");
}

TEST(TimeText, WhatLiesBelowThePrecisionIsShown) {
  EXPECT_EQ(text(kMay + 1, Precision::s), "2023-05-01T12:34:56.000001Z");
  EXPECT_EQ(text(kMay + 1, Precision::ms), "2023-05-01T12:34:56.000001Z");
  EXPECT_EQ(text(kMay, Precision::min), "2023-05-01T12:34:56.000000Z");
  EXPECT_EQ(text(kHour, Precision::day), "2023-05-01T12:00:00.000000Z");
  EXPECT_EQ(text(kDay, Precision::year), "2023-05-01T00:00:00.000000Z") << "May is not the start of a year";
  EXPECT_EQ(text(kDay + 86'400'000'000, Precision::month), "2023-05-02T00:00:00.000000Z");
}

TEST(TimeText, ZonesAreTold) {
  EXPECT_EQ(text(kMay, Precision::s, Zone::offset, 7200), "2023-05-01T14:34:56+02:00");
  EXPECT_EQ(text(kMay, Precision::s, Zone::offset, 0), "2023-05-01T12:34:56+00:00");
  EXPECT_EQ(text(kMay, Precision::s, Zone::offset, -12'600), "2023-05-01T09:04:56-03:30");
  EXPECT_EQ(text(kMay, Precision::s, Zone::offset, -75), "2023-05-01T12:33:41-00:01:15");
  EXPECT_EQ(text(kMay, Precision::s, Zone::local), "2023-05-01T12:34:56");
  EXPECT_EQ(text(kMay, Precision::s, Zone::assumed), "2023-05-01T12:34:56Z");
  EXPECT_EQ(text(kMay, Precision::s, Zone::assumed, 7200), "2023-05-01T14:34:56+02:00");
  EXPECT_EQ(text(kDay - 7'200'000'000, Precision::day, Zone::offset, 7200), "2023-05-01+02:00") << "a local day";
  EXPECT_EQ(text(kMay, Precision::s, Zone::offset, 86'400), "2023-05-01T12:34:56Z") << "no offset of a clock";
}

TEST(TimeText, YearsOfMoreOrFewerDigitsAreMicroseconds) {
  EXPECT_EQ(text(-62'135'596'800'000'000, Precision::s), "0001-01-01T00:00:00Z");
  EXPECT_EQ(text(-62'135'596'800'000'001, Precision::us), "us:-62135596800000001");
  EXPECT_EQ(text(253'402'300'799'999'999, Precision::us), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(text(253'402'300'800'000'000, Precision::s), "us:253402300800000000");
  EXPECT_EQ(text(253'402'300'799'000'000, Precision::s, Zone::offset, 1), "us:253402300799000000")
      << "year 10000 there";
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max(), Precision::us, Zone::offset, 3600),
            "us:9223372036854775807");
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min(), Precision::us, Zone::offset, -60),
            "us:-9223372036854775808");
}

TEST(TimeText, ReadsBackWhatItWrites) {
  for (const std::int64_t us :
       {kMay, kMay + 120'000, kMay + 1, kMinute, kHour, kDay, kYear, std::int64_t{0}, std::int64_t{-1},
        std::int64_t{-62'135'596'800'000'000}, std::numeric_limits<std::int64_t>::min()})
    for (int zone = 1; zone <= 4; ++zone)
      for (int precision = 1; precision <= 8; ++precision)
        for (const std::int32_t offset : {0, 7200, -12'600, -75, 86'399, -18'000}) {
          std::string out;
          const Moment moment{us, static_cast<Zone>(zone), static_cast<Precision>(precision), offset};
          const TimeFromText said = append_time_text(out, {.moment = moment});
          const auto read = read_time_text(out);
          ASSERT_TRUE(read.has_value()) << out;
          EXPECT_EQ(read->moment.us, us) << out;
          EXPECT_EQ(read->moment.zone, said.moment.zone) << out;
          EXPECT_EQ(read->moment.offset_s, said.moment.offset_s) << out;
          EXPECT_EQ(read->has_precision, said.has_precision) << out;
          if (said.has_precision) {
            EXPECT_EQ(read->moment.precision, said.moment.precision) << out;
          }
        }
}

TEST(TimeText, AnOffsetIsNotTakenForAMonthOrDay) {
  constexpr std::int64_t kFiveHours = 18'000'000'000;
  for (const auto& [us, precision, expected] : {std::tuple{kYear + kFiveHours, Precision::year, "2023-05:00"},
                                                std::tuple{kDay + kFiveHours, Precision::month, "2023-05-05:00"},
                                                std::tuple{kDay + kFiveHours, Precision::day, "2023-05-01-05:00"}}) {
    EXPECT_EQ(text(us, precision, Zone::offset, -18'000), expected);
    const auto read = read_time_text(expected);
    ASSERT_TRUE(read.has_value()) << expected;
    EXPECT_EQ(read->moment.us, us) << expected;
    EXPECT_EQ(read->moment.precision, precision) << expected;
    EXPECT_EQ(read->moment.offset_s, -18'000) << expected;
  }
}

TEST(TimeText, RefusesAllElse) {
  for (const char* wrong : {"",
                            "2023-05-01 12:34:56Z",
                            "2023-05-01T12:34:56z",
                            "2023-13Z",
                            "2023-02-29Z",
                            "2023-05-01T24Z",
                            "2023-05-01T12:60Z",
                            "2023-05-01T12:34:60Z",
                            "2023-05-01T12:34:56.1Z",
                            "2023-05-01T12:34:56.1234567Z",
                            "2023-05-01T12:34:56.Z",
                            "0000Z",
                            "23-05-01Z",
                            "2023-5-1Z",
                            "2023-05-01T12:34:56+2:00",
                            "2023-05-01T12:34:56+24:00",
                            "2023-05-01T12:34:56+02:00Z",
                            "2023-05-01T12:34:56Z ",
                            "us:",
                            "us:1.5",
                            "us:9223372036854775808",
                            "today",
                            "+002023-05-01Z"})
    EXPECT_FALSE(read_time_text(wrong).has_value()) << wrong;
}

/// A zone that is two hours ahead, without a file.
ShownZone two_hours_ahead() {
  std::string file = "TZif2" + std::string(15 + 20, '\0') + std::string("\0\0\0\x01", 4);  // one type, no letters
  file.replace(36, 8, std::string("\0\0\0\x01\0\0\0\0", 8));
  const std::string type = std::string("\0\0\x1c\x20\0\0", 6);
  return {"Test/Ahead", TimeZone::read(as_bytes(file + type + file + type + "\nAAA-2\n")).value()};
}

TEST(TimeText, IsShownInAZoneWithItsOffset) {
  const ShownZone zone = two_hours_ahead();
  EXPECT_EQ(time_text_in("2023-05-01T12:34:56Z", zone), "2023-05-01T14:34:56+02:00");
  EXPECT_EQ(time_text_in("2023-05-01T23:00:00.120Z", zone), "2023-05-02T01:00:00.120+02:00");
  EXPECT_EQ(time_text_in("2023-05-01T12:34:56-05:00", zone), "2023-05-01T19:34:56+02:00");
  EXPECT_EQ(time_text_in("2023-05-01T12:34:56-05:00", {"UTC", TimeZone()}), "2023-05-01T17:34:56Z");
}

TEST(TimeText, StaysWhereAZoneSaysNothing) {
  const ShownZone zone = two_hours_ahead();
  for (const char* text : {"2023-05-01T12:34:56", "2023-05-01Z", "2023Z", "us:-62135596800000001", "no time", ""})
    EXPECT_EQ(time_text_in(text, zone), text);
}

}  // namespace
}  // namespace exhibit::model
