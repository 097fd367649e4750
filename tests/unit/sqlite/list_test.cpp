#include "functions_fixture.h"
#include "list_encoding.h"

namespace exhibit::sqlite {
namespace {

class Lists : public FunctionsTest {
 protected:
  Lists() {
    run("CREATE TABLE a(id INTEGER PRIMARY KEY, m, path, at, body); INSERT INTO a VALUES"
        "(1, 1, 'a.jpg', 705049689, x'00ff'), (2, 1, NULL, NULL, NULL), (3, 1, '', 1e18, 2.5), (4, 2, NULL, NULL, "
        "NULL)");
  }

  /// Every element's fields, names with what the values are.
  static std::vector<std::map<std::string, Kept>> elements(const Kept& list) {
    std::vector<std::map<std::string, Kept>> result;
    ListReader reader(as_bytes(list.text));
    while (reader.next_element()) {
      auto& element = result.emplace_back();
      std::string_view name;
      Value value;
      while (reader.next_field(name, value)) element.emplace(name, Kept(value));
    }
    return result;
  }
};

TEST_F(Lists, KeepTypesAndLeaveNullsOut) {
  const Kept list =
      one("(SELECT list('path', path, 'sent_at', apple_time(at), 'content', body, 'size', id) FROM a "
          "WHERE m = 1)");
  ASSERT_EQ(list.type, ValueType::list);
  const auto all = elements(list);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].at("path").text, "a.jpg");
  EXPECT_EQ(all[0].at("sent_at").type, ValueType::time);
  EXPECT_EQ(all[0].at("sent_at").moment.us, 1'683'356'889'000'000);
  EXPECT_EQ(all[0].at("sent_at").moment.precision, Precision::us);
  EXPECT_EQ(all[0].at("content").type, ValueType::blob);
  EXPECT_EQ(all[0].at("content").text, std::string("\x00\xff", 2));
  EXPECT_EQ(all[0].at("size").integer, 1);
  EXPECT_EQ(all[1].size(), 1u);
  EXPECT_EQ(all[2].at("path").text, "");
  EXPECT_EQ(all[2].at("content").real, 2.5);
}

TEST_F(Lists, AnElementOfNullsIsNone) {
  const Kept list = one("(SELECT list('path', path, 'at', at) FROM a WHERE m = 1)");
  EXPECT_EQ(elements(list).size(), 2u);
  EXPECT_TRUE(is_null("(SELECT list('path', path) FROM a WHERE m = 2)"));
  EXPECT_TRUE(is_null("(SELECT list('path', path) FROM a WHERE m = 3)"));
}

TEST_F(Lists, TimesKeepOffsetRawAndLoss) {
  const auto all =
      elements(one("list('a', iso_time('2023-05-06T09:08:09+02:00'), 'b', unix_time(5680281600, 's'), "
                   "'c', iso_time('never'))"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].at("a").moment.offset_s, 7200);
  EXPECT_EQ(all[0].at("a").moment.zone, Zone::offset);
  EXPECT_EQ(all[0].at("b").raw, "5680281600");
  EXPECT_EQ(all[0].at("c").type, ValueType::time_lost);
  EXPECT_EQ(all[0].at("c").text, "never");
}

TEST_F(Lists, HoldListsAndLiveInGroups) {
  const auto all = rows(
      "SELECT list('inner', (SELECT list('id', b.id) FROM a AS b WHERE b.m = a.m), 'at', apple_time(at))"
      " FROM a GROUP BY m ORDER BY m");
  ASSERT_EQ(all.size(), 2u);
  const auto outer = elements(all[0][0]);
  ASSERT_EQ(outer.size(), 3u);
  ASSERT_EQ(outer[0].at("inner").type, ValueType::list);
  EXPECT_EQ(elements(outer[0].at("inner")).size(), 3u);
  EXPECT_EQ(outer[0].at("at").type, ValueType::time);
}

TEST_F(Lists, RowsOfAGroup) {
  const auto all = rows("SELECT list_rows(id) FROM a GROUP BY m ORDER BY m");
  ASSERT_EQ(all.size(), 2u);
  ASSERT_EQ(all[0][0].type, ValueType::row_list);
  const auto listed = elements(all[0][0]);
  ASSERT_EQ(listed.size(), 3u);
  EXPECT_EQ(listed[2].at("rowid").integer, 3);
}

TEST_F(Lists, WrongArgumentsEndTheStatement) {
  EXPECT_THAT(error_of("list()"), testing::HasSubstr("pairs"));
  EXPECT_THAT(error_of("list('a', 1, 'b')"), testing::HasSubstr("pairs"));
  EXPECT_THAT(error_of("list(1, 'a')"), testing::HasSubstr("name 1"));
}

TEST_F(Lists, GrowNoFurtherThanOneInflatedValue) {
  limits.inflated_value = 1000;
  EXPECT_THAT(
      error_of(
          "(SELECT list('x', p.path || '0123456789012345678901234567890123456789') FROM a AS p, a AS q, a AS r, a)"),
      testing::HasSubstr("too big"));
}

TEST_F(Lists, AStoredBlobIsNoList) { EXPECT_EQ(one("x'01000000'").type, ValueType::blob); }

TEST_F(Lists, EveryPrefixAndFlippedByteIsReadWithinItsBytes) {
  const Kept list = one("(SELECT list('path', path, 'sent_at', apple_time(at), 'content', body) FROM a WHERE m = 1)");
  for (std::size_t size = 0; size < list.text.size(); ++size) {
    Kept cut = list;
    cut.text.resize(size);
    EXPECT_LE(elements(cut).size(), 3u);
    Kept flipped = list;
    flipped.text[size] = static_cast<char>(~flipped.text[size]);
    elements(flipped);
  }
}

}  // namespace
}  // namespace exhibit::sqlite
