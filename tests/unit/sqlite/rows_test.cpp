#include "rows.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "functions_fixture.h"

namespace exhibit::sqlite {
namespace {

constexpr std::string_view kNetworks = R"(<plist version="1.0"><dict>
<key>wifi.network.ssid.Home</key><dict>
  <key>SSID</key><data>SG9tZQ==</data>
  <key>AddedAt</key><date>2023-05-06T07:08:09Z</date>
  <key>Hidden</key><false/>
  <key>CaptiveProfile</key><dict><key>CaptiveNetwork</key><true/></dict>
  <key>__OSSpecific__</key><dict><key>BSSID</key><string>0:1a:2:b:c:d</string><key>CHANNEL</key><integer>6</integer></dict>
  <key>BSSList</key><array>
    <dict><key>BSSID</key><string>0:1a:2:b:c:d</string><key>ChannelFlags</key><integer>10</integer></dict>
    <dict><key>BSSID</key><string>0:1a:2:b:c:e</string></dict>
  </array></dict>
<key>wifi.network.ssid.Café 'x'</key><dict>
  <key>SSID</key><data>/w==</data>
  <key>Passcodes</key><array><integer>1</integer><real>2.5</real></array>
  <key>CaptiveProfile</key><dict/>
  <key>BSSList</key><array>
    <dict><key>BSSID</key><string>a:b:c:d:e:f</string><key>ChannelFlags</key><integer>12</integer></dict>
  </array></dict>
</dict></plist>)";

class Rows : public FunctionsTest {
 protected:
  RowsReport make(std::string_view file, const std::vector<RowsTable>& tables) {
    auto report = make_rows_tables(connection, as_bytes(file), tables, limits);
    EXPECT_TRUE(report.has_value()) << report.error().code << report.error().expected << report.error().found;
    return report.value_or(RowsReport{});
  }

  Problem refuse(std::string_view file, const std::vector<RowsTable>& tables) {
    auto report = make_rows_tables(connection, as_bytes(file), tables, limits);
    EXPECT_FALSE(report.has_value());
    return report ? Problem{} : report.error();
  }

  static std::vector<std::string> shown(const RowsReport& report) {
    std::vector<std::string> list;
    for (const auto& key : report.undeclared)
      list.push_back(key.table + ":" + key.key + " " + std::to_string(key.count));
    return list;
  }

  const std::vector<RowsTable> networks_ = {
      {"bss", "plist", "$.*.BSSList[*]", {"BSSID"}},
      {"network", "plist", "$.*", {"SSID", "AddedAt", "Hidden", "__OSSpecific__.BSSID", "Passcodes"}},
  };
};

TEST_F(Rows, NetworksAndTheirStations) {
  const RowsReport report = make(kNetworks, networks_);
  ASSERT_EQ(report.made.size(), 2u);
  const auto network = rows(
      "SELECT _row, _key, _path, _parent, SSID, apple_time(AddedAt), Hidden, \"__OSSpecific__.BSSID\", "
      "Passcodes FROM network ORDER BY _row");
  ASSERT_EQ(network.size(), 2u) << error;
  EXPECT_EQ(network[0][0].integer, 1);
  EXPECT_EQ(network[0][1].text, "wifi.network.ssid.Home");
  EXPECT_EQ(network[0][2].text, "$['wifi.network.ssid.Home']");
  EXPECT_EQ(network[0][3].type, ValueType::null);
  EXPECT_EQ(network[0][4].type, ValueType::blob);
  EXPECT_EQ(network[0][4].text, "Home");
  EXPECT_EQ(network[0][5].type, ValueType::time);
  EXPECT_EQ(network[0][5].moment.us, 1'683'356'889'000'000);
  EXPECT_EQ(network[0][6].integer, 0);
  EXPECT_EQ(network[0][7].text, "0:1a:2:b:c:d");
  EXPECT_EQ(network[1][2].text, "$['wifi.network.ssid.Café \\'x\\'']");
  EXPECT_EQ(network[1][5].type, ValueType::null);
  EXPECT_EQ(network[1][8].text, "[1,2.5]");

  const auto bss = rows("SELECT _row, _parent, _key, mac(BSSID), _path FROM bss ORDER BY _row");
  ASSERT_EQ(bss.size(), 3u) << error;
  EXPECT_EQ(bss[0][1].integer, 1);
  EXPECT_EQ(bss[1][1].integer, 1);
  EXPECT_EQ(bss[1][2].text, "1");
  EXPECT_EQ(bss[1][3].text, "00:1a:02:0b:0c:0e");
  EXPECT_EQ(bss[1][4].text, "$['wifi.network.ssid.Home'].BSSList[1]");
  EXPECT_EQ(bss[2][0].integer, 3);
  EXPECT_EQ(bss[2][1].integer, 2);
}

TEST_F(Rows, UndeclaredKeysAreCounted) {
  EXPECT_THAT(shown(make(kNetworks, networks_)), testing::ElementsAre("bss:ChannelFlags 2", "network:CaptiveProfile 2",
                                                                      "network:__OSSpecific__.CHANNEL 1"));
}

TEST_F(Rows, UndeclaredOutsideAndInsteadOfRows) {
  const auto report = make(R"({"version": 3, "nothing": null, "items": [{"a": 1, "b": [{"c": 1}, {"c": 2}]}, "alone"],
                               "other": {"x": [1, 2]}})",
                           {{"item", "json", "$.items[*]", {"a"}}, {"deep", "json", "$.items[*].b[*].d[*]", {"e"}}});
  EXPECT_THAT(shown(report), testing::ElementsAre(":$.other 1", ":$.version 1", "item:$ 1", "item:b[*].c 2"));
}

TEST_F(Rows, JsonKeepsTypesAndScalarsAreTheRowItself) {
  make(R"([1, 2.5, "text", true, null, {"k": [1]}, 18446744073709551615])", {{"t", "json", "$[*]", {"$"}}});
  const auto all = rows("SELECT \"$\", _key FROM t ORDER BY _row");
  ASSERT_EQ(all.size(), 7u) << error;
  EXPECT_EQ(all[0][0].type, ValueType::integer);
  EXPECT_EQ(all[1][0].real, 2.5);
  EXPECT_EQ(all[2][0].text, "text");
  EXPECT_EQ(all[3][0].integer, 1);
  EXPECT_EQ(all[4][0].type, ValueType::null);
  EXPECT_EQ(all[5][0].text, R"({"k":[1]})");
  EXPECT_EQ(all[6][0].text, "18446744073709551615");
  EXPECT_EQ(all[6][1].text, "6");
}

TEST_F(Rows, XmlAndTheRootAsARow) {
  make("<map><string name=\"phone\">+447700900123</string><int name=\"n\" value=\"5\"/></map>",
       {{"entry", "xml", "$.map", {"string.#text", "int.@value"}}, {"root", "xml", "$", {}}});
  const auto all = rows("SELECT \"string.#text\", \"int.@value\", _parent FROM entry");
  ASSERT_EQ(all.size(), 1u) << error;
  EXPECT_EQ(all[0][0].text, "+447700900123");
  EXPECT_EQ(all[0][1].text, "5");
  EXPECT_EQ(all[0][2].integer, 1);
  EXPECT_EQ(rows("SELECT _key FROM root")[0][0].text, "$");
}

TEST_F(Rows, TheParentIsTheInnermostRowAround) {
  make(R"([{"b": [{"c": [1]}, {"c": [2, 3]}]}, {"b": [{"c": [4]}]}])",
       {{"b", "json", "$[*].b[*]", {}}, {"c", "json", "$[*].b[*].c[*]", {"$"}}, {"a", "json", "$[*]", {}}});
  const auto all = rows("SELECT c._parent, b._parent FROM c JOIN b ON b._row = c._parent ORDER BY c._row");
  ASSERT_EQ(all.size(), 4u) << error;
  EXPECT_EQ(all[2][0].integer, 2);
  EXPECT_EQ(all[2][1].integer, 1);
  EXPECT_EQ(all[3][0].integer, 3);
  EXPECT_EQ(all[3][1].integer, 2);
}

TEST_F(Rows, NoRowsAreATable) {
  EXPECT_EQ(make("{}", {{"t", "json", "$.items[*]", {"a"}}}).made[0].rows, 0u);
  EXPECT_EQ(rows("SELECT count(*) FROM t")[0][0].integer, 0);
}

TEST_F(Rows, RefusesWhatItCannotRead) {
  EXPECT_EQ(refuse("{", {{"t", "json", "$", {}}}).table, "");
  EXPECT_EQ(refuse("{}", {{"t", "json", "$.[", {}}}).code, "malformed");
  EXPECT_EQ(refuse("{}", {{"t", "json", "$", {"a[*]"}}}).code, "malformed");
  EXPECT_EQ(refuse("{}", {{"t", "csv", "$", {}}}).code, "unsupported");
  EXPECT_EQ(refuse("{}", {{"t", "json", "$", {"a", "A"}}}).code, "sql");
}

TEST_F(Rows, LimitsAreProblems) {
  const std::string file = R"([1,2,3,4,5,6,7,8,9,10])";
  limits.nodes = 60;
  make(file, {{"t", "json", "$[*]", {"$", "a", "b", "c", "d"}}});                                  // 60 cells
  EXPECT_EQ(refuse(file, {{"u", "json", "$[*]", {"$", "a", "b", "c", "d", "e"}}}).code, "limit");  // 70
  limits.nodes = 5;
  EXPECT_EQ(refuse(file, {{"v", "json", "$[*]", {}}}).code, "limit");
  limits = Limits{};
  limits.inflated_value = 3;
  // 3 bytes and twice the file's 22: the keys and paths alone are 51.
  EXPECT_EQ(refuse(file, {{"w", "json", "$[*]", {"$"}}}).code, "limit");
}

}  // namespace
}  // namespace exhibit::sqlite
