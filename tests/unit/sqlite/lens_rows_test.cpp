// Files that are not databases, read by queries like any other.
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

using testing::HasSubstr;

constexpr const char* kNetworks = R"(<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
  <key>Home</key><dict>
    <key>SSID</key><data>SG9tZQ==</data>
    <key>AddedAt</key><date>2023-03-08T20:26:40Z</date>
    <key>Hidden</key><true/>
    <key>BSSList</key><array>
      <dict><key>BSSID</key><string>02:00:00:00:00:01</string><key>Channel</key><integer>6</integer></dict>
      <dict><key>BSSID</key><string>02:00:00:00:00:02</string></dict>
    </array>
  </dict>
  <key>Work</key><dict>
    <key>SSID</key><data>V29yaw==</data>
    <key>BSSList</key><array>
      <dict><key>BSSID</key><string>02:00:00:00:00:03</string></dict>
    </array>
  </dict>
</dict></plist>)";

class LensRows : public LensFixture {
 protected:
  void SetUp() override {
    LensSpec spec{.optional = {"network.Removed"}};
    spec.rows = {{"network", "plist", "$.*", {"SSID", "AddedAt", "Hidden"}},
                 {"bss", "plist", "$.*.BSSList[*]", {"BSSID"}}};
    auto opened = Database::from_rows(as_bytes(kNetworks), std::move(spec), budget, limits);
    ASSERT_TRUE(opened) << told(opened.error());
    database = std::move(*opened);
  }
};

TEST_F(LensRows, ARowForEachEntryWithItsKey) {
  EXPECT_EQ(rows("SELECT _row, _key, SSID, apple_time(AddedAt) AS added, Removed FROM network", "network"),
            "1|Home|Home|time 1678307200000000|NULL\n2|Work|Work|NULL|NULL\n");
}

TEST_F(LensRows, RowsKnowTheRowAroundThem) {
  EXPECT_EQ(rows("SELECT b._row, b._parent, n._row AS _row_network, BSSID FROM bss b "
                 "JOIN network n ON n._row = b._parent",
                 "bss"),
            "1|1|1|02:00:00:00:00:01\n2|1|1|02:00:00:00:00:02\n3|2|2|02:00:00:00:00:03\n");
}

TEST_F(LensRows, TheRowIsCheckedAsInADatabase) {
  EXPECT_EQ(code_of("SELECT _row + 0 AS _row FROM bss", "bss"), "row_origin");
  EXPECT_EQ(code_of("SELECT n._row FROM bss b JOIN network n ON n._row = b._parent", "bss"), "row_origin");
}

TEST_F(LensRows, AreCountedAsMade) {
  EXPECT_EQ(database->count_rows("network"), 2u);
  EXPECT_EQ(database->count_rows("bss"), 3u);
}

TEST_F(LensRows, TablesShowTheDeclaredColumns) {
  ASSERT_EQ(database->tables().size(), 2u);
  EXPECT_EQ(database->tables()[0].name, "bss");
  ASSERT_EQ(database->tables()[0].columns.size(), 1u);
  EXPECT_EQ(database->tables()[0].columns[0].name, "BSSID");
}

TEST_F(LensRows, KeysThatAreNotDeclaredAndColumnsThatAreNotReadAreUnread) {
  EXPECT_THAT(unread(), HasSubstr("bss. 3\n"));
  EXPECT_THAT(unread(), HasSubstr("network. 2\n"));
  EXPECT_THAT(unread(), HasSubstr("bss.Channel 1\n"));
  ASSERT_EQ(code_of("SELECT _row, SSID, AddedAt FROM network", "network"), "none");
  ASSERT_EQ(code_of("SELECT _row, BSSID FROM bss", "bss"), "none");
  EXPECT_EQ(unread(), "bss.Channel 1\nnetwork.Hidden 1\n");
}

TEST_F(LensRows, AFileThatDoesNotDecodeIsAProblem) {
  LensSpec spec;
  spec.rows = {{"network", "plist", "$.*", {"SSID"}}};
  const auto opened = Database::from_rows(as_bytes("<plist><dict><key>"), std::move(spec), budget, limits);
  EXPECT_FALSE(opened);
}

}  // namespace
}  // namespace exhibit::sqlite
