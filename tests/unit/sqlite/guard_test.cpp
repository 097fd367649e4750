#include "guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection.h"
#include "page_image_reading.h"

namespace exhibit::sqlite {
namespace {

using tests::image_of;
using tests::SqliteBuilder;

class Guarded : public testing::Test {
 protected:
  Guarded()
      : builder(
            "CREATE TABLE message(text, sent, by); INSERT INTO message VALUES ('a', 1, 2), ('b', 2, 3);"
            "CREATE VIEW evil AS SELECT text FROM message; CREATE TABLE other(x);"
            "CREATE TRIGGER react AFTER INSERT ON message BEGIN DELETE FROM message; END;"
            "CREATE VIRTUAL TABLE found USING fts4(body); INSERT INTO found VALUES ('word');") {
    auto opened = Connection::open(image_of(builder.bytes()), budget, Limits{});
    if (!opened) ADD_FAILURE() << opened.error().found;
    if (opened) connection = std::move(*opened);
  }

  /// The problem's code, or nothing if the author may run it.
  std::string author(const std::string& sql) {
    const auto statement = connection->prepare(sql);
    if (!statement) return statement.error().code;
    auto row = connection->step(statement->get());
    while (row && *row) row = connection->step(statement->get());
    return row ? "" : row.error().code;
  }

  SqliteBuilder builder;
  Budget budget;
  std::unique_ptr<Connection> connection;
};

TEST_F(Guarded, TheAuthorReadsAndNothingElse) {
  for (const char* sql :
       {"SELECT text FROM message",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
        "SELECT count(*), max(sent), group_concat(text), json_object('a', sent) FROM message",
        "SELECT value FROM json_each('[1,2]')", "SELECT row_number() OVER (ORDER BY sent) FROM message",
        "SELECT upper(substr(text, 1, 1)) FROM message WHERE text LIKE 'a%' OR text GLOB 'b*'",
        "EXPLAIN QUERY PLAN SELECT text FROM message", "SELECT body FROM found", "SELECT c0body FROM found_content"})
    EXPECT_EQ(author(sql), "") << sql;
  for (const char* sql : {"ATTACH ':memory:' AS x",
                          "DETACH main",
                          "PRAGMA user_version",
                          "PRAGMA table_info(message)",
                          "INSERT INTO message VALUES (1, 2, 3)",
                          "DELETE FROM message",
                          "UPDATE message SET text = 1",
                          "CREATE TEMP TABLE t(x)",
                          "CREATE TEMP VIEW v AS SELECT 1",
                          "DROP TABLE message",
                          "BEGIN",
                          "SAVEPOINT s",
                          "SELECT random()",
                          "SELECT randomblob(9)",
                          "SELECT date('now')",
                          "SELECT datetime(sent, 'localtime') FROM message",
                          "SELECT current_timestamp",
                          "SELECT load_extension('x')",
                          "SELECT sqlite_version()",
                          "SELECT changes()",
                          "SELECT zeroblob(1000000000)",
                          "ANALYZE",
                          "REINDEX",
                          "VACUUM",
                          "VACUUM INTO 'x'",
                          "SELECT * FROM pragma_table_info('message')"})
    EXPECT_EQ(author(sql), "refused") << sql;
  EXPECT_EQ(author("SELECT * FROM dbstat"), "sql");
  EXPECT_EQ(author("UPDATE sqlite_master SET sql = NULL"), "sql");
  EXPECT_EQ(author("SELECT \"no such column\" FROM message"), "sql");
}

TEST_F(Guarded, SaysWhatItRefused) {
  const auto statement = connection->prepare("SELECT random()");
  ASSERT_FALSE(statement);
  EXPECT_EQ(statement.error().found, "function random");
}

TEST_F(Guarded, ViewsAndTriggersOfTheEvidenceNeverRun) {
  EXPECT_EQ(author("SELECT text FROM evil"), "sql");
  const EngineScope engine(connection->guard());
  EXPECT_THAT(SqliteBuilder::query(connection->handle(), "SELECT text FROM main.evil"), testing::HasSubstr("error"));
}

TEST_F(Guarded, TheEngineMakesTempObjectsOfWhichTheAuthorReads) {
  ASSERT_TRUE(
      connection->execute("CREATE TEMP VIEW message AS SELECT rowid AS _row, text, sent FROM main.message;"
                          "CREATE TEMP TABLE made(x); INSERT INTO made VALUES (5); CREATE INDEX temp.i ON made(x);"));
  EXPECT_EQ(author("SELECT _row, text, x FROM message, made"), "");
  EXPECT_EQ(author("SELECT by FROM message"), "sql");  // not in the view
  EXPECT_FALSE(connection->execute("ATTACH ':memory:' AS x"));
  EXPECT_FALSE(connection->execute("PRAGMA journal_mode = WAL"));
  EXPECT_FALSE(connection->execute("DELETE FROM main.message"));
  EXPECT_TRUE(connection->execute("SELECT 1"));
  EXPECT_FALSE(connection->execute("SELECT random()"));
  EXPECT_EQ(connection->guard().mode(), Guard::Mode::author);
}

TEST_F(Guarded, PragmasThatTellAreTheEngines) {
  const EngineScope engine(connection->guard());
  EXPECT_EQ(SqliteBuilder::query(connection->handle(), "SELECT name FROM pragma_table_info('other')"), "x\n");
  EXPECT_EQ(SqliteBuilder::query(connection->handle(), "PRAGMA main.table_xinfo(other)"), "0|x||0|NULL|0|0\n");
}

TEST_F(Guarded, FunctionsOfOursAreAllowedByName) {
  sqlite3_create_function_v2(
      connection->handle(), "ours", 0, SQLITE_UTF8, nullptr,
      [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_int(context, 1); }, nullptr, nullptr,
      nullptr);
  EXPECT_EQ(author("SELECT ours()"), "refused");
  connection->guard().allow_function("Ours");
  EXPECT_EQ(author("SELECT OURS()"), "");
}

TEST_F(Guarded, CoverageIsWhatTheAuthorReadAndNotWhatAViewReads) {
  ASSERT_TRUE(connection->execute("CREATE TEMP VIEW message AS SELECT rowid AS _row, text, sent FROM main.message"));
  EXPECT_TRUE(connection->guard().coverage().empty());
  EXPECT_EQ(author("SELECT _row, text FROM message"), "");
  EXPECT_THAT(connection->guard().coverage(),
              testing::ElementsAre(Guard::Read{"temp", "message", "_row"}, Guard::Read{"temp", "message", "text"}));
  EXPECT_EQ(author("WITH m AS (SELECT sent FROM message) SELECT sent FROM m"), "");
  EXPECT_TRUE(connection->guard().coverage().contains({"temp", "message", "sent"}));
  EXPECT_EQ(author("SELECT count(*) FROM main.other"), "");
  EXPECT_TRUE(connection->guard().coverage().contains({"main", "other", ""}));
  EXPECT_EQ(connection->guard().coverage().size(), 4u);
}

}  // namespace
}  // namespace exhibit::sqlite
