// Expectations were worked out with `date -u -d @N`.
#include "base/time.h"

#include <limits>

namespace exhibit {
namespace {

TEST(Time, AppleSecondsKeepMicroseconds) {
  const TimeReading reading = apple_time(704'736'730.0672107);
  ASSERT_EQ(reading.reading, Reading::moment);
  EXPECT_EQ(reading.moment.us, 1'683'043'930'067'211);
  EXPECT_EQ(reading.moment.precision, Precision::us);
}

TEST(Time, AppleSecondsAreRoundedToTheNearestMicrosecondOnce) {
  // 704736183437642.455 us: the product with a million as a double is ...642.5.
  EXPECT_EQ(apple_time(704'736'183.4376425).moment.us, 1'683'043'383'437'642);
}

TEST(Time, AppleNanosecondsAreToldBySize) {
  const TimeReading reading = apple_time(std::int64_t{704'736'730'067'210'750});
  EXPECT_EQ(reading.moment.us, 1'683'043'930'067'210) << "cut, not rounded";
}

TEST(Time, SentinelsAreUnset) {
  EXPECT_EQ(apple_time(0.0).reading, Reading::unset);
  EXPECT_EQ(apple_time(-63'114'076'800.0).reading, Reading::unset);
  EXPECT_EQ(apple_time(std::int64_t{64'092'211'200}).reading, Reading::unset);
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(), std::int64_t{0xFFFFFFFF}})
    EXPECT_EQ(unix_time(value, Unit::s).reading, Reading::unset) << value;
}

TEST(Time, WhatDoesNotFitIsImpossible) {
  EXPECT_EQ(unix_time(std::numeric_limits<std::int64_t>::max() - 1, Unit::s).reading, Reading::impossible);
  EXPECT_EQ(apple_time(std::numeric_limits<double>::quiet_NaN()).reading, Reading::impossible);
  EXPECT_EQ(iso_time("2023-02-30").reading, Reading::impossible);
  EXPECT_EQ(iso_time("yesterday").reading, Reading::impossible);
}

TEST(Time, EpochsMeetAtTheSameMoment) {
  constexpr std::int64_t kUs = 1'683'043'930'000'000;
  EXPECT_EQ(unix_time(std::int64_t{1'683'043'930}, Unit::s).moment.us, kUs);
  EXPECT_EQ(webkit_time(13'327'517'530'000'000).moment.us, kUs);
  EXPECT_EQ(filetime(133'275'175'300'000'000).moment.us, kUs);
  EXPECT_EQ(dotnet_time(638'186'407'300'000'000).moment.us, kUs);
  EXPECT_EQ(hfs_time(3'765'888'730).moment.us, kUs);
  EXPECT_EQ(gps_time(1'367'079'130.0).moment.us, kUs);
}

TEST(Time, IsoTellsZoneAndPrecision) {
  const TimeReading offset = iso_time("2023-05-02T18:12:10.5+02:00");
  EXPECT_EQ(offset.moment.us, 1'683'043'930'500'000);
  EXPECT_EQ(offset.moment.zone, Zone::offset);
  EXPECT_EQ(offset.moment.offset_s, 7200);
  EXPECT_EQ(offset.moment.precision, Precision::ms);
  EXPECT_EQ(iso_time("2023-05").moment.precision, Precision::month);
  EXPECT_EQ(iso_time("2023-05-02 16:12").moment.zone, Zone::local);
}

TEST(Time, CivilDaysGoBothWays) {
  for (const std::int64_t us : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{951'782'400'000'000},
                                std::int64_t{-62'135'596'800'000'000}, std::int64_t{4'102'444'799'999'999}})
    EXPECT_EQ(us_from_civil(civil_from_us(us)), us);
  const Civil leap_day = civil_from_us(951'782'400'000'000);
  EXPECT_EQ(leap_day.month, 2u);
  EXPECT_EQ(leap_day.day, 29u);
}

TEST(Time, AcceptedRangesHaveTheirEdges) {
  EXPECT_TRUE(is_usual_time(788'918'400'000'000));
  EXPECT_FALSE(is_usual_time(788'918'399'999'999));
  EXPECT_FALSE(is_usual_time(4'102'444'800'000'000));
  EXPECT_TRUE(is_far_time(4'102'444'800'000'000));
}

}  // namespace
}  // namespace exhibit
