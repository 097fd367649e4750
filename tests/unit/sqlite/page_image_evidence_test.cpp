// Real databases with their logs. Expectations were counted with the sqlite3 command on copies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "evidence_folder.h"
#include "page_image_reading.h"
#include "wal.h"

namespace exhibit::sqlite {
namespace {

using tests::DatabaseBytes;
using tests::image_of;
using tests::read_by_image;

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(tests::evidence_folder() / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(RealLogs, KikHas237FramesAnd27Messages) {
  EXHIBIT_NEEDS_EVIDENCE("ios/kik_wal/kik.sqlite");
  DatabaseBytes files{read_file("ios/kik_wal/kik.sqlite"), read_file("ios/kik_wal/kik.sqlite-wal"), {}};
  const auto wal = read_wal(*evidence::make_source(files.wal), 4096);
  ASSERT_TRUE(wal);
  EXPECT_EQ(wal->frames.size(), 237u);
  EXPECT_EQ(std::ranges::count_if(wal->frames, [](const WalFrame& frame) { return frame.commit_size != 0; }), 41);
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM ZKIKMESSAGE"), "27\n");
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM Z_3MESSAGES"), "27\n");
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM ZKIKATTACHMENT"), "1\n");
  EXPECT_TRUE(image_of(files)->problems().empty());
  files.wal.clear();
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM ZKIKMESSAGE"), "16\n");
}

TEST(RealLogs, PlasoHasATableInTheLogAlone) {
  EXHIBIT_NEEDS_EVIDENCE("formats/sqlite/plaso/wal_database.db");
  DatabaseBytes files{
      read_file("formats/sqlite/plaso/wal_database.db"), read_file("formats/sqlite/plaso/wal_database.db-wal"), {}};
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM MyTable"), "11\n");
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM sqlite_schema WHERE name = 'NewTable'"), "1\n");
  files.wal.clear();
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM MyTable"), "10\n");
  EXPECT_EQ(read_by_image(files, "SELECT count(*) FROM sqlite_schema WHERE name = 'NewTable'"), "0\n");
}

}  // namespace
}  // namespace exhibit::sqlite
