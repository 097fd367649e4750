// WhatsApp's backups in an extraction: opened beside the store, whatever the order in which key and store lie.
#include "containers/open.h"
#include "evidence_folder.h"
#include "opened.h"
#include "temporary_folder.h"

namespace exhibit::containers {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Not;

std::vector<std::string> device_paths(const evidence::Evidence& evidence) {
  std::vector<std::string> paths;
  for (const auto& entry : evidence.entries()) paths.emplace_back(entry.device_path);
  return paths;
}

std::vector<std::string> codes(const evidence::Evidence& evidence) {
  std::vector<std::string> codes;
  for (const auto& problem : evidence.problems()) codes.push_back(problem.code);
  return codes;
}

class KeyedFiles : public testing::Test {
 protected:
  void SetUp() override {
    EXHIBIT_NEEDS_EVIDENCE("android/wa-crypt-tools/key");
    given_ = tests::evidence_folder() / "android/wa-crypt-tools";
    put("msgstore.db.crypt14", "data/media/0/WhatsApp/Databases/msgstore.db.crypt14");
  }
  void put(const std::string& from, const std::string& to) {
    fs::create_directories((folder_.path() / to).parent_path());
    fs::copy_file(given_ / from, folder_.path() / to);
  }
  std::unique_ptr<evidence::Evidence> opened() const { return open(folder_.path().string()).value(); }

  fs::path given_;
  tests::TemporaryFolder folder_;
};

TEST_F(KeyedFiles, AStoreIsOpenedByTheKeyThatLiesAnywhere) {
  put("key", "data/data/com.whatsapp/files/key");
  const auto evidence = opened();
  EXPECT_THAT(device_paths(*evidence), Contains("media:WhatsApp/Databases/msgstore.db"));
  EXPECT_TRUE(evidence->problems().empty());
  const std::uint32_t number =
      evidence->find_container_path("data/media/0/WhatsApp/Databases/msgstore.db.crypt14!msgstore.db");
  ASSERT_NE(number, 0u);
  EXPECT_EQ(evidence->entry(number).size, 1273856u);
  EXPECT_TRUE(read(*evidence, number).value().starts_with("SQLite format 3"));
}

TEST_F(KeyedFiles, AMissingKeyIsAProblemOfTheStore) {
  const auto evidence = opened();
  EXPECT_THAT(device_paths(*evidence), Not(Contains("media:WhatsApp/Databases/msgstore.db")));
  ASSERT_EQ(evidence->problems().size(), 1u);
  EXPECT_EQ(evidence->problems()[0].code, "key_missing");
  EXPECT_EQ(evidence->entry(evidence->problems()[0].file).container_path,
            "data/media/0/WhatsApp/Databases/msgstore.db.crypt14");
}

TEST_F(KeyedFiles, TheKeyOfAnotherInstallationIsNotAMissingOne) {
  put("encrypted_backup.key", "data/data/com.whatsapp/files/encrypted_backup.key");
  EXPECT_EQ(codes(*opened()), std::vector<std::string>{"locked"});
}

TEST_F(KeyedFiles, AStoreOutsideAllFoldersKeepsItsRoot) {
  put("msgstore.db.crypt15", "msgstore.db.crypt15");
  put("encrypted_backup.key", "encrypted_backup.key");
  EXPECT_THAT(device_paths(*opened()), Contains("system:msgstore.db"));
}

}  // namespace
}  // namespace exhibit::containers
