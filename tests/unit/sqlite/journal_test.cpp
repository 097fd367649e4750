#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "page_image_reading.h"
#include "rollback_journal.h"

namespace exhibit::sqlite {
namespace {

using tests::DatabaseBytes;
using tests::image_of;
using tests::read_by_image;
using tests::SqliteBuilder;

constexpr const char* kEverything = "SELECT count(*), sum(rowid), sum(length(text)), min(text), max(text) FROM message";

/// 2,000 rows in pages of 1024 bytes, committed.
void fill(SqliteBuilder& builder, const std::string& journal_mode) {
  builder.run(
      "PRAGMA secure_delete = OFF; PRAGMA auto_vacuum = NONE; PRAGMA page_size = 1024; PRAGMA journal_mode = " +
      journal_mode +
      "; CREATE TABLE message(text); INSERT INTO message WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
      "FROM n WHERE i < 2000) SELECT 'message ' || i || hex(zeroblob(30)) FROM n;");
}

/// A transaction that spills, still open: the files as a copy of a running phone has them.
DatabaseBytes in_mid_transaction(SqliteBuilder& builder) {
  builder.run(
      "PRAGMA cache_size = 5; BEGIN; UPDATE message SET text = 'changed ' || text WHERE rowid % 2 = 0;"
      "DELETE FROM message WHERE rowid > 1500; INSERT INTO message SELECT text FROM message;");
  return builder.bytes();
}

TEST(RollbackJournal, AHotJournalOfSeveralSegmentsIsRolledBack) {
  SqliteBuilder builder;
  fill(builder, "DELETE");
  const std::string before = builder.query(kEverything);
  const DatabaseBytes files = in_mid_transaction(builder);
  const auto journal = read_rollback_journal(*evidence::make_source(files.journal), 0);
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->hot);
  EXPECT_GT(journal->segments, 2u);
  const auto image = image_of(files);
  EXPECT_TRUE(image->uses_journal());
  EXPECT_EQ(read_by_image(image, kEverything), before);
  EXPECT_EQ(SqliteBuilder::read_by_sqlite(files, kEverything), before);
  EXPECT_EQ(image->locate(3).origin, PageOrigin::journal);
  EXPECT_TRUE(image->problems().empty());
}

TEST(RollbackJournal, WithoutItsJournalTheSameFileReadsOtherwise) {
  SqliteBuilder builder;
  fill(builder, "DELETE");
  const std::string before = builder.query(kEverything);
  DatabaseBytes files = in_mid_transaction(builder);
  files.journal.clear();
  EXPECT_NE(read_by_image(files, kEverything), before);
}

TEST(RollbackJournal, WhatCommitLeavesIsNotHot) {
  for (const char* mode : {"PERSIST", "TRUNCATE"}) {
    SqliteBuilder builder;
    fill(builder, mode);
    builder.run("UPDATE message SET text = 'now';");
    const DatabaseBytes files = builder.bytes();
    EXPECT_EQ(files.journal.empty(), mode == std::string("TRUNCATE"));
    const auto image = image_of(files);
    EXPECT_FALSE(image->uses_journal()) << mode;
    EXPECT_EQ(read_by_image(image, kEverything), builder.query(kEverything)) << mode;
  }
}

TEST(RollbackJournal, EveryCutGivesWhatSqliteGives) {
  SqliteBuilder builder;
  fill(builder, "DELETE");
  const DatabaseBytes whole = in_mid_transaction(builder);
  // A cut journal is a torn copy: SQLite then rolls back what is there. What it cannot open, the image may still read.
  for (std::size_t size = 0; size < whole.journal.size(); size += 9973) {
    DatabaseBytes files = whole;
    files.journal.resize(size);
    const std::string by_sqlite = SqliteBuilder::read_by_sqlite(files, kEverything);
    if (by_sqlite.find("error") != std::string::npos) continue;
    ASSERT_EQ(read_by_image(files, kEverything), by_sqlite) << size;
  }
}

TEST(RollbackJournal, ARecordWhoseSumDoesNotFitEndsIt) {
  SqliteBuilder builder;
  fill(builder, "DELETE");
  const DatabaseBytes files = in_mid_transaction(builder);
  const auto whole = read_rollback_journal(*evidence::make_source(files.journal), 0);
  std::vector<std::uint8_t> damaged = files.journal;
  damaged[whole->records[3].page_offset + 1024 - 200] ^= 1;
  const auto cut = read_rollback_journal(*evidence::make_source(damaged), 0);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->records.size(), 3u);
}

TEST(RollbackJournal, JunkIsNotHot) {
  for (const std::size_t size : {0u, 1u, 27u, 28u, 600u, 5000u}) {
    const auto journal = read_rollback_journal(*evidence::make_source(std::vector<std::uint8_t>(size, 0xd9)), 4096);
    ASSERT_TRUE(journal);
    EXPECT_FALSE(journal->hot);
  }
}

TEST(RollbackJournal, TheNameOfASuperJournalIsReported) {
  SqliteBuilder builder;
  fill(builder, "DELETE");
  DatabaseBytes files = in_mid_transaction(builder);
  // The lock page's number, the name, its length, a checksum, the magic.
  using namespace std::string_literals;
  const std::string end =
      "\x40\x00\x10\x01"s + "other-mj12" + "\0\0\0\x0a"s + "\0\0\0\0"s + "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
  files.journal.insert(files.journal.end(), end.begin(), end.end());
  const auto image = image_of(files);
  ASSERT_EQ(image->problems().size(), 1u);
  EXPECT_EQ(image->problems()[0].code, "super_journal");
}

}  // namespace
}  // namespace exhibit::sqlite
