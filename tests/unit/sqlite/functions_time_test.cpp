#include "functions_fixture.h"

namespace exhibit::sqlite {
namespace {

// 2023-05-06T07:08:09Z, worked out with Python's datetime; so are the same moment's numbers in the other clocks.
constexpr std::int64_t kMoment = 1'683'356'889'000'000;

class TimeFunctions : public FunctionsTest {
 protected:
  void expect_moment(const std::string& expression, std::int64_t us, Precision precision, Zone zone = Zone::utc) {
    const Kept value = one(expression);
    EXPECT_EQ(value.type, ValueType::time) << expression;
    EXPECT_EQ(value.moment.us, us) << expression;
    EXPECT_EQ(value.moment.precision, precision) << expression;
    EXPECT_EQ(value.moment.zone, zone) << expression;
    EXPECT_EQ(value.raw, "") << expression;
  }
};

TEST_F(TimeFunctions, EveryClockShowsTheSameMoment) {
  expect_moment("apple_time(705049689)", kMoment, Precision::us);
  expect_moment("apple_time(705049689.5)", kMoment + 500'000, Precision::us);
  expect_moment("apple_time(705049689123456789)", kMoment + 123'456, Precision::us);
  expect_moment("unix_time(1683356889, 's')", kMoment, Precision::s);
  expect_moment("unix_time(1683356889001, 'ms')", kMoment + 1000, Precision::ms);
  expect_moment("unix_time(1683356889000001, 'us')", kMoment + 1, Precision::us);
  expect_moment("unix_time(1683356889000001999, 'ns')", kMoment + 1, Precision::us);
  expect_moment("unix_time(1683356889.25, 's')", kMoment + 250'000, Precision::us);
  expect_moment("webkit_time(13327830489000000)", kMoment, Precision::us);
  expect_moment("filetime(133278304891234567)", kMoment + 123'456, Precision::us);
  expect_moment("dotnet_time(638189536890000000)", kMoment, Precision::us);
  expect_moment("gps_time(1367392089)", kMoment, Precision::us);
  expect_moment("hfs_time(3766201689)", kMoment, Precision::s);
  expect_moment("iso_time('2023-05-06T07:08:09Z')", kMoment, Precision::s);
  expect_moment("iso_time('2023-05-06 07:08')", kMoment - 9'000'000, Precision::min, Zone::local);
  expect_moment("exif_time('2023:05:06 07:08:09', NULL)", kMoment, Precision::s, Zone::local);
}

TEST_F(TimeFunctions, NumbersMayStandAsText) {
  expect_moment("apple_time('705049689')", kMoment, Precision::us);
  expect_moment("apple_time('705049689.5')", kMoment + 500'000, Precision::us);
  expect_moment("unix_time('1683356889001', 'ms')", kMoment + 1000, Precision::ms);
}

TEST_F(TimeFunctions, NoValueIsNull) {
  for (const char* expression : {"apple_time(NULL)",
                                 "apple_time(0)",
                                 "apple_time(-63114076800)",
                                 "apple_time(64092211200.0)",
                                 "unix_time(NULL, 's')",
                                 "unix_time(0, 's')",
                                 "unix_time(-1, 'ms')",
                                 "webkit_time(0)",
                                 "filetime(0)",
                                 "filetime(9223372036854775807)",
                                 "dotnet_time(0)",
                                 "gps_time(0)",
                                 "hfs_time(0)",
                                 "iso_time(NULL)",
                                 "iso_time('')",
                                 "exif_time('0000:00:00 00:00:00', '')",
                                 "exif_time(NULL, '+01:00')",
                                 "uptime(NULL, apple_time(1e8))",
                                 "uptime(5, NULL)",
                                 "latest(NULL, NULL)",
                                 "earliest(NULL, NULL)"})
    EXPECT_TRUE(is_null(expression)) << expression;
}

TEST_F(TimeFunctions, AnOffsetTravelsAlong) {
  const Kept value = one("iso_time('2023-05-06T09:08:09.25+02:00')");
  EXPECT_EQ(value.type, ValueType::time);
  EXPECT_EQ(value.moment.us, kMoment + 250'000);
  EXPECT_EQ(value.moment.zone, Zone::offset);
  EXPECT_EQ(value.moment.offset_s, 7200);
  EXPECT_EQ(value.moment.precision, Precision::ms);
  EXPECT_EQ(value.raw, "");
  EXPECT_EQ(one("exif_time('2023:05:06 04:08:09', '-03:00')").moment.offset_s, -10800);
  expect_moment("iso_time('2023-05-06T07:08:09+00:00')", kMoment, Precision::s, Zone::offset);
}

TEST_F(TimeFunctions, OutsideTheUsualRangeKeepsMomentAndStoredValue) {
  const Kept future = one("unix_time(5680281600, 's')");  // 2150-01-01
  EXPECT_EQ(future.type, ValueType::time);
  EXPECT_EQ(future.moment.us, 5'680'281'600'000'000);
  EXPECT_EQ(future.moment.precision, Precision::s);
  EXPECT_EQ(future.raw, "5680281600");
  EXPECT_EQ(one("apple_time(-1e9)").raw, "-1e+09");
  EXPECT_EQ(one("exif_time('1904:01:01 00:00:00', '+01:00')").raw, "1904:01:01 00:00:00 +01:00");
}

TEST_F(TimeFunctions, WhatIsNoMomentKeepsTheStoredValue) {
  for (const auto& [expression, stored] : std::map<std::string, std::string>{
           {"unix_time(9223372036854775806, 's')", "9223372036854775806"},
           {"apple_time('yesterday')", "yesterday"},
           {"apple_time('nan')", "nan"},
           {"apple_time(9e999)", "inf"},
           {"webkit_time(1e300)", "1e+300"},
           {"apple_time(x'00ff')", "00ff"},
           {"iso_time('6 May 2023')", "6 May 2023"},
           {"iso_time(x'3230')", "3230"},
           {"iso_time('2023-02-30')", "2023-02-30"},
           {"exif_time('2023-05-06', '')", "2023-05-06"},
       }) {
    const Kept value = one(expression);
    EXPECT_EQ(value.type, ValueType::time_lost) << expression;
    EXPECT_EQ(value.text, stored) << expression;
  }
}

TEST_F(TimeFunctions, AnIntegerIsNoTime) {
  EXPECT_EQ(one("1683356889000000").type, ValueType::integer);
  EXPECT_EQ(one("apple_time(705049689) + 1").type, ValueType::integer);
}

TEST_F(TimeFunctions, AuthorsMistakesEndTheStatement) {
  EXPECT_THAT(error_of("unix_time(5, 'm')"), testing::HasSubstr("unit"));
  EXPECT_THAT(error_of("unix_time(5, NULL)"), testing::HasSubstr("unit"));
  EXPECT_THAT(error_of("uptime(5, 1683356889000000)"), testing::HasSubstr("anchor"));
  EXPECT_THAT(error_of("latest(apple_time(705049689), 7)"), testing::HasSubstr("latest"));
  EXPECT_THAT(error_of("earliest(7)"), testing::HasSubstr("earliest"));
}

TEST_F(TimeFunctions, UptimeCountsFromItsAnchor) {
  expect_moment("uptime(90, apple_time(705049689))", kMoment + 90'000'000, Precision::us);
  expect_moment("uptime(-0.5, apple_time(705049689))", kMoment - 500'000, Precision::us);
  EXPECT_EQ(one("uptime(60, iso_time('2023-05-06T09:08:09+02:00'))").moment.offset_s, 7200);
  EXPECT_EQ(one("uptime('soon', apple_time(705049689))").type, ValueType::time_lost);
  EXPECT_EQ(one("uptime(1e300, apple_time(705049689))").type, ValueType::time_lost);
  EXPECT_EQ(one("uptime(5, iso_time('never'))").text, "5 s after never");
}

TEST_F(TimeFunctions, LatestAndEarliestCompareMoments) {
  const std::string offset = "iso_time('2023-05-06T09:08:09+02:00')";  // the same moment as kMoment
  expect_moment("latest(NULL, apple_time(5e8), apple_time(705049690), " + offset + ")", kMoment + 1'000'000,
                Precision::us);
  EXPECT_EQ(one("earliest(apple_time(705049690), NULL, " + offset + ")").moment.offset_s, 7200);
  // A lost time cannot be compared: it wins only alone.
  expect_moment("latest(iso_time('never'), apple_time(705049689))", kMoment, Precision::us);
  expect_moment("earliest(iso_time('never'), apple_time(705049689))", kMoment, Precision::us);
  EXPECT_EQ(one("latest(iso_time('never'), NULL)").text, "never");
}

TEST_F(TimeFunctions, LatestOfAGroup) {
  run("CREATE TABLE t(g, at TEXT); INSERT INTO t VALUES(1,'2023-05-06T07:08:09Z'),(1,'2023-05-06T08:00:00+02:00'),"
      "(1,NULL),(2,NULL)");
  const auto all = rows("SELECT latest(iso_time(at)), earliest(iso_time(at)) FROM t GROUP BY g ORDER BY g");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0][0].moment.us, kMoment);
  EXPECT_EQ(all[0][0].moment.zone, Zone::utc);
  EXPECT_EQ(all[0][1].moment.offset_s, 7200);
  EXPECT_EQ(all[1][0].type, ValueType::null);
}

TEST_F(TimeFunctions, SubtypeLivesThroughExpressions) {
  run("CREATE TABLE m(id INTEGER PRIMARY KEY, at REAL, g); INSERT INTO m VALUES(1, 705049689, 1), (2, 705049690, 1);"
      "CREATE TEMP VIEW v AS SELECT id AS _row, at, g FROM main.m");
  const std::string t = "apple_time(at)";
  for (const std::string& sql : {
           "SELECT " + t + " FROM v WHERE _row = 1",
           "SELECT CASE g WHEN 1 THEN " + t + " END FROM v WHERE _row = 1",
           "SELECT iif(g, " + t + ", NULL) FROM v WHERE _row = 1",
           "SELECT nullif(" + t + ", 5) FROM v WHERE _row = 1",
           "SELECT coalesce(NULL, " + t + ") FROM v WHERE _row = 1",
           "SELECT max(" + t + ", apple_time(1e8)) FROM v WHERE _row = 1",
           "SELECT min(" + t + ") FROM v",
           "SELECT min(" + t + ") FROM v GROUP BY g",
           "SELECT (SELECT " + t + " FROM v AS w WHERE w._row = v._row) FROM v WHERE _row = 1",
           "SELECT DISTINCT " + t + " FROM v WHERE _row = 1",
           "SELECT " + t + " FROM v WHERE _row = 1 UNION ALL SELECT " + t + " FROM v WHERE _row = 1",
       }) {
    const auto all = rows(sql);
    ASSERT_FALSE(all.empty()) << sql << error;
    EXPECT_EQ(all[0][0].type, ValueType::time) << sql;
    EXPECT_EQ(all[0][0].moment.us, kMoment) << sql;
  }
}

}  // namespace
}  // namespace exhibit::sqlite
