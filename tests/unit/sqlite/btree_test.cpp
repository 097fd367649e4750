// Damage to trees: what is left is read, and what is lost is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "btree_page.h"
#include "btree_walk.h"
#include "page_image_reading.h"

namespace exhibit::sqlite {
namespace {

using tests::DatabaseBytes;
using tests::image_of;
using tests::read_by_image;
using tests::SqliteBuilder;

constexpr std::size_t kPageSize = 1024;

std::span<std::uint8_t> page_of(DatabaseBytes& files, std::uint32_t number) {
  return std::span(files.main).subspan((number - 1) * kPageSize, kPageSize);
}

/// Numbered rows in a table, an index over them, and a table WITHOUT ROWID.
class Damage : public testing::Test {
 protected:
  void fill(int rows) {
    builder.run(
        "PRAGMA secure_delete = OFF; PRAGMA auto_vacuum = NONE; PRAGMA page_size = 1024;"
        "CREATE TABLE message(id INTEGER PRIMARY KEY, text); CREATE TABLE keyed(a PRIMARY KEY, b) WITHOUT ROWID;"
        "INSERT INTO message WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
        std::to_string(rows) +
        ") SELECT i, 'message ' || i FROM n; INSERT INTO keyed SELECT text, id FROM message;"
        "CREATE INDEX by_text ON message(text);");
    files = builder.bytes();
    message = root("message");
    keyed = root("keyed");
  }

  std::uint32_t root(const std::string& name) {
    return static_cast<std::uint32_t>(
        std::stoul(builder.query("SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'")));
  }

  /// The leaf that holds a row.
  std::uint32_t leaf_of(std::int64_t rowid) {
    const auto range = locate_row(*image_of(builder.bytes()), message, rowid);
    return range && *range ? (*range)->page : 0;
  }

  static std::uint64_t count(const PageImage& image, std::uint32_t root_page, bool without_rowid) {
    const auto counted = count_rows(image, root_page, without_rowid);
    return counted ? *counted : UINT64_MAX;
  }

  SqliteBuilder builder;
  DatabaseBytes files;
  std::uint32_t message = 0, keyed = 0;
};

TEST_F(Damage, ABadLeafCostsItsRowsAndNamesTheirRange) {
  fill(100'000);
  const std::uint32_t bad = leaf_of(50'000);
  std::ranges::fill(page_of(files, bad), std::uint8_t{0xaa});
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  const PageProblem& problem = image->problems()[0];
  EXPECT_EQ(problem.code, "not_a_page");
  EXPECT_EQ(problem.page, bad);
  EXPECT_EQ(problem.table, "message");
  EXPECT_EQ(problem.offset, (bad - 1) * kPageSize);
  ASSERT_TRUE(problem.first_rowid && problem.last_rowid);
  EXPECT_LT(*problem.first_rowid, 50'000);
  EXPECT_GT(*problem.last_rowid, 50'000);
  // The rowids run without gaps, so the range is the loss exactly.
  const auto lost = static_cast<std::uint64_t>(*problem.last_rowid - *problem.first_rowid - 1);
  EXPECT_LT(lost, 100u);
  EXPECT_EQ(count(*image, message, false), 100'000 - lost);
  EXPECT_EQ(read_by_image(image, "SELECT count(*), max(id) FROM message NOT INDEXED"),
            std::to_string(100'000 - lost) + "|100000\n");
  EXPECT_EQ(read_by_image(image, "SELECT text FROM message WHERE id = " + std::to_string(*problem.first_rowid)),
            "message " + std::to_string(*problem.first_rowid) + "\n");
  EXPECT_EQ(read_by_image(image, "SELECT text FROM message WHERE id = " + std::to_string(*problem.last_rowid)),
            "message " + std::to_string(*problem.last_rowid) + "\n");
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message WHERE id BETWEEN 49990 AND 50010 AND id <= " +
                                     std::to_string(*problem.first_rowid)),
            std::to_string(std::max<std::int64_t>(0, *problem.first_rowid - 49'989)) + "\n");
  EXPECT_THAT(SqliteBuilder::read_by_sqlite(files, "SELECT sum(length(text)) FROM message NOT INDEXED"),
              testing::HasSubstr("error"));
}

TEST_F(Damage, TheFirstAndTheLastLeafToo) {
  fill(5'000);
  for (const std::int64_t rowid : {1, 5'000}) {
    DatabaseBytes damaged = files;
    page_of(damaged, leaf_of(rowid))[0] = 0;
    const auto image = image_of(damaged);
    ASSERT_EQ(image->problems().size(), 1u);
    EXPECT_EQ(image->problems()[0].first_rowid.has_value(), rowid != 1);
    EXPECT_EQ(image->problems()[0].last_rowid.has_value(), rowid == 1);
    EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM (SELECT id, text FROM message NOT INDEXED)"),
              std::to_string(count(*image, message, false)) + "\n");
    EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message NOT INDEXED WHERE text > ''"),
              std::to_string(count(*image, message, false)) + "\n");
  }
}

class DamageOfAnyPage : public Damage, public testing::WithParamInterface<int> {};

TEST_P(DamageOfAnyPage, CostsItsOwnTreeAlone) {
  fill(GetParam());
  const auto all = static_cast<std::uint64_t>(GetParam());
  const auto whole = image_of(files);
  ASSERT_TRUE(whole->problems().empty());
  for (std::uint32_t page = 2; page <= whole->page_count(); ++page) {
    DatabaseBytes damaged = files;
    std::ranges::fill(page_of(damaged, page), std::uint8_t{0});
    const auto image = image_of(damaged);
    EXPECT_FALSE(image->problems().empty()) << page;
    const std::uint64_t rows = count(*image, message, false);
    ASSERT_EQ(read_by_image(image, "SELECT count(*) FROM message NOT INDEXED WHERE text > ''"),
              std::to_string(rows) + "\n")
        << page;
    ASSERT_EQ(read_by_image(image, "SELECT count(*) FROM keyed NOT INDEXED WHERE b > 0"),
              std::to_string(count(*image, keyed, true)) + "\n")
        << page;
    // A page of one tree costs the others nothing.
    const std::string& table = image->problems()[0].table;
    EXPECT_TRUE(rows == all || table == "message") << page;
    EXPECT_TRUE(count(*image, keyed, true) == all || table == "keyed") << page;
    EXPECT_EQ(has_damaged_index(*image, "message"), image->problems()[0].code == "index_damaged") << page;
  }
}

// Trees of one leaf, of two, of two levels, and of three.
INSTANTIATE_TEST_SUITE_P(Trees, DamageOfAnyPage, testing::Values(20, 70, 700, 6'000));

TEST_F(Damage, ALostSchemaPageLeavesADatabaseThatOpens) {
  fill(10);
  page_of(files, 1)[100] = 0;
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].table, "sqlite_schema");
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM sqlite_schema"), "0\n");
}

TEST_F(Damage, ATableWhoseRootIsNoPageOfTheFileCostsOnlyItself) {
  fill(10);
  builder.run("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 70000 WHERE name = 'by_text'");
  const auto image = image_of(builder.bytes());
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "schema_row");
  EXPECT_EQ(image->problems()[0].found, "70000");
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message"), "10\n");
}

TEST_F(Damage, ATreeThatLeadsIntoItselfEnds) {
  fill(5'000);
  // The root's rightmost child becomes the root.
  auto root_bytes = page_of(files, message);
  ASSERT_EQ(root_bytes[0], 0x05);
  root_bytes[8] = 0, root_bytes[9] = 0;
  root_bytes[10] = static_cast<std::uint8_t>(message >> 8), root_bytes[11] = static_cast<std::uint8_t>(message);
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "page_used_twice");
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message NOT INDEXED WHERE text > ''"),
            std::to_string(count(*image, message, false)) + "\n");
}

TEST_F(Damage, ABadCellCostsItselfAlone) {
  fill(2'000);
  const auto range = locate_row(*image_of(files), message, 1'000);
  ASSERT_TRUE(range && *range);
  auto leaf = page_of(files, (*range)->page);
  // The entry of the cell array that leads to the row leads out of the content.
  for (std::size_t at = 8; at < 8 + 2u * leaf[4]; at += 2) {
    if ((leaf[at] << 8 | leaf[at + 1]) == static_cast<int>((*range)->offset)) leaf[at] = 0xff;
  }
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "bad_cell");
  EXPECT_EQ(count(*image, message, false), 1'999u);
  EXPECT_EQ(read_by_image(image, "SELECT count(*), sum(id) FROM message NOT INDEXED WHERE text > ''"),
            "1999|" + std::to_string(2'000 * 2'001 / 2 - 1'000) + "\n");
}

TEST_F(Damage, ABrokenOverflowChainCostsItsRow) {
  fill(50);
  builder.run("INSERT INTO message VALUES (1000, hex(zeroblob(5000))), (1001, hex(zeroblob(5000)));");
  files = builder.bytes();
  const auto range = locate_row(*image_of(files), message, 1000);
  ASSERT_TRUE(range && *range);
  ASSERT_NE((*range)->overflow_page, 0u);
  auto overflow = page_of(files, (*range)->overflow_page);
  std::fill_n(overflow.begin(), 4, std::uint8_t{0x7f});
  const auto image = image_of(files);
  ASSERT_FALSE(image->problems().empty());
  const PageProblem& problem = image->problems()[0];
  EXPECT_EQ(problem.code, "overflow_broken");
  EXPECT_EQ(problem.first_rowid, 999);
  EXPECT_EQ(problem.last_rowid, 1001);
  EXPECT_EQ(read_by_image(image, "SELECT count(*), max(length(text)) FROM message NOT INDEXED"), "51|10000\n");
}

TEST_F(Damage, FreePagesAndPointerMapAreNobodysLoss) {
  builder.run("PRAGMA auto_vacuum = INCREMENTAL;");
  builder.run("VACUUM");
  fill(3'000);
  builder.run("DELETE FROM message WHERE id > 1000;");
  EXPECT_TRUE(image_of(builder.bytes())->problems().empty());
}

TEST_F(Damage, APointerMapThatIsNoneCostsNoRow) {
  builder.run(
      "PRAGMA page_size = 1024; PRAGMA auto_vacuum = FULL; VACUUM; CREATE TABLE message(text, tail);"
      "INSERT INTO message VALUES (hex(zeroblob(5000)), 'behind');");
  files = builder.bytes();
  std::ranges::fill(page_of(files, 2), std::uint8_t{0xff});  // with auto_vacuum, page 2 is the map's first
  // SQLite asks the map where it has to skip overflow pages.
  EXPECT_EQ(read_by_image(files, "SELECT tail FROM message"), "behind\n");
  EXPECT_EQ(read_by_image(files, "SELECT length(text) FROM message"), "10000\n");
  EXPECT_THAT(SqliteBuilder::read_by_sqlite(files, "SELECT tail FROM message"), testing::HasSubstr("error"));
}

TEST_F(Damage, ZerosAreNoRows) {
  fill(2'000);
  const std::uint32_t bad = leaf_of(1'000);
  auto leaf = page_of(files, bad);
  std::ranges::fill(leaf.subspan(8 + 2u * leaf[4]), std::uint8_t{0});
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "not_a_page");
  EXPECT_EQ(count(*image, message, false), 2'000u - leaf[4]);
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message NOT INDEXED WHERE text IS NULL"), "0\n");
}

TEST_F(Damage, APageOfTwoTablesStaysInBothAndIsReported) {
  fill(2'000);
  builder.run(
      "CREATE TABLE other(id INTEGER PRIMARY KEY, text); PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET rootpage = " +
      std::to_string(leaf_of(1'000)) + " WHERE name = 'other'");
  const auto image = image_of(builder.bytes());
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "page_used_twice");
  EXPECT_EQ(image->problems()[0].table, "other");
  EXPECT_EQ(count(*image, message, false), 2'000u);
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message NOT INDEXED WHERE text > ''"), "2000\n");
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM other WHERE text > ''"),
            std::to_string(count(*image, leaf_of(1'000), false)) + "\n");
}

TEST_F(Damage, EmptyTablesCount) {
  fill(3'000);
  builder.run("DELETE FROM message; DELETE FROM keyed;");
  const auto image = image_of(builder.bytes());
  EXPECT_EQ(count(*image, message, false), 0u);
  EXPECT_EQ(count(*image, keyed, true), 0u);
  EXPECT_TRUE(image->problems().empty());
  EXPECT_FALSE(count_rows(*image, message, true));
  EXPECT_FALSE(count_rows(*image, 4'000'000, false));
}

TEST_F(Damage, LocatesRowsByTheirBytes) {
  fill(20'000);
  const auto image = image_of(files);
  std::vector<std::uint8_t> page(kPageSize);
  for (const std::int64_t rowid : {1, 2, 777, 10'000, 19'999, 20'000}) {
    const auto range = locate_row(*image, message, rowid);
    ASSERT_TRUE(range && *range) << rowid;
    const PageLocation location = image->locate((*range)->page);
    const std::string_view cell =
        as_text(Bytes(files.main).subspan(location.offset + (*range)->offset, (*range)->length));
    const std::string text = "message " + std::to_string(rowid);
    EXPECT_TRUE(cell.ends_with(text)) << rowid;
    EXPECT_EQ((*range)->payload_size, 3 + text.size());  // record header of 3 bytes, and no body for the id
  }
  for (const std::int64_t rowid : {0, -1, 20'001}) {
    const auto range = locate_row(*image, message, rowid);
    ASSERT_TRUE(range);
    EXPECT_FALSE(*range);
  }
  EXPECT_FALSE(locate_row(*image, keyed, 1));
  EXPECT_FALSE(locate_row(*image, 0, 1));
}

TEST(BtreePage, RefusesCountsThatThePageCannotHold) {
  std::vector<std::uint8_t> bytes(512);
  bytes[0] = 0x0d;
  EXPECT_TRUE(BtreePage::read(bytes, 2, 512));
  bytes[3] = 0, bytes[4] = 84;  // (512 - 8) / 6
  EXPECT_TRUE(BtreePage::read(bytes, 2, 512));
  bytes[4] = 85;
  const auto page = BtreePage::read(bytes, 2, 512);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().found, 85u);
  EXPECT_EQ(page.error().where.offset, 3u);
  bytes[0] = 0x0c;
  EXPECT_EQ(BtreePage::read(bytes, 2, 512).error().found, 0x0cu);
}

TEST(BtreePage, ReadsACellAtThePagesEnd) {
  std::vector<std::uint8_t> bytes(512);
  bytes[0] = 0x0d, bytes[4] = 1;
  bytes[8] = 1, bytes[9] = 252;  // 508
  bytes[508] = 2, bytes[509] = 5, bytes[510] = 2, bytes[511] = 9;
  const auto page = BtreePage::read(bytes, 2, 512);
  ASSERT_TRUE(page);
  const auto cell = page->cell(0);
  ASSERT_TRUE(cell);
  EXPECT_EQ(cell->rowid, 5);
  EXPECT_EQ(cell->payload_offset, 510u);
  EXPECT_EQ(cell->length, 4u);
  bytes[508] = 3;  // one byte more than there is
  EXPECT_FALSE(BtreePage::read(bytes, 2, 512)->cell(0));
}

}  // namespace
}  // namespace exhibit::sqlite
