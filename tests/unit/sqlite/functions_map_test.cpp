#include <fstream>
#include <regex>
#include <set>

#include "functions_fixture.h"

namespace exhibit::sqlite {
namespace {

class MapFunction : public FunctionsTest {
 protected:
  MapFunction() { maps["answered"] = {{"0", "missed"}, {"1", "answered"}, {"-1", "odd"}, {"a'b", "quoted"}}; }
};

TEST_F(MapFunction, GivesTheWordOfACode) {
  EXPECT_EQ(text_of("map('answered', 1)"), "answered");
  EXPECT_EQ(text_of("map('answered', '0')"), "missed");
  EXPECT_EQ(text_of("map('answered', -1)"), "odd");
  EXPECT_EQ(text_of("map('answered', 'a''b')"), "quoted");
  EXPECT_TRUE(is_null("map('answered', NULL)"));
  EXPECT_TRUE(context.unknown_codes().empty());
}

TEST_F(MapFunction, NotesUnknownCodesOfTheRow) {
  rows("SELECT map('answered', 7), map('answered', x'ff'), map('answered', 7), map('answered', '')");
  ASSERT_EQ(context.unknown_codes().size(), 3u);
  EXPECT_EQ(context.unknown_codes()[0].map, "answered");
  EXPECT_EQ(context.unknown_codes()[0].code, "7");
  EXPECT_EQ(context.unknown_codes()[1].code, "ff");
  EXPECT_EQ(context.unknown_codes()[2].code, "");
  context.start_row();
  EXPECT_TRUE(context.unknown_codes().empty());
}

TEST_F(MapFunction, AnUnknownMapEndsTheStatement) {
  EXPECT_THAT(error_of("map('answred', NULL)"), testing::HasSubstr("[map.answred]"));
}

TEST(FunctionNames, AreSortedAndDoNotHideSqlitesOwn) {
  const auto all = function_names();
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  for (const auto table : table_function_names()) EXPECT_TRUE(std::ranges::binary_search(all, table)) << table;
  for (const char* dangerous :
       {"load_extension", "random", "date", "sqlite_version", "zeroblob", "readfile", "fts3_tokenizer"})
    EXPECT_FALSE(std::ranges::binary_search(all, dangerous)) << dangerous;
}

std::set<std::string> known_to(sqlite3* connection) {
  std::set<std::string> names;
  for (const char* sql : {"SELECT DISTINCT name FROM pragma_function_list", "SELECT name FROM pragma_module_list"}) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection, sql, -1, &statement, nullptr), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
      names.emplace(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
  }
  return names;
}

TEST_F(FunctionsTest, NamesAreThoseRegistered) {
  sqlite3* bare = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &bare), SQLITE_OK);
  const std::set<std::string> before = known_to(bare);
  sqlite3_close(bare);
  std::set<std::string> added;
  for (const std::string& name : known_to(connection))
    if (!before.contains(name)) added.insert(name);
  const auto own = own_function_names();
  EXPECT_EQ(added, std::set<std::string>(own.begin(), own.end()));
  for (const auto name : own) EXPECT_FALSE(before.contains(std::string(name))) << name << " hides SQLite's own";
  for (const auto name : function_names()) EXPECT_TRUE(known_to(connection).contains(std::string(name))) << name;
}

TEST(FunctionNames, AreDescribed) {
  std::ifstream file(EXHIBIT_SOURCE_DIR "/docs/reference/sql-functions.md");
  ASSERT_TRUE(file);
  std::set<std::string> described;
  const std::regex heading("^### `([a-z0-9_]+)\\(.*`$");
  std::smatch match;
  for (std::string line; std::getline(file, line);)
    if (std::regex_match(line, match, heading)) described.insert(match[1]);
  const auto own = own_function_names();
  EXPECT_EQ(described, std::set<std::string>(own.begin(), own.end()));
}

}  // namespace
}  // namespace exhibit::sqlite
