#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection.h"
#include "page_image_reading.h"
#include "read_only_vfs.h"

namespace exhibit::sqlite {
namespace {

using tests::image_of;
using tests::SqliteBuilder;

TEST(ReadOnlyVfs, IsNotTheDefault) {
  const std::string before = sqlite3_vfs_find(nullptr)->zName;
  const std::string name = read_only_vfs_name();
  EXPECT_EQ(sqlite3_vfs_find(nullptr)->zName, before);
  EXPECT_NE(before, name);
  EXPECT_NE(sqlite3_vfs_find(name.c_str()), nullptr);
}

TEST(ReadOnlyVfs, OpensImagesOnlyWhileTheyAreServed) {
  SqliteBuilder builder("CREATE TABLE message(text)");
  const Budget budget;
  std::string name;
  const auto opens = [&](const std::string& file) {
    sqlite3* handle = nullptr;
    const int opened =
        sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, read_only_vfs_name());
    sqlite3_close(handle);
    return opened == SQLITE_OK;
  };
  {
    const ServedImage served(image_of(builder.bytes()), budget);
    name = served.name();
    EXPECT_TRUE(opens(name));
  }
  EXPECT_FALSE(opens(name));
  EXPECT_FALSE(opens(builder.path("")));  // no file of the machine
}

TEST(ReadOnlyVfs, NothingCanBeWritten) {
  SqliteBuilder builder("CREATE TABLE message(text)");
  const Budget budget;
  const ServedImage served(image_of(builder.bytes()), budget);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open_v2(served.name().c_str(), &handle, SQLITE_OPEN_READWRITE, read_only_vfs_name()), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "INSERT INTO message VALUES ('x')", nullptr, nullptr, nullptr), SQLITE_READONLY);
  // Temporary files are refused: what does not fit in memory is an error, never a file.
  const char* spill =
      "PRAGMA temp_store = FILE; PRAGMA temp.cache_size = 10; CREATE TEMP TABLE t AS WITH RECURSIVE n(i) AS "
      "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n";
  EXPECT_EQ(sqlite3_exec(handle, spill, nullptr, nullptr, nullptr), SQLITE_CANTOPEN);
  sqlite3_close(handle);
}

TEST(ReadOnlyVfs, ThereIsNoClock) {
  SqliteBuilder builder("CREATE TABLE message(text)");
  const Budget budget;
  const ServedImage served(image_of(builder.bytes()), budget);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open_v2(served.name().c_str(), &handle, SQLITE_OPEN_READONLY, read_only_vfs_name()), SQLITE_OK);
  EXPECT_EQ(SqliteBuilder::query(handle, "SELECT date('now')"), "NULL\n");
  sqlite3_close(handle);
}

TEST(Connection, StopsWhenCancelled) {
  SqliteBuilder builder(
      "PRAGMA page_size = 512; CREATE TABLE message(text); INSERT INTO message WITH RECURSIVE n(i) AS "
      "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n;");
  Budget budget;
  Cancel cancel;
  budget.cancel = &cancel;
  const auto connection = Connection::open(image_of(builder.bytes()), budget, Limits{});
  ASSERT_TRUE(connection);
  const auto statement = (*connection)->prepare("SELECT text FROM message");
  ASSERT_TRUE(statement);
  ASSERT_TRUE((*connection)->step(statement->get()).value());
  cancel.request();
  int rows = 0;
  auto row = (*connection)->step(statement->get());
  while (row && *row) {
    ++rows;
    row = (*connection)->step(statement->get());
  }
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, "cancelled");
  EXPECT_LT(rows, 1000);
}

TEST(Connection, StopsAtTheSameRowWhenItsStepsAreUsedUp) {
  SqliteBuilder builder(
      "CREATE TABLE message(text); INSERT INTO message WITH RECURSIVE n(i) AS "
      "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n;");
  std::vector<int> stopped_at;
  for (int run = 0; run < 3; ++run) {
    Budget budget;
    budget.sql_steps = 40'000;
    const auto connection = Connection::open(image_of(builder.bytes()), budget, Limits{});
    ASSERT_TRUE(connection);
    const auto statement = (*connection)->prepare("SELECT text FROM message");
    ASSERT_TRUE(statement);
    int rows = 0;
    auto row = (*connection)->step(statement->get());
    for (; row && *row; row = (*connection)->step(statement->get())) ++rows;
    ASSERT_FALSE(row);
    EXPECT_EQ(row.error().code, "budget");
    EXPECT_EQ(budget.sql_steps, 0u);
    stopped_at.push_back(rows);
  }
  EXPECT_GT(stopped_at[0], 1000);
  EXPECT_EQ(stopped_at[0], stopped_at[1]);
  EXPECT_EQ(stopped_at[0], stopped_at[2]);
}

TEST(Connection, AnEndlessSchemaIsStopped) {
  SqliteBuilder builder(
      "CREATE TABLE t(x); PRAGMA writable_schema = ON; INSERT INTO sqlite_schema WITH RECURSIVE n(i) AS "
      "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'table', 't' || i, 't' || i, 2, 'CREATE TABLE "
      "t' "
      "|| i || '(x)' FROM n;");
  Budget budget;
  budget.sql_steps = 100'000;
  const auto by_steps = Connection::open(image_of(builder.bytes()), budget, Limits{});
  ASSERT_FALSE(by_steps);
  EXPECT_EQ(by_steps.error().code, "budget");

  Limits limits;
  limits.schema_objects = 10'000;
  Budget fresh;
  const auto by_count = Connection::open(image_of(builder.bytes()), fresh, limits);
  ASSERT_FALSE(by_count);
  EXPECT_EQ(by_count.error().code, "limit");
  EXPECT_EQ(by_count.error().found, "20001");
}

TEST(Connection, ReadsACompanionBesideMain) {
  SqliteBuilder builder("CREATE TABLE message(text); INSERT INTO message VALUES ('a')");
  SqliteBuilder companion("CREATE TABLE contact(name); INSERT INTO contact VALUES ('b')");
  Budget budget;
  const auto connection = Connection::open(image_of(builder.bytes()), budget, Limits{});
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->attach(image_of(companion.bytes()), "odd \"name\"", Limits{}));
  const EngineScope engine((*connection)->guard());
  EXPECT_EQ(
      SqliteBuilder::query((*connection)->handle(), "SELECT text, name FROM message, \"odd \"\"name\"\"\".contact"),
      "a|b\n");
  EXPECT_FALSE((*connection)->execute("INSERT INTO \"odd \"\"name\"\"\".contact VALUES ('c')"));
}

TEST(Connection, OneStatementAtATime) {
  Budget budget;
  const auto connection = Connection::open_memory(budget);
  ASSERT_TRUE(connection);
  EXPECT_TRUE((*connection)->prepare("SELECT 1 ; \n"));
  const auto two = (*connection)->prepare("SELECT 1; SELECT 2");
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().expected, "one statement");
  EXPECT_FALSE((*connection)->prepare(""));
  EXPECT_FALSE((*connection)->prepare("-- nothing"));
}

TEST(Connection, QuotesNames) { EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\""); }

}  // namespace
}  // namespace exhibit::sqlite
