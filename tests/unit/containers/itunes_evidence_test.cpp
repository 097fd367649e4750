// iTunes backups of the development evidence. Expectations come from their ground truth and from sqlite3.
#include <map>

#include "ground_truth.h"
#include "opened_backup.h"

namespace exhibit::containers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr char kEncrypted[] = "ios/itunes_backup_encrypted";
constexpr char kPlain[] = "ios/mvt/ios_backup";

std::string sha256_of(const evidence::ByteSource& source) {
  const auto digest = evidence::hash(source);
  if (!digest) return error_text(digest.error());
  std::string text;
  for (const std::uint8_t byte : *digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

TEST(ItunesEvidence, EveryFileOfTheEncryptedBackupIsDecrypted) {
  EXHIBIT_NEEDS_EVIDENCE(kEncrypted);
  const tests::GroundTruth truth(std::string(kEncrypted) + "/ground-truth.json");
  const OpenedTree opened(tests::evidence_folder() / kEncrypted,
                          {.password = truth.text("password"), .folder = "backup"});
  EXPECT_TRUE(opened.backup().is_encrypted());
  EXPECT_THAT(opened.problems(), IsEmpty());
  const auto files = truth.rows("$.files[*]");
  ASSERT_EQ(files.size(), 15u);
  for (const decode::NodeId file : files) {
    const std::string id = truth.text(file, "fileID");
    const evidence::Entry& entry = opened.entry("backup/" + id.substr(0, 2) + "/" + id);
    EXPECT_EQ(entry.size, static_cast<std::uint64_t>(truth.number(file, "size"))) << id;
    EXPECT_TRUE(entry.device_path.ends_with(truth.text(file, "relativePath"))) << entry.device_path;
    const auto source = opened.source(entry.device_path);
    ASSERT_TRUE(source.has_value()) << error_text(source.error());
    EXPECT_EQ(sha256_of(**source), truth.text(file, "sha256")) << entry.device_path;
  }
  EXPECT_EQ(opened.entry("backup/3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28").device_path, "home:Library/SMS/sms.db");
}

// A page of a database is read alone: the vector is then in the cipher text before it.
TEST(ItunesEvidence, AnyPartOfADecryptedFileIsThatOfTheWhole) {
  EXHIBIT_NEEDS_EVIDENCE(kEncrypted);
  const tests::GroundTruth truth(std::string(kEncrypted) + "/ground-truth.json");
  const OpenedTree opened(tests::evidence_folder() / kEncrypted,
                          {.password = truth.text("password"), .folder = "backup"});
  const auto source = opened.source("home:Library/SMS/sms.db");
  ASSERT_TRUE(source.has_value());
  const std::string whole = opened.content("home:Library/SMS/sms.db");
  std::vector<std::uint8_t> part(4096);
  for (const std::size_t offset : {0u, 1u, 15u, 16u, 17u, 4096u, 609'000u}) {
    const auto count = (*source)->read_at(offset, part);
    ASSERT_TRUE(count.has_value());
    EXPECT_EQ(as_text(std::span(part).first(*count)), whole.substr(offset, 4096)) << offset;
  }
}

TEST(ItunesEvidence, AWrongPasswordLeavesItLocked) {
  EXHIBIT_NEEDS_EVIDENCE(kEncrypted);
  BackupFolder folder(tests::evidence_folder() / kEncrypted, {.password = "Passw0rd-dew", .folder = "backup"});
  const auto opened = folder.open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::locked);
  EXPECT_EQ(opened.error().found, 1u);
}

TEST(ItunesEvidence, ThePlainBackupIsListedWhole) {
  EXHIBIT_NEEDS_EVIDENCE(kPlain);
  const OpenedTree opened(tests::evidence_folder() / kPlain);
  EXPECT_FALSE(opened.backup().is_encrypted());
  std::map<evidence::EntryType, int> types;
  for (const evidence::Entry& entry : opened.without_blob()) ++types[entry.type];
  // 1,089 files, of which 10 have their blob; an eleventh blob has no row.
  EXPECT_THAT(types,
              UnorderedElementsAre(Pair(evidence::EntryType::file, 1079), Pair(evidence::EntryType::folder, 2618),
                                   Pair(evidence::EntryType::symlink, 14)));
  EXPECT_THAT(opened.problems(), UnorderedElementsAre("missing_manifest_plist", "missing_status_plist",
                                                      "row_missing@e7/e794f6ffcc3c222535f47684a63d5178da3c4500: "
                                                      "e7/e794f6ffcc3c222535f47684a63d5178da3c4500",
                                                      "blob_missing@Manifest.db: 1079 of 1089 files",
                                                      "size_differs@Manifest.db: 9 of 10 blobs"));
  EXPECT_EQ(opened.content("home:Library/SMS/sms.db").substr(0, 15), "SQLite format 3");
  EXPECT_EQ(opened.entry("3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28").size, 28672u);
  for (const std::string_view path :
       {"group:group.net.whatsapp.WhatsApp.shared/ChatStorage.sqlite", "home:Library/TCC/TCC.db",
        "system:private/var/wireless/Library/Databases/DataUsage.sqlite"})
    EXPECT_EQ(opened.content(path).substr(0, 15), "SQLite format 3") << path;
}

TEST(ItunesEvidence, LinksKeepTheirTargets) {
  EXHIBIT_NEEDS_EVIDENCE(kPlain);
  const OpenedTree opened(tests::evidence_folder() / kPlain);
  std::map<std::string, std::string> targets;
  for (std::size_t i = 0; i < opened.without_blob().size(); ++i)
    if (const evidence::Entry& entry = opened.without_blob()[i]; entry.type == evidence::EntryType::symlink)
      targets[std::string(entry.device_path)] = opened.content_without_blob(i);
  EXPECT_EQ(targets.size(), 14u);
  EXPECT_EQ(targets["system:private/var/db/timezone/localtime"], "/var/db/timezone/zoneinfo/Europe/London");
}

TEST(ItunesEvidence, BothAreFound) {
  EXHIBIT_NEEDS_EVIDENCE(kPlain);
  EXHIBIT_NEEDS_EVIDENCE(kEncrypted);
  EXPECT_THAT(find_itunes_backups(BackupFolder(tests::evidence_folder() / "ios", {}).tree()),
              ElementsAre("itunes_backup_encrypted/backup", "mvt/ios_backup"));
}

}  // namespace
}  // namespace exhibit::containers
