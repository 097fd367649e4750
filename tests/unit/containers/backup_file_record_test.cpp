#include "backup_file_record.h"

#include <functional>

#include "backup_builder.h"

namespace exhibit::containers {
namespace {

using tests::BackupBuilder;
using tests::BinaryPlist;
using Members = std::vector<std::pair<std::string, BinaryPlist::Object>>;

/// An archive with these members of its root, and these objects from number 2 on.
std::string archive(const std::function<Members(BinaryPlist&, std::vector<BinaryPlist::Object>&)>& fill) {
  BinaryPlist plist;
  std::vector<BinaryPlist::Object> objects = {plist.text("$null"), 0};
  const Members members = fill(plist, objects);
  objects[1] = plist.dictionary(members);
  plist.dictionary({{"$top", plist.dictionary({{"root", plist.uid(1)}})}, {"$objects", plist.array(objects)}});
  return plist.build();
}

Result<BackupFileRecord> read(const std::string& bytes) { return read_backup_file_record(as_bytes(bytes), {}); }

TEST(BackupFileRecord, TellsSizeTimesAndKey) {
  tests::BackedUpFile file;
  file.content = "12345";
  file.protection_class = 4;
  file.encryption_key = "a key";
  const std::string bytes = BackupBuilder::record(file);
  const auto record = read(bytes);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->size, 5u);
  EXPECT_EQ(record->protection_class, 4u);
  EXPECT_EQ(as_text(record->encryption_key), "a key");
  EXPECT_EQ(record->link_target, "");
  EXPECT_EQ(record->times.modified_us, evidence::EntryTime(1'600'000'000'000'000));
}

TEST(BackupFileRecord, TakesAKeyThatIsPlainData) {
  const std::string bytes = archive([](BinaryPlist& plist, auto& objects) -> Members {
    objects.push_back(plist.data("by reference"));
    return {{"EncryptionKey", plist.uid(2)}};
  });
  const auto record = read(bytes);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(as_text(record->encryption_key), "by reference");
  EXPECT_EQ(record->size, 0u);
  EXPECT_FALSE(record->times.modified_us);
}

TEST(BackupFileRecord, NilAndReferencesToNothingAreUnset) {
  const std::string bytes = archive([](BinaryPlist& plist, auto&) -> Members {
    return {{"Target", plist.uid(0)}, {"EncryptionKey", plist.uid(99)}, {"Size", plist.text("many")}};
  });
  const auto record = read(bytes);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->link_target, "");
  EXPECT_TRUE(record->encryption_key.empty());
  EXPECT_EQ(record->size, 0u);
}

TEST(BackupFileRecord, RefusesWhatIsNoneOfThem) {
  EXPECT_FALSE(read("").has_value());
  EXPECT_FALSE(read("bplist00").has_value());
  BinaryPlist number;
  number.integer(1);
  EXPECT_EQ(read(number.build()).error().code, ErrorCode::malformed);
  const std::string negative = archive([](BinaryPlist& plist, auto&) -> Members {
    return {{"Size", plist.integer(UINT64_MAX)}};  // -1
  });
  EXPECT_EQ(read(negative).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace exhibit::containers
