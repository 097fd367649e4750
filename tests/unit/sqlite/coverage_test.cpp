// What is told to be unread: tables and columns with data that no query looked at.
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

class Unread : public LensFixture {
 protected:
  void read(const std::string& sql, const std::string& table) {
    const auto query = prepare(sql, table);
    ASSERT_TRUE(query) << told(query.error());
  }
};

TEST_F(Unread, TablesWithRowsThatNoQueryNames) {
  open(
      "CREATE TABLE a(x); CREATE TABLE b(y); CREATE TABLE empty(z); CREATE TABLE w(k PRIMARY KEY) WITHOUT ROWID;"
      "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (2); INSERT INTO w VALUES (1);");
  EXPECT_EQ(unread(), "a. 1\nb. 2\nw. 1\n");
  read("SELECT _row, y FROM b", "b");
  EXPECT_EQ(unread(), "a. 1\nw. 1\n");
}

TEST_F(Unread, ColumnsWithValuesOfTablesThatAreNamed) {
  open(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, read, where_read, joined, unread, empty);"
      "INSERT INTO t VALUES (1, 1, 1, 1, 1, NULL), (2, 1, 1, 1, 1, NULL), (3, 1, 1, 1, NULL, NULL);"
      "CREATE TABLE u(k, v); INSERT INTO u VALUES (1, 'x');");
  read("SELECT t._row, upper(t.read) AS read FROM t LEFT JOIN u ON u.k = t.joined WHERE where_read > 0", "t");
  EXPECT_EQ(unread(), "t.unread 2\nu.v 1\n") << "the key is read as _row; empty has no data";
}

TEST_F(Unread, WhatALensViewHoldsIsNotReadByThat) {
  open("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2);");
  read("SELECT _row FROM t", "t");
  EXPECT_EQ(unread(), "t.a 1\nt.b 1\n");
}

TEST_F(Unread, SubqueriesCommonTablesAndTheAllViewRead) {
  open("CREATE TABLE t(a, b, c, d); INSERT INTO t VALUES (1, 2, 3, 4);");
  read(
      "WITH x AS (SELECT _row, a FROM t) SELECT x._row, (SELECT max(b) FROM t) AS b, "
      "(SELECT c FROM t_all WHERE t_all._row = x._row) AS c FROM x",
      "t");
  EXPECT_EQ(unread(), "t.d 1\n");
}

TEST_F(Unread, AQueryThatIsRefusedReadsNothing) {
  open("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2);");
  EXPECT_EQ(code_of("SELECT _row, a, misspelt FROM t", "t"), "schema_unknown");
  EXPECT_EQ(code_of("SELECT _row + 0 AS _row, b FROM t", "t"), "row_origin");
  EXPECT_EQ(unread(), "t. 1\n");
  EXPECT_EQ(code_of("SELECT _row, a, misspelt FROM t", "t"), "schema_unknown");
  read("SELECT _row FROM t", "t");
  EXPECT_EQ(unread(), "t.a 1\nt.b 1\n");
}

TEST_F(Unread, QueriesAddUp) {
  open("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2);");
  read("SELECT _row, a FROM t", "t");
  read("SELECT _row, b FROM t", "t");
  EXPECT_EQ(unread(), "");
}

TEST_F(Unread, AKeyOfATableWithoutRowidIsReadAsKey) {
  open("CREATE TABLE w(a, b, c, PRIMARY KEY(a, b)) WITHOUT ROWID; INSERT INTO w VALUES (1, 2, 3);");
  read("SELECT _key FROM w", "w");
  EXPECT_EQ(unread(), "w.c 1\n");
}

TEST_F(Unread, TheScanForAnIndexOfOursIsNoReadOfTheAuthors) {
  open(
      "CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);"
      "CREATE TABLE c(p INT, x INT, y INT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
      " INSERT INTO c SELECT i, i, i FROM n;");
  read("SELECT p._row, (SELECT max(x) FROM c WHERE c.p = p.id) AS x FROM p", "p");
  EXPECT_EQ(unread(), "c.y 1500\n");
}

TEST_F(Unread, BookkeepingIsLeftOut) {
  open(
      "CREATE TABLE Z_METADATA(a); CREATE TABLE Z_MODELCACHE(a); CREATE TABLE Z_PRIMARYKEY(a);"
      "CREATE TABLE ZNOTE(Z_PK INTEGER PRIMARY KEY, Z_ENT, Z_OPT, ZTITLE, id INTEGER UNIQUE);"
      "CREATE TABLE s(i INTEGER PRIMARY KEY AUTOINCREMENT);"
      "CREATE VIRTUAL TABLE f4 USING fts4(body); CREATE VIRTUAL TABLE f5 USING fts5(body);"
      "INSERT INTO Z_METADATA VALUES (1); INSERT INTO Z_MODELCACHE VALUES (1); INSERT INTO Z_PRIMARYKEY VALUES (1);"
      "INSERT INTO ZNOTE VALUES (1, 2, 3, 'x', 9); INSERT INTO s VALUES (1);"
      "INSERT INTO f4 VALUES ('words'); INSERT INTO f5 VALUES ('words'); ANALYZE;");
  read("SELECT _row, id FROM ZNOTE", "ZNOTE");
  read("SELECT _row FROM s", "s");
  EXPECT_EQ(unread(), "ZNOTE.ZTITLE 1\nf4. 1\nf5. 1\n");
  read("SELECT _row, body FROM f4", "f4");
  EXPECT_EQ(unread(), "ZNOTE.ZTITLE 1\nf5. 1\n");
}

TEST_F(Unread, AnUnreadableFullTextTableIsCountedByItsContent) {
  open(
      "CREATE VIRTUAL TABLE f USING fts4(body); INSERT INTO f(docid, body) VALUES (4, 'some words');"
      "PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE f USING fts4(body, tokenize=phonetic)' WHERE name = 'f';");
  EXPECT_EQ(unread(), "f. 1\n");
  read("SELECT _row, c0body FROM f_content", "f_content");
  EXPECT_EQ(unread(), "");
}

TEST_F(Unread, EndsWithTheBudget) {
  open(
      "CREATE TABLE t(a, b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
      " INSERT INTO t SELECT i, i FROM n;");
  read("SELECT _row, a FROM t", "t");
  budget.sql_steps = 100;
  EXPECT_THAT(unread(), testing::StartsWith("budget: "));
}

}  // namespace
}  // namespace exhibit::sqlite
