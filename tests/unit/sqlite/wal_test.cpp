#include "wal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "page_image_reading.h"

namespace exhibit::sqlite {
namespace {

using tests::DatabaseBytes;
using tests::image_of;
using tests::read_by_image;
using tests::SqliteBuilder;

constexpr std::size_t kFrame = 24 + 1024;
constexpr const char* kEverything = "SELECT count(*), sum(rowid), group_concat(text) FROM message";

/// A database of 1024-byte pages whose main file holds row 'in main', and the rest its log.
class LoggedDatabase {
 public:
  LoggedDatabase() {
    builder.run(
        "PRAGMA secure_delete = OFF; PRAGMA page_size = 1024; PRAGMA journal_mode = WAL;"
        "PRAGMA wal_autocheckpoint = 0; CREATE TABLE message(text); INSERT INTO message VALUES ('in main');"
        "PRAGMA wal_checkpoint(TRUNCATE);");
  }
  SqliteBuilder builder;
};

std::uint32_t u32(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]);
}

void set_u32(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

std::vector<FrameState> states(const std::vector<std::uint8_t>& log) {
  const auto wal = read_wal(*evidence::make_source(log), 1024);
  std::vector<FrameState> result;
  if (!wal) ADD_FAILURE() << error_text(wal.error());
  if (wal) std::ranges::transform(wal->frames, std::back_inserter(result), &WalFrame::state);
  return result;
}

/// The checksums of the whole log anew, over words of the order that the header's lowest bit names. Written from the
/// format's description, apart from the code under test.
void sign(std::vector<std::uint8_t>& log) {
  const bool big = (log[3] & 1) != 0;
  std::uint32_t a = 0, b = 0;
  const auto run = [&](std::size_t from, std::size_t size) {
    for (std::size_t i = from; i < from + size; i += 8) {
      std::uint32_t first = u32(log, i), second = u32(log, i + 4);
      if (!big) first = __builtin_bswap32(first), second = __builtin_bswap32(second);
      a += first + b;
      b += second + a;
    }
  };
  run(0, 24);
  set_u32(log, 24, a), set_u32(log, 28, b);
  for (std::size_t frame = 32; frame + kFrame <= log.size(); frame += kFrame) {
    run(frame, 8);
    run(frame + 24, 1024);
    set_u32(log, frame + 16, a), set_u32(log, frame + 20, b);
  }
}

TEST(Wal, TheLastCommittedFrameOfAPageIsLive) {
  LoggedDatabase database;
  database.builder.run("INSERT INTO message VALUES ('one'); INSERT INTO message VALUES ('two');");
  const DatabaseBytes files = database.builder.bytes();
  EXPECT_THAT(states(files.wal), testing::ElementsAre(FrameState::superseded, FrameState::live));
  EXPECT_EQ(read_by_image(files, kEverything), "3|6|in main,one,two\n");
  const auto image = image_of(files);
  const PageLocation location = image->locate(2);
  EXPECT_EQ(location.origin, PageOrigin::wal);
  EXPECT_EQ(location.wal_frame, 2u);
  EXPECT_EQ(location.offset, 32 + kFrame + 24);
  EXPECT_EQ(image->locate(1).origin, PageOrigin::main);
}

TEST(Wal, FramesAfterTheLastCommitAreUncommitted) {
  LoggedDatabase database;
  database.builder.run(
      "INSERT INTO message VALUES ('kept'); PRAGMA cache_size = 2; BEGIN;"
      "INSERT INTO message WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
      "SELECT hex(zeroblob(200)) FROM n;");
  const DatabaseBytes files = database.builder.bytes();
  const auto found = states(files.wal);
  ASSERT_GT(found.size(), 10u);
  EXPECT_EQ(found[0], FrameState::live);
  EXPECT_EQ(std::ranges::count(found, FrameState::uncommitted), static_cast<std::ptrdiff_t>(found.size() - 1));
  EXPECT_EQ(read_by_image(files, kEverything), "2|3|in main,kept\n");
  EXPECT_EQ(read_by_image(files, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything));
}

TEST(Wal, ATornFrameEndsTheLog) {
  LoggedDatabase database;
  database.builder.run("INSERT INTO message VALUES ('one'); INSERT INTO message VALUES ('two');");
  DatabaseBytes files = database.builder.bytes();
  files.wal.resize(files.wal.size() - 100);
  const auto wal = read_wal(*evidence::make_source(files.wal), 1024);
  ASSERT_TRUE(wal);
  EXPECT_EQ(wal->frames.size(), 1u);
  EXPECT_EQ(wal->trailing_bytes, kFrame - 100);
  EXPECT_EQ(read_by_image(files, kEverything), "2|3|in main,one\n");
  EXPECT_EQ(read_by_image(files, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything));
}

TEST(Wal, AFlippedBitEndsTheChainThere) {
  LoggedDatabase database;
  database.builder.run(
      "INSERT INTO message VALUES ('one'); INSERT INTO message VALUES ('two');"
      "INSERT INTO message VALUES ('three');");
  DatabaseBytes files = database.builder.bytes();
  files.wal[32 + kFrame + 24 + 500] ^= 0x10;
  EXPECT_THAT(states(files.wal),
              testing::ElementsAre(FrameState::live, FrameState::unverified, FrameState::unverified));
  EXPECT_EQ(read_by_image(files, kEverything), "2|3|in main,one\n");
  EXPECT_EQ(read_by_image(files, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything));
  // The third frame's sum follows from the second's stored one: it is damaged nowhere itself.
  const auto wal = read_wal(*evidence::make_source(files.wal), 1024);
  EXPECT_FALSE(wal->frames[1].checksum_fits);
  EXPECT_TRUE(wal->frames[2].checksum_fits);
}

TEST(Wal, FramesOfAnOlderGenerationAreNotRead) {
  LoggedDatabase database;
  database.builder.run(
      "INSERT INTO message VALUES ('one'); INSERT INTO message VALUES ('two');"
      "INSERT INTO message VALUES ('three'); PRAGMA wal_checkpoint(RESTART);"
      "DELETE FROM message WHERE text = 'two';");
  const DatabaseBytes files = database.builder.bytes();
  EXPECT_THAT(states(files.wal),
              testing::ElementsAre(FrameState::live, FrameState::old_generation, FrameState::old_generation));
  EXPECT_EQ(read_by_image(files, kEverything), "3|7|in main,one,three\n");
  EXPECT_EQ(read_by_image(files, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything));
  const auto wal = read_wal(*evidence::make_source(files.wal), 1024);
  EXPECT_FALSE(wal->frames[1].checksum_fits);  // the frame that it follows is overwritten
  EXPECT_TRUE(wal->frames[2].checksum_fits);
}

TEST(Wal, ChecksumsOverBigEndianWords) {
  LoggedDatabase database;
  database.builder.run("INSERT INTO message VALUES ('one'); INSERT INTO message VALUES ('two');");
  DatabaseBytes files = database.builder.bytes();
  std::vector<std::uint8_t> again = files.wal;
  sign(again);
  ASSERT_EQ(again, files.wal) << "the test's own checksums are SQLite's";
  files.wal[3] ^= 1;
  sign(files.wal);
  const auto wal = read_wal(*evidence::make_source(files.wal), 1024);
  ASSERT_TRUE(wal);
  EXPECT_TRUE(wal->big_endian_checksums != ((again[3] & 1) != 0));
  EXPECT_EQ(read_by_image(files, kEverything), "3|6|in main,one,two\n");
  EXPECT_EQ(read_by_image(files, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything));
}

TEST(Wal, AHeaderThatIsNoneGivesUnverifiedFramesAndIsReported) {
  LoggedDatabase database;
  database.builder.run("INSERT INTO message VALUES ('one'); INSERT INTO message VALUES ('two');");
  DatabaseBytes files = database.builder.bytes();
  std::fill_n(files.wal.begin(), 32, std::uint8_t{0});
  EXPECT_THAT(states(files.wal), testing::ElementsAre(FrameState::unverified, FrameState::unverified));
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "wal_ignored");
  EXPECT_FALSE(image->uses_wal());
  EXPECT_EQ(read_by_image(image, kEverything), "1|1|in main\n");
}

TEST(Wal, ADatabaseThatLivesInItsLogAlone) {
  SqliteBuilder builder(
      "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
      "CREATE TABLE message(text); INSERT INTO message VALUES ('one');");
  DatabaseBytes files = builder.bytes();
  files.main.clear();
  EXPECT_EQ(read_by_image(files, kEverything), "1|1|one\n");
}

TEST(Wal, PagesThatALaterCommitCutOffAreGone) {
  LoggedDatabase database;
  database.builder.run(
      "PRAGMA auto_vacuum = NONE; INSERT INTO message WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
      "i + 1 FROM n WHERE i < 200) SELECT hex(zeroblob(200)) FROM n;"
      "DELETE FROM message WHERE rowid > 2; VACUUM;");
  const DatabaseBytes files = database.builder.bytes();
  const auto image = image_of(files);
  EXPECT_EQ(std::to_string(image->page_count()) + "\n", database.builder.query("PRAGMA page_count"));
  EXPECT_LT(image->page_count(), 10u);
  const auto wal = read_wal(*evidence::make_source(files.wal), 1024);
  ASSERT_TRUE(wal);
  const auto is_cut_off = [&](const WalFrame& frame) { return frame.page > wal->database_pages; };
  EXPECT_TRUE(std::ranges::any_of(wal->frames, is_cut_off));
  for (const WalFrame& frame : wal->frames) EXPECT_TRUE(!is_cut_off(frame) || frame.state == FrameState::superseded);
  EXPECT_EQ(read_by_image(image, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything));
}

TEST(Wal, EveryCutGivesWhatSqliteGives) {
  LoggedDatabase database;
  for (int i = 0; i < 6; ++i)
    database.builder.run("INSERT INTO message VALUES (hex(zeroblob(" + std::to_string(i * 90) + ")))");
  const DatabaseBytes whole = database.builder.bytes();
  for (std::size_t size = 0; size < whole.wal.size(); size += 211) {
    DatabaseBytes files = whole;
    files.wal.resize(size);
    ASSERT_EQ(read_by_image(files, kEverything), SqliteBuilder::read_by_sqlite(files, kEverything)) << size;
  }
}

}  // namespace
}  // namespace exhibit::sqlite
