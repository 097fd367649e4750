#include "manifest_mbdb.h"

#include "backup_builder.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using testing::ElementsAre;
using tests::BackupBuilder;

struct Read {
  std::vector<std::string> rows;
  std::vector<evidence::Problem> problems;
  Result<void> result;
};

constexpr std::string_view kTypes[] = {"", "file", "folder", "link", "other"};

Read read(std::string_view manifest, const Limits& limits = {}) {
  Read read;
  const auto sink = [&](const BackupRow& row) {
    std::string text(kTypes[static_cast<int>(row.type)]);
    text.append(" ").append(row.domain).append(" ").append(row.path).append(" ").append(std::to_string(row.size));
    if (!row.link_target.empty()) text.append(" -> ").append(row.link_target);
    read.rows.push_back(text);
  };
  read.result = read_manifest_mbdb(as_bytes(manifest), 7, limits, sink, read.problems);
  return read;
}

std::string manifest() {
  BackupBuilder backup;
  backup.folder("HomeDomain", "").file("HomeDomain", "Library/a", "12345");
  backup.link("HomeDomain", "Library/now", "/var/mobile/then");
  return backup.mbdb()["Manifest.mbdb"];
}

TEST(ManifestMbdb, ListsFilesFoldersAndLinks) {
  const Read listed = read(manifest());
  EXPECT_TRUE(listed.result.has_value());
  EXPECT_THAT(listed.problems, testing::IsEmpty());
  EXPECT_THAT(listed.rows, ElementsAre("folder HomeDomain  0", "file HomeDomain Library/a 5",
                                       "link HomeDomain Library/now 0 -> /var/mobile/then"));
}

// Written byte for byte: what the builder has wrong, this has not.
TEST(ManifestMbdb, ReadsARecordWrittenByHand) {
  const std::string key = std::string("\x04\0\0\0", 4) + std::string(40, 'k');
  const std::string bytes = std::string("mbdb\x05\0", 6) + std::string("\0\x0aHomeDomain", 12) +
                            std::string("\0\x01x", 3) + "\xff\xff\xff\xff" + std::string("\0\x2c", 2) + key +
                            std::string("\x81\xa4\0\0\0\0\0\0\0\x09\0\0\x01\xf5\0\0\x01\xf5", 18) +
                            std::string("\x4f\x00\x00\x01\x4f\x00\x00\x02\x4f\x00\x00\x03", 12) +
                            std::string("\0\0\0\0\0\0\x01\x02\x04\0", 10);
  std::vector<evidence::Problem> problems;
  int rows = 0;
  const auto sink = [&](const BackupRow& row) {
    ++rows;
    // printf %s HomeDomain-x | sha1sum
    EXPECT_EQ(row.file_id, "c54afd73a09837e026af49d67a07bbc2315c096a");
    EXPECT_EQ(row.type, EntryType::file);
    EXPECT_EQ(row.size, 0x102u);
    EXPECT_EQ(row.protection_class, 4u);
    EXPECT_EQ(as_text(row.encryption_key), key);
    EXPECT_EQ(row.times.modified_us, evidence::EntryTime(0x4f000001 * std::int64_t{1'000'000}));
    EXPECT_EQ(row.times.accessed_us, evidence::EntryTime(0x4f000002 * std::int64_t{1'000'000}));
    EXPECT_EQ(row.times.changed_us, evidence::EntryTime(0x4f000003 * std::int64_t{1'000'000}));
    EXPECT_FALSE(row.times.created_us);
  };
  ASSERT_TRUE(read_manifest_mbdb(as_bytes(bytes), 1, {}, sink, problems).has_value());
  EXPECT_EQ(rows, 1);
  EXPECT_THAT(problems, testing::IsEmpty());
}

TEST(ManifestMbdb, IsToldByItsFirstBytes) {
  std::string bytes = manifest();
  bytes[0] = 'M';
  EXPECT_EQ(read(bytes).result.error().code, ErrorCode::malformed);
  bytes = manifest();
  bytes[5] = 1;
  EXPECT_EQ(read(bytes).result.error().code, ErrorCode::unsupported);
  EXPECT_EQ(read("mbdb").result.error().code, ErrorCode::truncated);
}

// However it is cut: what lies before is listed, and the cut is told, once.
TEST(ManifestMbdb, KeepsWhatLiesBeforeACut) {
  const std::string whole = manifest();
  std::vector<std::size_t> ends = {6};  // of the header and of each record
  for (std::size_t size = 7; size <= whole.size(); ++size)
    if (read(whole.substr(0, size)).problems.empty()) ends.push_back(size);
  ASSERT_EQ(ends.size(), 4u);
  EXPECT_EQ(ends.back(), whole.size());
  for (std::size_t size = 6; size <= whole.size(); ++size) {
    const Read cut = read(whole.substr(0, size));
    const auto complete = static_cast<std::size_t>(std::ranges::upper_bound(ends, size) - ends.begin()) - 1;
    ASSERT_EQ(cut.rows.size(), complete) << size;
    const bool is_end = std::ranges::find(ends, size) != ends.end();
    ASSERT_EQ(cut.problems.size(), is_end ? 0u : 1u) << size;
    if (!is_end) {
      EXPECT_EQ(cut.problems[0].code, "truncated");
      EXPECT_EQ(cut.problems[0].file, 7u);
      EXPECT_GE(cut.problems[0].offset, ends[complete]);
    }
  }
}

TEST(ManifestMbdb, RecordsHaveALimit) {
  Limits limits;
  limits.container_members = 2;
  const Read cut = read(manifest(), limits);
  EXPECT_EQ(cut.rows.size(), 2u);
  ASSERT_EQ(cut.problems.size(), 1u);
  EXPECT_EQ(cut.problems[0].code, "limit");
}

}  // namespace
}  // namespace exhibit::containers
