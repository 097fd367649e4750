// The views that queries see in place of the file's tables.
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Lens : public LensFixture {};

constexpr const char* kMessages =
    "CREATE TABLE message(ROWID INTEGER PRIMARY KEY, text TEXT, handle_id INT);"
    "CREATE TABLE handle(id TEXT);"
    "INSERT INTO handle(rowid, id) VALUES (5, 'alice@example.com'), (9, 'bob@example.com');"
    "INSERT INTO message VALUES (1, 'one', 5), (2, 'two', 9), (7, 'seven', 0);";

TEST_F(Lens, EachTableHasItsRowBesideItsColumns) {
  open(kMessages);
  EXPECT_EQ(rows("SELECT _row, text FROM message", "message"), "1|one\n2|two\n7|seven\n");
}

TEST_F(Lens, TheRowidIsFoundWhereNoColumnBearsThatName) {
  open(kMessages);
  EXPECT_EQ(rows("SELECT m._row, h.id FROM message m LEFT JOIN handle h ON h.rowid = m.handle_id", "message"),
            "1|alice@example.com\n2|bob@example.com\n7|NULL\n");
}

TEST_F(Lens, AColumnNamedRowidThatIsNoneStaysAColumn) {
  open("CREATE TABLE t(rowid TEXT, x); INSERT INTO t(_rowid_, rowid, x) VALUES (3, 'mine', 1);");
  EXPECT_EQ(rows("SELECT _row, rowid AS own FROM t", "t"), "3|mine\n");
}

TEST_F(Lens, NamesAreOfAnyCaseAndAnyLetters) {
  open(
      "CREATE TABLE \"we \"\"ird\"(\"a.b\" TEXT, \"group\" INT); INSERT INTO \"we \"\"ird\" VALUES ('x', 2);"
      "CREATE TABLE \"Order\"(x); INSERT INTO \"Order\" VALUES (1);");
  EXPECT_EQ(rows("SELECT _row, \"a.b\", \"group\" FROM \"WE \"\"IRD\"", "we \"ird"), "1|x|2\n");
  EXPECT_EQ(rows("SELECT _row, x FROM [order]", "ORDER"), "1|1\n");
}

TEST_F(Lens, AStringThatStandsForATableGoesThroughTheLens) {
  open(kMessages);
  EXPECT_EQ(rows("SELECT _row, text FROM 'message'", "message"), "1|one\n2|two\n7|seven\n");
}

TEST_F(Lens, ATableWithoutRowidHasItsKey) {
  open("CREATE TABLE t(a TEXT, b BLOB, c, PRIMARY KEY(b, a)) WITHOUT ROWID; INSERT INTO t VALUES ('x', x'00ff', 3);");
  EXPECT_EQ(rows("SELECT _key, c FROM t", "t"), "[\"00FF\",\"x\"]|3\n");
  EXPECT_THAT(rows("SELECT _row, c FROM t", "t"), StartsWith("row_origin: _key, since"));
  EXPECT_EQ(code_of("SELECT c FROM t", "t"), "row_origin");
  EXPECT_EQ(code_of("SELECT _key || '' AS _key, c FROM t", "t"), "row_origin");
}

TEST_F(Lens, TheTablesAllViewShowsLiveRows) {
  open(kMessages);
  EXPECT_EQ(rows("SELECT m._row, (SELECT text FROM message_all a WHERE a.ROWID = m.ROWID) AS again FROM message m "
                 "WHERE m.ROWID = 2",
                 "message"),
            "2|two\n");
}

TEST_F(Lens, ATableNamedAllIsItself) {
  open("CREATE TABLE message(a); CREATE TABLE message_all(b); INSERT INTO message_all VALUES (4);");
  EXPECT_EQ(rows("SELECT _row, b FROM message_all", "message_all"), "1|4\n");
}

TEST_F(Lens, AMissingColumnThatIsDeclaredIsNull) {
  open(kMessages, {.optional = {"message.is_spam"}});
  EXPECT_EQ(rows("SELECT _row, is_spam FROM message WHERE ROWID = 1", "message"), "1|NULL\n");
}

TEST_F(Lens, ADeclaredColumnThatIsThereKeepsItsValue) {
  open(kMessages, {.optional = {"MESSAGE.Text"}});
  EXPECT_EQ(rows("SELECT _row, text FROM message WHERE ROWID = 1", "message"), "1|one\n");
}

TEST_F(Lens, AMissingColumnThatIsNotDeclaredIsToldWithTheRealOnes) {
  open(kMessages);
  const auto query = prepare("SELECT _row, m.txet FROM message m", "message");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, "schema_unknown");
  EXPECT_EQ(query.error().expected, "message.txet");
  EXPECT_EQ(query.error().found, "ROWID, text, handle_id (nearest: text)");
  EXPECT_EQ(query.error().table, "message");
}

TEST_F(Lens, AMisspeltNameInDoubleQuotesIsNoString) {
  open(kMessages);
  EXPECT_EQ(code_of("SELECT _row, \"txet\" FROM message", "message"), "schema_unknown");
}

TEST_F(Lens, AMissingColumnOfOneOfSeveralTablesTellsThemAll) {
  open(kMessages);
  EXPECT_EQ(rows("SELECT m._row, txet FROM message m JOIN handle h ON h.rowid = m.handle_id", "message"),
            "schema_unknown: txet / ROWID, text, handle_id, id (nearest: text)");
}

TEST_F(Lens, AMissingTableThatIsDeclaredIsEmptyWithTheColumnsThatAreAsked) {
  open(kMessages, {.optional = {"deleted_messages", "deleted_messages.guid"}});
  EXPECT_EQ(rows("SELECT m._row, d.guid, d.why, d._row AS _row_deleted FROM message m "
                 "LEFT JOIN deleted_messages d ON d.message_id = m.ROWID WHERE m.ROWID = 1",
                 "message"),
            "1|NULL|NULL|NULL\n");
  EXPECT_EQ(rows("SELECT _row, guid FROM deleted_messages", "deleted_messages"), "");
}

TEST_F(Lens, AnAbsentTableDoesNotExcuseAMisspeltColumnOfAnother) {
  open(kMessages, {.optional = {"deleted_messages"}});
  EXPECT_EQ(code_of("SELECT m._row, m.txet, d.guid FROM message m, deleted_messages d", "message"), "schema_unknown");
  // A bare name could be the absent table's, and could be a typo: it has to say whose it is.
  EXPECT_EQ(code_of("SELECT m._row, txet, d.guid FROM message m, deleted_messages d", "message"), "schema_unknown");
  EXPECT_EQ(code_of("SELECT m._row FROM message m WHERE NOT EXISTS (SELECT 1 FROM deleted_messages d WHERE whom = 1)",
                    "message"),
            "schema_unknown");
}

TEST_F(Lens, AMissingTableThatIsNotDeclaredIsToldWithTheRealOnes) {
  open(kMessages, {.optional = {"mesage.text"}});
  EXPECT_EQ(rows("SELECT _row FROM mesage", "mesage"), "schema_unknown: mesage / handle, message (nearest: message)");
}

TEST_F(Lens, AViewOfTheFileNeverRuns) {
  open("CREATE TABLE t(x); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT x FROM t;");
  EXPECT_THAT(rows("SELECT v.x, t._row FROM t JOIN v", "t"), StartsWith("schema_unknown: v / a view of the file"));
  EXPECT_FALSE(database->has_table("v"));
}

TEST_F(Lens, AViewOfTheFileIsNotTakenForAnAbsentTable) {
  open("CREATE TABLE t(x); CREATE VIEW v AS SELECT x FROM t;", {.optional = {"v"}});
  EXPECT_EQ(code_of("SELECT t._row, v.x FROM t JOIN v", "t"), "schema_unknown");
}

TEST_F(Lens, AQualifiedNameIsRefused) {
  open(kMessages);
  EXPECT_EQ(code_of("SELECT rowid AS _row, text FROM main.message", "message"), "qualified_table");
  EXPECT_EQ(code_of("SELECT m._row, main.handle.id FROM message m, handle", "message"), "qualified_table");
}

TEST_F(Lens, AnAliasMayBearTheNameOfASchema) {
  open(kMessages);
  EXPECT_EQ(rows("SELECT main._row, main.text FROM message main WHERE main.ROWID = 1", "message"), "1|one\n");
}

TEST_F(Lens, TablesOfSqliteItselfCanBeRead) {
  open("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (41); DELETE FROM t;");
  EXPECT_EQ(rows("SELECT _row, sqlite_sequence.name, seq FROM sqlite_sequence", "sqlite_sequence"), "1|t|41\n");
}

TEST_F(Lens, ListsTheTablesWithTheirColumns) {
  open(
      "CREATE TABLE b(x INT, y VARCHAR(10)); CREATE TABLE a(k PRIMARY KEY) WITHOUT ROWID;"
      "CREATE VIRTUAL TABLE f USING fts4(body); CREATE VIEW v AS SELECT 1;");
  std::string told;
  for (const TableInfo& table : database->tables()) {
    told += table.name + (table.without_rowid ? " without rowid" : "") + (table.is_virtual ? " virtual" : "");
    for (const ColumnInfo& column : table.columns) told += " " + column.name + ":" + column.declared_type;
    told += "\n";
  }
  EXPECT_THAT(told, StartsWith("a without rowid k:\nb x:INT y:VARCHAR(10)\nf virtual body:\nf_content"));
  EXPECT_TRUE(database->has_table("B"));
  EXPECT_TRUE(database->has_column("B", "Y"));
  EXPECT_FALSE(database->has_column("B", "z"));
  EXPECT_EQ(database->real_table_name("B"), "b");
}

TEST_F(Lens, CountsRows) {
  open(std::string(kMessages) + "CREATE TABLE w(k PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES (1), (2);");
  EXPECT_EQ(database->count_rows("MESSAGE"), 3u);
  EXPECT_EQ(database->count_rows("w"), 2u);
  EXPECT_EQ(database->count_rows("nothing").error().code, "schema_unknown");
}

TEST_F(Lens, AFullTextTableReadsAsATable) {
  open("CREATE VIRTUAL TABLE f USING fts4(body); INSERT INTO f(docid, body) VALUES (4, 'some words');");
  EXPECT_EQ(rows("SELECT _row, body FROM f", "f"), "4|some words\n");
  EXPECT_EQ(rows("SELECT _row, c0body FROM f_content", "f_content"), "4|some words\n");
  EXPECT_EQ(database->count_rows("f"), 1u);
}

/// As on a phone whose tokenizer SQLite lacks: the schema is rewritten after the table was made.
constexpr const char* kUnknownTokenizer =
    "CREATE TABLE t(x); INSERT INTO t VALUES (1);"
    "CREATE VIRTUAL TABLE f USING fts4(body); INSERT INTO f(docid, body) VALUES (4, 'some words');"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE f USING fts4(body, tokenize=phonetic)' WHERE name = 'f';";

TEST_F(Lens, AnUnknownTokenizerCostsItsTableAlone) {
  open(kUnknownTokenizer);
  EXPECT_EQ(rows("SELECT _row, x FROM t", "t"), "1|1\n");
  EXPECT_EQ(rows("SELECT _row, c0body FROM f_content", "f_content"), "4|some words\n");
  EXPECT_THAT(rows("SELECT _row, body FROM f", "f"), HasSubstr("phonetic"));
  EXPECT_EQ(code_of("SELECT _row, body FROM f", "f"), "virtual_table");
  EXPECT_TRUE(database->has_table("f"));
}

TEST_F(Lens, AnUnknownModuleCostsItsTableAlone) {
  open(
      "CREATE TABLE t(x); INSERT INTO t VALUES (1); PRAGMA writable_schema = ON;"
      "INSERT INTO sqlite_schema VALUES ('table', 'f', 'f', 0, 'CREATE VIRTUAL TABLE f USING spellfix9(a)');");
  EXPECT_EQ(rows("SELECT _row, x FROM t", "t"), "1|1\n");
  EXPECT_EQ(code_of("SELECT _row FROM f", "f"), "virtual_table");
}

TEST_F(Lens, ATableWhoseIndexIsDamagedIsReadWithoutIt) {
  tests::SqliteBuilder builder(
      "PRAGMA page_size = 512; CREATE TABLE t(x INT, y); CREATE INDEX i ON t(x);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
      " INSERT INTO t SELECT i, 'y' || i FROM n;");
  const std::string root = builder.query("SELECT rootpage FROM sqlite_schema WHERE name = 'i'");
  auto bytes = builder.bytes().main;
  std::fill_n(bytes.begin() + 512 * (std::stol(root) - 1), 512, std::uint8_t{0});
  const auto image = PageImage::build({evidence::make_source(bytes), nullptr, nullptr}, limits);
  ASSERT_TRUE(image);
  auto opened = Database::open(*image, {}, budget, limits);
  ASSERT_TRUE(opened) << opened.error().found;
  database = std::move(*opened);
  EXPECT_EQ(rows("SELECT _row, y FROM t WHERE x = 250", "t"), "250|y250\n");
}

/// As Android's LOCALIZED: an order that SQLite lacks here. This one is the reverse of bytes, so that a search in an
/// index of it by bytes goes astray.
int reversed(void*, int size, const void* text, int other_size, const void* other) {
  return -std::string_view(static_cast<const char*>(text), static_cast<std::size_t>(size))
              .compare({static_cast<const char*>(other), static_cast<std::size_t>(other_size)});
}

class ForeignOrder : public LensFixture {
 protected:
  void open_localized(const std::string& sql) {
    tests::SqliteBuilder builder;
    ASSERT_EQ(sqlite3_create_collation(builder.handle(), "LOCALIZED", SQLITE_UTF8, nullptr, reversed), SQLITE_OK);
    builder.run(sql);
    const auto image = PageImage::build({evidence::make_source(builder.bytes().main), nullptr, nullptr}, limits);
    ASSERT_TRUE(image);
    auto opened = Database::open(*image, {}, budget, limits);
    ASSERT_TRUE(opened) << told(opened.error());
    database = std::move(*opened);
  }
};

TEST_F(ForeignOrder, AColumnIsReadAndComparedByItsBytes) {
  open_localized("CREATE TABLE t(name TEXT COLLATE LOCALIZED); INSERT INTO t VALUES ('a'), ('A'), ('b');");
  EXPECT_EQ(rows("SELECT _row, name FROM t WHERE name = 'A' OR name LIKE 'b%'", "t"), "2|A\n3|b\n");
}

TEST_F(ForeignOrder, AnIndexInItIsNotSearched) {
  const std::string rows_sql =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
      " INSERT INTO t SELECT 'name' || i FROM n;";
  open_localized("CREATE TABLE t(name TEXT COLLATE LOCALIZED UNIQUE);" + rows_sql);
  EXPECT_EQ(rows("SELECT _row, name FROM t WHERE name = 'name77'", "t"), "77|name77\n");
  open_localized("CREATE TABLE t(name TEXT); CREATE INDEX i ON t(name COLLATE LOCALIZED);" + rows_sql);
  EXPECT_EQ(rows("SELECT _row, name FROM t WHERE name COLLATE LOCALIZED = 'name77'", "t"), "77|name77\n");
}

TEST_F(ForeignOrder, AKeyInItMakesATableUnreadableAndSaysSo) {
  open_localized(
      "CREATE TABLE t(name TEXT COLLATE LOCALIZED PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('a'), ('b');");
  EXPECT_EQ(code_of("SELECT _key, name FROM t", "t"), "table_unreadable");
  EXPECT_EQ(unread(), "t. 2\n");
}

TEST_F(Lens, APageThatIsDamagedIsAProblemOfTheDatabase) {
  tests::SqliteBuilder builder("PRAGMA page_size = 512; CREATE TABLE t(x);");
  for (int i = 0; i < 200; ++i) builder.run("INSERT INTO t VALUES ('" + std::string(40, 'a') + "')");
  auto bytes = builder.bytes().main;
  std::fill_n(bytes.begin() + 512 * 5, 512, std::uint8_t{0x55});
  const auto image = PageImage::build({evidence::make_source(bytes), nullptr, nullptr}, limits);
  ASSERT_TRUE(image);
  auto opened = Database::open(*image, {}, budget, limits);
  ASSERT_TRUE(opened) << opened.error().found;
  database = std::move(*opened);
  const auto problems = database->take_problems();
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(problems[0].found, HasSubstr("page 6"));
  EXPECT_TRUE(database->take_problems().empty()) << "each once";
}

}  // namespace
}  // namespace exhibit::sqlite
