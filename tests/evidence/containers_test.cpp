// The evidence that is no file system: examined as it lies, without unpacking anything.
#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/sha256.h"
#include "examined_evidence.h"

namespace exhibit::tests {
namespace {

constexpr const char* kEncryptedBackup = "ios/itunes_backup_encrypted/backup";
constexpr const char* kDamagedBackup = "ios/mvt/ios_backup";

std::size_t count_of(const std::vector<std::string>& lines, const std::string& kind, const std::string& table) {
  return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) {
    return line.starts_with("{\"kind\":\"" + kind + "\"") && line.find("\"table\":\"" + table + "\"") != line.npos;
  }));
}

std::string hex(const crypto::Sha256Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest)
    for (const int nibble : {byte >> 4, byte & 15}) text += "0123456789abcdef"[nibble];
  return text;
}

TEST(ComposedDevice, ThePackedTarGivesWhatItsFolderGives) {
  EXHIBIT_NEEDS_EVIDENCE(kComposedDevice);
  const Examination packed(evidence_folder() / kComposedDevice, {.jobs = 2});
  EXPECT_EQ(lines_of(packed.lines(), "kind"), lines_of(lines_of_evidence(kComposedDevice), "kind"));
  EXPECT_EQ(lines_of(packed.lines(), "problem"), std::vector<std::string>());
}

TEST(ComposedDevice, TheStoreIsOpenedWithTheKeyThatLiesInTheSameTar) {
  EXHIBIT_NEEDS_EVIDENCE(kComposedDevice);
  const Examination packed(evidence_folder() / kComposedDevice, {.jobs = 2});
  const auto numbers =
      packed.evidence().find_device_path("media:Android/media/com.whatsapp/WhatsApp/Databases/msgstore.db");
  ASSERT_EQ(numbers.size(), 1u);
  const auto source = packed.evidence().open(numbers[0]);
  ASSERT_TRUE(source);
  const Json truth = ground_truth("android/wa-crypt-tools");
  EXPECT_EQ(hex(evidence::hash(**source).value()), truth["plain_sha256"]);
}

TEST(EncryptedBackup, GivesWhatTheFilesInItHold) {
  EXHIBIT_NEEDS_EVIDENCE(kEncryptedBackup);
  const Json truth = ground_truth("ios/itunes_backup_encrypted");
  const Examination backup(evidence_folder() / kEncryptedBackup, {.jobs = 2, .password = "Passw0rd-dev"});
  const auto lines = backup.lines();
  EXPECT_EQ(lines_of(lines, "problem"), std::vector<std::string>());
  EXPECT_TRUE(backup.summary().ledger_adds_up);
  EXPECT_EQ(count_of(lines, "Message", "ZWAMESSAGE"), 32u);
  EXPECT_EQ(count_of(lines, "Contact", "ABPerson"), 9u);
  EXPECT_EQ(count_of(lines, "Account", "ZACCOUNT"), 19u);
}

TEST(EncryptedBackup, IsNotOpenedWithAWrongPassword) {
  EXHIBIT_NEEDS_EVIDENCE(kEncryptedBackup);
  EXPECT_ANY_THROW(Examination(evidence_folder() / kEncryptedBackup, {.password = "Passw0rd"}));
}

TEST(DamagedBackup, IsReadAsFarAsItGoesAndSaysWhatIsMissing) {
  EXHIBIT_NEEDS_EVIDENCE(kDamagedBackup);
  const Examination backup(evidence_folder() / kDamagedBackup, {.jobs = 2});
  std::vector<std::string> codes;
  for (const auto& problem : backup.evidence().problems()) codes.push_back(problem.code);
  std::ranges::sort(codes);
  EXPECT_EQ(codes, (std::vector<std::string>{"blob_missing", "missing_manifest_plist", "missing_status_plist",
                                             "row_missing", "size_differs"}));
  EXPECT_TRUE(backup.summary().ledger_adds_up);
  EXPECT_GT(backup.summary().artefacts, 0u);
}

}  // namespace
}  // namespace exhibit::tests
