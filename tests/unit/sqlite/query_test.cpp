// What a query must be, and what stepping it gives.
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class QueryRules : public LensFixture {
 protected:
  void SetUp() override {
    open(
        "CREATE TABLE message(ROWID INTEGER PRIMARY KEY, text TEXT, handle_id INT, at INT);"
        "CREATE TABLE handle(id TEXT);"
        "INSERT INTO handle(rowid, id) VALUES (5, 'alice'), (9, 'bob');"
        "INSERT INTO message VALUES (1, 'one', 5, 700000000), (2, 'two', 9, 0), (7, 'seven', 5, NULL);",
        {.optional = {"gone"}, .maps = {{"kind", {{"5", "known"}}}}});
  }
  std::string message(const std::string& sql) { return rows(sql, "message"); }
};

TEST_F(QueryRules, TheRowOfTheDrivingTableIsTracedThroughAliasesAndJoins) {
  EXPECT_EQ(message("SELECT m._row, h.id FROM message AS m JOIN handle h ON h.rowid = m.handle_id"),
            "1|alice\n2|bob\n7|alice\n");
  EXPECT_EQ(message("SELECT m._row FROM handle h LEFT JOIN message m ON h.rowid = m.handle_id AND m.at > 0"),
            "1\nNULL\n");
}

TEST_F(QueryRules, TheRowIsTracedThroughGroupsAndCommonTables) {
  EXPECT_EQ(message("SELECT _row, count(*) AS n FROM message GROUP BY ROWID"), "1|1\n2|1\n7|1\n");
  EXPECT_EQ(message("WITH x AS (SELECT _row, text FROM message WHERE at > 0) SELECT x._row, text FROM x"), "1|one\n");
  EXPECT_EQ(message("SELECT ROWID AS _row FROM message"), "1\n2\n7\n") << "the same column by its own name";
}

TEST_F(QueryRules, AQueryWithoutRowIsRefused) {
  EXPECT_EQ(message("SELECT text FROM message"), "row_origin: _row of message / no column _row");
}

TEST_F(QueryRules, ARowThatIsComputedIsRefused) {
  EXPECT_EQ(message("SELECT _row + 0 AS _row FROM message"), "row_origin: _row of message / an expression");
  EXPECT_EQ(message("SELECT min(_row) AS _row FROM message"), "row_origin: _row of message / an expression");
}

TEST_F(QueryRules, ARowOfAnotherTableOrColumnIsRefused) {
  EXPECT_EQ(message("SELECT h._row FROM message m JOIN handle h ON h.rowid = m.handle_id"),
            "row_origin: _row of message / handle.rowid");
  EXPECT_EQ(message("SELECT handle_id AS _row FROM message"), "row_origin: _row of message / message.handle_id");
}

TEST_F(QueryRules, AQueryThatDoesNotReadItsDrivingTableIsRefused) {
  EXPECT_EQ(code_of("SELECT _row FROM handle", "message"), "row_origin");
  EXPECT_EQ(code_of("SELECT _row FROM handle", "nothing"), "schema_unknown");
}

TEST_F(QueryRules, ARowIsNotNeededWhereTheCallerSaysSo) {
  const auto query = database->prepare({.sql = "SELECT count(*) AS n FROM message", .table = "", .needs_row = false});
  ASSERT_TRUE(query) << told(query.error());
  EXPECT_EQ(rows(**query), "3\n");
}

TEST_F(QueryRules, OrderLimitAndDistinctOfTheOutermostSelectAreRefused) {
  EXPECT_EQ(code_of("SELECT _row FROM message ORDER BY at", "message"), "order_in_query");
  EXPECT_EQ(code_of("SELECT _row FROM message LIMIT 5", "message"), "order_in_query");
  EXPECT_EQ(code_of("SELECT DISTINCT _row FROM message", "message"), "order_in_query");
  EXPECT_EQ(code_of("WITH x AS (SELECT 1) SELECT _row FROM message order\nby at", "message"), "order_in_query");
}

TEST_F(QueryRules, OrderInsideIsAllowed) {
  EXPECT_EQ(message("SELECT _row, (SELECT h.id FROM handle h ORDER BY h.id DESC LIMIT 1) AS last, "
                    "text IS NOT DISTINCT FROM 'one' AS same, 'ORDER BY' AS words FROM message WHERE ROWID = 1"),
            "1|bob|1|ORDER BY\n");
}

TEST_F(QueryRules, AnAliasComesOnce) {
  EXPECT_EQ(message("SELECT _row, text AS body, at AS Body FROM message"), "duplicate_alias: each alias once / Body");
}

TEST_F(QueryRules, AMisspeltFunctionIsToldWithTheNearestOne) {
  EXPECT_EQ(message("SELECT _row, aple_time(at) AS t FROM message"), "sql: apple_time / no such function: aple_time");
}

TEST_F(QueryRules, OtherMistakesAreToldAsSqliteSees) {
  EXPECT_THAT(message("SELECT _row, FROM message"), StartsWith("sql: "));
  EXPECT_THAT(message("SELECT _row, FROM message"), HasSubstr("near \"FROM\""));
  EXPECT_EQ(message("SELECT m._row, x.text FROM message m"),
            "sql: a query that SQLite accepts / no such column: x.text");
  EXPECT_EQ(code_of("", "message"), "sql");
  EXPECT_EQ(code_of("SELECT _row FROM message; SELECT 1", "message"), "sql");
}

TEST_F(QueryRules, NothingButReadingIsAllowed) {
  for (const char* sql : {"DELETE FROM message", "ATTACH 'x' AS y", "PRAGMA page_count", "DROP VIEW message",
                          "INSERT INTO temp.message VALUES (1)", "SELECT _row, random() AS x FROM message"})
    EXPECT_THAT(code_of(sql, "message"), testing::AnyOf("refused", "qualified_table", "sql")) << sql;
}

TEST_F(QueryRules, TellsNamesAndOrigins) {
  const auto query = prepare(
      "SELECT m._row, m.text AS body, h._row AS _row_handle, upper(h.id) AS name FROM message m "
      "LEFT JOIN handle h ON h.rowid = m.handle_id",
      "message");
  ASSERT_TRUE(query) << told(query.error());
  ASSERT_EQ((*query)->column_count(), 4u);
  EXPECT_EQ((*query)->column_name(1), "body");
  EXPECT_EQ((*query)->column_origin(1).table, "message");
  EXPECT_EQ((*query)->column_origin(1).column, "text");
  EXPECT_EQ((*query)->column_origin(2).table, "handle");
  EXPECT_EQ((*query)->column_origin(2).column, "rowid");
  EXPECT_EQ((*query)->column_origin(3).table, "");
}

TEST_F(QueryRules, TimesKeepWhatIsKnownOfThem) {
  // 700,000,000 s after 2001-01-01 is 2023-03-08T20:26:40Z, by `date -u -d @1678307200`.
  EXPECT_EQ(message("SELECT _row, apple_time(at) AS t FROM message"), "1|time 1678307200000000\n2|NULL\n7|NULL\n");
}

TEST_F(QueryRules, CodesThatAMapDoesNotKnowAreToldWithTheirRow) {
  auto query = prepare("SELECT _row, map('kind', handle_id) AS kind FROM message", "message");
  ASSERT_TRUE(query) << told(query.error());
  ASSERT_TRUE((*query)->step().value());
  EXPECT_EQ((*query)->value(1).text(), "known");
  EXPECT_TRUE((*query)->unknown_codes().empty());
  ASSERT_TRUE((*query)->step().value());
  EXPECT_TRUE((*query)->value(1).is_null());
  ASSERT_EQ((*query)->unknown_codes().size(), 1u);
  EXPECT_EQ((*query)->unknown_codes()[0].map, "kind");
  EXPECT_EQ((*query)->unknown_codes()[0].code, "9");
  ASSERT_TRUE((*query)->step().value());
  EXPECT_TRUE((*query)->unknown_codes().empty());
}

TEST_F(QueryRules, TwoQueriesStepInTurn) {
  auto first = prepare("SELECT _row, map('kind', handle_id) AS kind FROM message WHERE ROWID > 1", "message");
  ASSERT_TRUE(first);
  ASSERT_TRUE((*first)->step().value());
  auto second = prepare("SELECT _row, id FROM handle", "handle");  // makes a new view while the first is running
  ASSERT_TRUE(second) << told(second.error());
  ASSERT_TRUE((*second)->step().value());
  EXPECT_EQ((*first)->unknown_codes().size(), 1u);
  EXPECT_EQ((*first)->value(0).integer, 2);
  EXPECT_EQ(rows(**second), "9|bob\n");
  EXPECT_EQ(rows(**first), "7|known\n");
}

TEST_F(QueryRules, AQueryCompiledBeforeTheLensGrewStillRuns) {
  auto first = prepare("SELECT m._row, g.a FROM message m LEFT JOIN gone g ON g.b = m.ROWID", "message");
  ASSERT_TRUE(first) << told(first.error());
  auto second = prepare("SELECT m._row, g.c FROM message m LEFT JOIN gone g ON g.d = m.ROWID", "message");
  ASSERT_TRUE(second) << told(second.error());
  EXPECT_EQ(rows(**first), "1|NULL\n2|NULL\n7|NULL\n");
}

TEST_F(QueryRules, StepsBeyondTheBudgetAreAProblemAndTheRowsBeforeStand) {
  auto query = prepare(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT m._row, i FROM n CROSS JOIN message m ON m.ROWID = 1",
      "message");
  ASSERT_TRUE(query) << told(query.error());
  budget.sql_steps = 100'000;
  std::uint64_t count = 0;
  std::expected<bool, Problem> row;
  while ((row = (*query)->step()) && *row) ++count;
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, "budget");
  EXPECT_GT(count, 100u);
}

TEST_F(QueryRules, RowsBeyondTheBudgetAreAProblem) {
  auto query = prepare("SELECT _row FROM message", "message");
  ASSERT_TRUE(query);
  budget.rows = 2;
  EXPECT_THAT(rows(**query), StartsWith("1\n2\nbudget: "));
  EXPECT_EQ((*query)->step(), false) << "a query that failed is at its end";
}

TEST_F(QueryRules, ACancelledRunEndsTheQuery) {
  Cancel cancel;
  budget.cancel = &cancel;
  auto query = prepare(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT m._row FROM n JOIN message m ON m.ROWID = 1 WHERE i < 0",
      "message");
  ASSERT_TRUE(query) << told(query.error());
  cancel.request();
  const auto row = (*query)->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, "cancelled");
}

TEST_F(QueryRules, ABlobThatDoesNotDecodeIsAProblemWithItsRow) {
  EXPECT_EQ(message("SELECT _row, plist(x'62706c697374303000', '$') AS p FROM message WHERE ROWID = 7"), "7|NULL\n");
  const auto problems = database->take_problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].code, "blob");
  EXPECT_EQ(problems[0].expected, "plist");
  EXPECT_EQ(problems[0].table, "message");
  EXPECT_EQ(problems[0].row, 7);
}

class RepeatedScans : public LensFixture {
 protected:
  /// 50 parents, 2,000 children; child n belongs to parent n % 50.
  void SetUp() override {
    open(
        "CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE child(parent_id INT, of TEXT COLLATE NOCASE, x INT);"
        "CREATE TABLE few(parent_id INT);"
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)"
        " INSERT INTO child SELECT i % 50, 'P' || (i % 50), i FROM n;"
        "INSERT INTO parent SELECT DISTINCT parent_id, 'p' || parent_id FROM child;"
        "INSERT INTO few VALUES (3);");
  }
  std::uint64_t steps_of(Query& query) {
    const std::uint64_t before = budget.sql_steps;
    rows(query);
    return before - budget.sql_steps;
  }
};

TEST_F(RepeatedScans, GetAnIndexOfOurs) {
  auto query = prepare(
      "SELECT p._row, (SELECT sum(c.x) FROM child c WHERE c.parent_id = p.id) AS total, "
      "(SELECT min(c._row) FROM child c WHERE c.parent_id = p.id) AS first FROM parent p",
      "parent");
  ASSERT_TRUE(query) << told(query.error());
  // Read 50 times, 2,000 rows would cost 100,000 rows and more steps than that.
  EXPECT_LT(steps_of(**query), 60'000u);
  // Parent 3 has 3, 53, ..., 1953: 40 numbers of mean 978. Row n + 1 holds n.
  EXPECT_THAT(rows("SELECT p._row, (SELECT sum(c.x) FROM child c WHERE c.parent_id = p.id) AS total, "
                   "(SELECT min(c._row) FROM child c WHERE c.parent_id = p.id) AS first FROM parent p WHERE p.id = 3",
                   "parent"),
              "3|39120|4\n");
}

TEST_F(RepeatedScans, AnIndexKeepsRowsValuesAndOrigins) {
  auto query = prepare(
      "SELECT c._row, c.parent_id AS p, (SELECT count(*) FROM child d WHERE d.parent_id = c.parent_id "
      "AND d.x < c.x) AS before FROM child c WHERE c.x IN (0, 53)",
      "child");
  ASSERT_TRUE(query) << told(query.error());
  EXPECT_EQ((*query)->column_origin(0).table, "child");
  EXPECT_EQ((*query)->column_origin(1).table, "child");
  EXPECT_EQ((*query)->column_origin(1).column, "parent_id");
  EXPECT_EQ(rows(**query), "1|0|0\n54|3|1\n");
}

TEST_F(RepeatedScans, AnIndexServesTheQueriesBeforeAndAfterIt) {
  const std::string by_id =
      "SELECT p._row, (SELECT sum(c.x) FROM child c WHERE c.parent_id = p.id) AS total "
      "FROM parent p WHERE p.id < 2";
  const std::string by_name =
      "SELECT p._row, (SELECT count(*) FROM child c WHERE c.of = p.name) AS n "
      "FROM parent p WHERE p.id = 1";
  auto first = prepare(by_id, "parent");
  ASSERT_TRUE(first) << told(first.error());
  auto second = prepare(by_name, "parent");
  ASSERT_TRUE(second) << told(second.error());
  EXPECT_EQ(rows(**first), "0|39000\n1|39040\n");  // 0, 50, ..., 1950 and 1, 51, ..., 1951
  EXPECT_EQ(rows(**second), "1|40\n");
  EXPECT_EQ(rows(by_id, "parent"), "0|39000\n1|39040\n");
}

TEST_F(RepeatedScans, NoTableIsShownAnewWhileAQueryRuns) {
  auto running = prepare("SELECT _row FROM child", "child");
  ASSERT_TRUE(running) << told(running.error());
  ASSERT_TRUE((*running)->step().value());
  const std::string indexed = "SELECT p._row, (SELECT count(*) FROM child c WHERE c.of = p.name) AS n FROM parent p";
  EXPECT_EQ(code_of(indexed, "parent"), "query_running");
  rows(**running);
  EXPECT_EQ(code_of(indexed, "parent"), "none") << "once it is at its end";
}

TEST_F(RepeatedScans, TheIndexComparesAsTheColumnDoes) {
  // child.of compares without case: 'p3' finds the 40 children of 'P3'.
  EXPECT_EQ(rows("SELECT p._row, (SELECT count(*) FROM child c WHERE c.of = p.name) AS n FROM parent p WHERE p.id = 3",
                 "parent"),
            "3|40\n");
}

TEST_F(RepeatedScans, AComparisonThatNoIndexOfTheColumnServesIsRefused) {
  EXPECT_EQ(
      code_of("SELECT p._row, (SELECT count(*) FROM child c WHERE c.of = p.name COLLATE BINARY) AS n FROM parent p",
              "parent"),
      "unindexed_child");
}

TEST_F(RepeatedScans, WithoutAComparedColumnAreRefused) {
  const auto query =
      prepare("SELECT p._row, (SELECT sum(c.x) FROM child c WHERE c.x > p.id) AS total FROM parent p", "parent");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, "unindexed_child");
  EXPECT_EQ(query.error().table, "child");
}

TEST_F(RepeatedScans, OfFewRowsAreLeftAlone) {
  EXPECT_EQ(rows("SELECT p._row, (SELECT count(*) FROM few f WHERE f.parent_id > p.id) AS n FROM parent p "
                 "WHERE p.id < 2",
                 "parent"),
            "0|1\n1|1\n");
}

TEST_F(RepeatedScans, ASubqueryThatRunsOnceIsLeftAlone) {
  EXPECT_EQ(rows("SELECT p._row FROM parent p WHERE p.id = (SELECT max(c.parent_id) FROM child c)", "parent"), "49\n");
  EXPECT_EQ(rows("SELECT p._row, (SELECT count(*) FROM few f WHERE f.parent_id = p.id AND f.parent_id < "
                 "(SELECT sum(c.x) FROM child c)) AS n FROM parent p WHERE p.id = 3",
                 "parent"),
            "3|1\n");
}

TEST(QueryDamage, ContentThatSqliteFindsDamagedEndsTheQueryAndTheRowsBeforeStand) {
  // The text of the last row is in overflow pages, whose chain is cut; its page is sound, so it is met by the query.
  tests::SqliteBuilder builder(
      "PRAGMA page_size = 512; CREATE TABLE t(x);"
      "INSERT INTO t VALUES ('short'); INSERT INTO t VALUES (hex(zeroblob(2000)));");
  auto bytes = builder.bytes().main;
  ASSERT_GT(bytes.size(), 512u * 6);
  for (std::size_t page = 3; page < bytes.size() / 512; ++page)
    std::fill_n(bytes.begin() + 512 * static_cast<std::ptrdiff_t>(page), 4, std::uint8_t{0xee});
  Limits limits;
  Budget budget;
  const auto image = PageImage::build({evidence::make_source(bytes), nullptr, nullptr}, limits);
  ASSERT_TRUE(image);
  auto database = Database::open(*image, {}, budget, limits);
  ASSERT_TRUE(database) << database.error().found;
  auto query = (*database)->prepare({.sql = "SELECT _row, x FROM t", .table = "t", .needs_row = true});
  ASSERT_TRUE(query);
  ASSERT_TRUE((*query)->step().value());
  EXPECT_EQ((*query)->value(1).text(), "short");
  const auto row = (*query)->step();
  // Either SQLite says so, or the page image has left the row out and named it.
  if (row) {
    EXPECT_FALSE((*database)->take_problems().empty());
  } else {
    EXPECT_EQ(row.error().code, "damaged");
  }
}

}  // namespace
}  // namespace exhibit::sqlite
