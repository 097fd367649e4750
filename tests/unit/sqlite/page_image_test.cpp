#include "sqlite/page_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "btree_walk.h"
#include "page_image_reading.h"

namespace exhibit::sqlite {
namespace {

using tests::DatabaseBytes;
using tests::image_of;
using tests::read_by_image;
using tests::SqliteBuilder;

// Debian's SQLite wipes what it frees and vacuums by itself: neither belongs in these tests.
constexpr const char* kPlain = "PRAGMA secure_delete = OFF; PRAGMA auto_vacuum = NONE;";

constexpr const char* kEverything = "SELECT count(*), sum(rowid), sum(length(text)), max(text) FROM message";

std::string rows(int count) {
  return "INSERT INTO message(text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
         std::to_string(count) + ") SELECT 'message ' || i || '.' || hex(zeroblob(i % 50)) FROM n;";
}

std::uint32_t root_of(SqliteBuilder& builder, const std::string& name) {
  return static_cast<std::uint32_t>(
      std::stoul(builder.query("SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'")));
}

struct Shape {
  int page_size;
  const char* auto_vacuum;
  int reserved;
  const char* encoding;
};

class AllShapes : public testing::TestWithParam<Shape> {};

TEST_P(AllShapes, ReadAsSqliteReadsThem) {
  const Shape shape = GetParam();
  SqliteBuilder builder;
  int reserved = shape.reserved;
  ASSERT_EQ(sqlite3_file_control(builder.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved), SQLITE_OK);
  builder.run("PRAGMA page_size = " + std::to_string(shape.page_size) + "; PRAGMA auto_vacuum = " + shape.auto_vacuum +
              "; PRAGMA encoding = '" + shape.encoding + "';");
  builder.run("CREATE TABLE message(text); CREATE INDEX by_text ON message(text); " + rows(3000));
  builder.run(
      "CREATE TABLE keyed(a TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO keyed SELECT text, rowid FROM message;");
  builder.run("INSERT INTO message(text) VALUES (hex(zeroblob(200000))); DELETE FROM message WHERE rowid % 3 = 0;");
  const DatabaseBytes files = builder.bytes();
  const auto image = image_of(files);
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(image->page_size(), static_cast<std::uint32_t>(shape.page_size));
  EXPECT_EQ(image->usable_size(), static_cast<std::uint32_t>(shape.page_size - shape.reserved));
  EXPECT_EQ(std::to_string(image->page_count()) + "\n", builder.query("PRAGMA page_count"));
  EXPECT_TRUE(image->problems().empty()) << image->problems()[0].code << " " << image->problems()[0].expected;
  EXPECT_EQ(count_rows(*image, root_of(builder, "message"), false).value(), 2001u);
  EXPECT_EQ(count_rows(*image, root_of(builder, "keyed"), true).value(), 3000u);
  for (const char* sql : {kEverything, "SELECT count(*), sum(b), max(a) FROM keyed",
                          "SELECT count(*) FROM message WHERE text LIKE 'message 1%'"})
    EXPECT_EQ(read_by_image(image, sql), builder.query(sql));
}

INSTANTIATE_TEST_SUITE_P(PageImage, AllShapes,
                         testing::Values(Shape{512, "NONE", 0, "UTF-8"}, Shape{512, "FULL", 32, "UTF-8"},
                                         Shape{1024, "INCREMENTAL", 0, "UTF-16le"}, Shape{2048, "NONE", 0, "UTF-16be"},
                                         Shape{4096, "NONE", 0, "UTF-8"}, Shape{4096, "FULL", 80, "UTF-8"},
                                         Shape{8192, "NONE", 255, "UTF-8"}, Shape{16384, "NONE", 0, "UTF-8"},
                                         Shape{32768, "FULL", 0, "UTF-8"}, Shape{65536, "NONE", 0, "UTF-8"}),
                         [](const auto& test) {
                           std::string name = std::to_string(test.param.page_size) + test.param.auto_vacuum + "_" +
                                              std::to_string(test.param.reserved) + "_" + test.param.encoding;
                           std::erase(name, '-');
                           return name;
                         });

TEST(PageImage, TellsAPlainDatabaseWithoutWal) {
  SqliteBuilder builder(std::string(kPlain) + "PRAGMA journal_mode = WAL; CREATE TABLE message(text); " + rows(100));
  const auto image = image_of(builder.bytes());
  std::vector<std::uint8_t> page(image->page_size());
  ASSERT_TRUE(image->read_page(1, page));
  EXPECT_EQ(page[18], 1);
  EXPECT_EQ(page[19], 1);
  EXPECT_TRUE(image->uses_wal());
  EXPECT_FALSE(image->uses_journal());
  EXPECT_FALSE(image->read_page(0, page));
  EXPECT_FALSE(image->read_page(image->page_count() + 1, page));
}

TEST(PageImage, AWalOfNoBytesIsNone) {
  SqliteBuilder builder(std::string(kPlain) + "CREATE TABLE message(text); " + rows(100));
  const auto image = PageImage::build(
      {evidence::make_source(builder.bytes().main), evidence::make_source({}), evidence::make_source({})}, Limits{});
  ASSERT_TRUE(image);
  EXPECT_FALSE((*image)->uses_wal());
  EXPECT_TRUE((*image)->problems().empty());
  EXPECT_EQ(read_by_image(*image, kEverything), builder.query(kEverything));
}

TEST(PageImage, RefusesWhatIsNoDatabase) {
  for (const std::string& text : {std::string(), std::string("SQLite format 3"), std::string(4096, 'x')}) {
    const Bytes bytes = as_bytes(text);
    EXPECT_FALSE(PageImage::build({evidence::make_source({bytes.begin(), bytes.end()}), nullptr, nullptr}, Limits{}));
  }
  EXPECT_FALSE(PageImage::build({}, Limits{}));
  SqliteBuilder builder("CREATE TABLE message(text)");
  DatabaseBytes files = builder.bytes();
  EXPECT_TRUE(is_database(files.main));
  files.main[16] = 3;  // page size 768
  EXPECT_FALSE(PageImage::build({evidence::make_source(files.main), nullptr, nullptr}, Limits{}));
}

TEST(PageImage, AFileCutShortSaysSoAndGivesTheRest) {
  SqliteBuilder builder(std::string(kPlain) + "PRAGMA page_size = 4096; CREATE TABLE message(text); " + rows(10000));
  DatabaseBytes files = builder.bytes();
  const std::size_t pages = files.main.size() / 4096;
  files.main.resize((pages / 2) * 4096 + 1000);  // in the middle of a page
  const auto image = image_of(files);
  ASSERT_FALSE(image->problems().empty());
  EXPECT_EQ(image->problems()[0].code, "truncated");
  EXPECT_EQ(image->problems()[0].page, pages / 2 + 1);
  EXPECT_EQ(image->page_count(), pages);
  const std::uint64_t counted = count_rows(*image, root_of(builder, "message"), false).value();
  EXPECT_GT(counted, 4000u);
  EXPECT_LT(counted, 6000u);
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message"), std::to_string(counted) + "\n");
  // No row is made up of the zeros that stand for the missing half of a page.
  EXPECT_EQ(read_by_image(image, "SELECT count(*) FROM message WHERE text NOT LIKE 'message ' || rowid || '.%'"),
            "0\n");
}

TEST(PageImage, APageOfWhichBytesAreMissingIsAbsent) {
  SqliteBuilder builder(std::string(kPlain) + "CREATE TABLE message(text); " + rows(1000));
  DatabaseBytes files = builder.bytes();
  files.main.pop_back();
  const auto image = image_of(files);
  EXPECT_EQ(image->locate(image->page_count()).origin, PageOrigin::absent);
  EXPECT_EQ(image->locate(image->page_count() - 1).origin, PageOrigin::main);
}

/// A source that is read in parts, as a compressed one is.
class PartSource final : public evidence::ByteSource {
 public:
  explicit PartSource(std::vector<std::uint8_t> bytes) : inner_(evidence::make_source(std::move(bytes))) {}
  std::uint64_t size() const override { return inner_->size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    return inner_->read_at(offset, out);
  }

 private:
  evidence::SourcePtr inner_;
};

TEST(PageImage, SourcesWithoutAViewReadTheSame) {
  SqliteBuilder builder(std::string(kPlain) + "PRAGMA journal_mode = WAL; CREATE TABLE message(text); " + rows(5000));
  const DatabaseBytes files = builder.bytes();
  const auto image = PageImage::build(
      {std::make_shared<PartSource>(files.main), std::make_shared<PartSource>(files.wal), nullptr}, Limits{});
  ASSERT_TRUE(image);
  EXPECT_EQ(read_by_image(*image, kEverything), builder.query(kEverything));
}

}  // namespace
}  // namespace exhibit::sqlite
