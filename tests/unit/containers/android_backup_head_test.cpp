#include "android_backup_head.h"

#include <string>

#include "android_backup_builder.h"
#include "android_backup_key.h"
#include "android_backup_path.h"

namespace exhibit::containers {
namespace {

using tests::AndroidBackupBuilder;

Result<AndroidBackupHead> head_of(const std::string& file) {
  return read_android_backup_head(*evidence::make_source({file.begin(), file.end()}));
}

ErrorCode refusal_of(const std::string& file) {
  const auto head = head_of(file);
  EXPECT_FALSE(head.has_value()) << file;
  return head ? ErrorCode::io : head.error().code;
}

TEST(AndroidBackupHead, OfAPlainOneHasFourLines) {
  for (const int version : {1, 2, 3, 4, 5}) {
    const auto head = head_of("ANDROID BACKUP\n" + std::to_string(version) + "\n0\nnone\ncontent");
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->version, static_cast<std::uint32_t>(version));
    EXPECT_FALSE(head->is_compressed);
    EXPECT_FALSE(head->lock.has_value());
    EXPECT_EQ(head->size, 24u);
  }
}

TEST(AndroidBackupHead, OfAnEncryptedOneHasNine) {
  const std::string text = "ANDROID BACKUP\n3\n1\nAES-256\n0aFF\nbb\n10000\n000102030405060708090A0B0c0d0e0f\n" +
                           std::string(32, 'c') + "\nx";
  const auto head = head_of(text);
  ASSERT_TRUE(head.has_value()) << error_text(head.error());
  EXPECT_TRUE(head->is_compressed);
  ASSERT_TRUE(head->lock.has_value());
  EXPECT_EQ(head->lock->user_salt, (std::vector<std::uint8_t>{0x0a, 0xff})) << "digits of either case";
  EXPECT_EQ(head->lock->checksum_salt, std::vector<std::uint8_t>{0xbb});
  EXPECT_EQ(head->lock->rounds, 10000u);
  EXPECT_EQ(head->lock->user_vector[15], 0x0f);
  EXPECT_EQ(head->lock->master_key, std::vector<std::uint8_t>(16, 0xcc));
  EXPECT_EQ(head->size, text.size() - 1);
}

TEST(AndroidBackupHead, RefusesWhatIsNone) {
  EXPECT_EQ(refusal_of("ANDROID RESTORE\n1\n0\nnone\n"), ErrorCode::malformed);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\nx\n0\nnone\n"), ErrorCode::malformed);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\n\n0\nnone\n"), ErrorCode::malformed);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\n0\n0\nnone\n"), ErrorCode::unsupported);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\n6\n0\nnone\n"), ErrorCode::unsupported);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\n5\n2\nnone\n"), ErrorCode::limit);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\n5\n0\nAES-128\n"), ErrorCode::unsupported);
  EXPECT_EQ(refusal_of("ANDROID BACKUP\r\n5\r\n0\r\nnone\r\n"), ErrorCode::malformed);
}

TEST(AndroidBackupHead, RefusesLocksThatCannotBe) {
  const auto lock = [](std::string_view salt, std::string_view rounds, std::string_view vector, std::string_view key) {
    std::string text = "ANDROID BACKUP\n5\n1\nAES-256\n";
    for (const std::string_view line : {salt, std::string_view("aa"), rounds, vector, key}) text.append(line) += '\n';
    return text;
  };
  const std::string block(32, '7');
  ASSERT_TRUE(head_of(lock("aa", "1", block, block)).has_value());
  EXPECT_EQ(refusal_of(lock("", "1", block, block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("aaa", "1", block, block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("ag", "1", block, block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("aa", "0", block, block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("aa", "-1", block, block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("aa", "10000001", block, block)), ErrorCode::limit);
  EXPECT_EQ(refusal_of(lock("aa", "99999999999999999999", block, block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("aa", "1", "77", block)), ErrorCode::malformed);
  EXPECT_EQ(refusal_of(lock("aa", "1", block, "77")), ErrorCode::malformed);
}

TEST(AndroidBackupHead, EndsALongLine) {
  EXPECT_EQ(refusal_of("ANDROID BACKUP\n5\n0\n" + std::string(8192, 'n') + "\n"), ErrorCode::limit);
  EXPECT_EQ(refusal_of(std::string(100'000, 'A')), ErrorCode::limit);
}

TEST(AndroidBackupHead, NamesWhereItIsCut) {
  const std::string whole = AndroidBackupBuilder{.password = "p"}.head();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto head = head_of(whole.substr(0, size));
    ASSERT_FALSE(head.has_value()) << size;
    EXPECT_EQ(head.error().code, ErrorCode::truncated) << size;
    EXPECT_LE(head.error().where.offset, size);
  }
}

std::optional<AndroidBackupKey> key_of(const AndroidBackupBuilder& backup, std::string_view password) {
  const auto head = head_of(backup.head());
  if (!head) return std::nullopt;
  auto key = open_android_backup_key(*head->lock, as_bytes(password));
  EXPECT_TRUE(key.has_value());
  return key ? *std::move(key) : std::nullopt;
}

TEST(AndroidBackupKey, OpensWithEitherChecksum) {
  for (const tests::JavaChars chars : {tests::JavaChars::utf8, tests::JavaChars::low_bytes}) {
    const AndroidBackupBuilder backup{.password = "right", .checksum_chars = chars};
    const auto key = key_of(backup, "right");
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(as_text(key->key.bytes()), backup.master_key);
    EXPECT_EQ(as_text(key->vector), "vector of a tar.");
    EXPECT_FALSE(key_of(backup, "wrong").has_value());
    EXPECT_FALSE(key_of(backup, "").has_value());
  }
}

// "Zoë 😀": the chars are 5A 6F EB 20 D83D DE00.
TEST(AndroidBackupKey, OpensWhereAProviderDroppedTheHighBytes) {
  const AndroidBackupBuilder backup{.password = std::string("Zo\xeb \x3d\0", 6),
                                    .checksum_chars = tests::JavaChars::low_bytes};
  EXPECT_TRUE(key_of(backup, "Zo\u00eb \U0001f600").has_value());
  EXPECT_FALSE(key_of(backup, "Zo\u00ec \U0001f600").has_value());
  EXPECT_TRUE(key_of({.password = "Zo\u00eb"}, "Zo\u00eb").has_value());
}

// Another password gives padding that holds once in 256 times: the lengths and the checksum then decide.
TEST(AndroidBackupKey, NeverOpensWithAnother) {
  const AndroidBackupBuilder backup{.password = "right", .rounds = 1};
  for (int i = 0; i < 3000; ++i) ASSERT_FALSE(key_of(backup, std::to_string(i)).has_value()) << i;
}

// A flipped bit of the fifth block leaves lengths and padding as they are, and the checksum another.
TEST(AndroidBackupKey, RefusesAChecksumThatDoesNotFit) {
  auto head = head_of(AndroidBackupBuilder{.password = "right"}.head());
  ASSERT_TRUE(head.has_value());
  head->lock->master_key[64] ^= 1;
  const auto key = open_android_backup_key(*head->lock, as_bytes("right"));
  ASSERT_TRUE(key.has_value());
  EXPECT_FALSE(key->has_value());
}

TEST(AndroidBackupKey, CanBeCancelled) {
  const auto head = head_of(AndroidBackupBuilder{.password = "p"}.head());
  Cancel cancel;
  cancel.request();
  const auto key = open_android_backup_key(*head->lock, as_bytes("p"), &cancel);
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().code, ErrorCode::cancelled);
}

TEST(AndroidBackupPath, PlacesAnAppsFolders) {
  EXPECT_EQ(device_path_of_backup("apps/com.example/db/x.db"), "app:com.example/databases/x.db");
  EXPECT_EQ(device_path_of_backup("apps/com.example/db/a/x.db"), "app:com.example/databases/a/x.db");
  EXPECT_EQ(device_path_of_backup("apps/com.example/f/x"), "app:com.example/files/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/sp/x.xml"), "app:com.example/shared_prefs/x.xml");
  EXPECT_EQ(device_path_of_backup("apps/com.example/c/x"), "app:com.example/cache/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/nb/x"), "app:com.example/no_backup/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/r/app_webview/x"), "app:com.example/app_webview/x");
}

TEST(AndroidBackupPath, PlacesDeviceEncryptedTwinsBeside) {
  EXPECT_EQ(device_path_of_backup("apps/com.example/d_f/x"), "app:com.example/files/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/d_db/x"), "app:com.example/databases/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/d_r/x"), "app:com.example/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/d_obb/x"), "") << "there is no such token";
}

TEST(AndroidBackupPath, PlacesWhatLiesOutsideAnAppsFolder) {
  EXPECT_EQ(device_path_of_backup("apps/com.example/a/base.apk"), "system:data/app/com.example/base.apk");
  EXPECT_EQ(device_path_of_backup("apps/com.example/obb/main.obb"), "media:Android/obb/com.example/main.obb");
  EXPECT_EQ(device_path_of_backup("apps/com.example/ef/x"), "media:Android/data/com.example/files/x");
  EXPECT_EQ(device_path_of_backup("apps/com.example/k/com.example.data"),
            "app:com.example/key_value_backup/com.example.data");
  EXPECT_EQ(device_path_of_backup("shared/0/DCIM/x.jpg"), "media:DCIM/x.jpg");
  EXPECT_EQ(device_path_of_backup("shared/1/DCIM/x.jpg"), "media:DCIM/x.jpg");
}

TEST(AndroidBackupPath, NamesFoldersAsAFileSystemDoes) {
  EXPECT_EQ(device_path_of_backup("apps/com.example"), "app:com.example/");
  EXPECT_EQ(device_path_of_backup("apps/com.example/r"), "app:com.example/");
  EXPECT_EQ(device_path_of_backup("apps/com.example/db"), "app:com.example/databases");
  EXPECT_EQ(device_path_of_backup("apps/com.example/a"), "system:data/app/com.example");
  EXPECT_EQ(device_path_of_backup("shared/0"), "media:");
}

TEST(AndroidBackupPath, LeavesWhatIsNoPlace) {
  for (const std::string_view path :
       {"apps/com.example/_manifest", "apps/com.example/_meta", "apps/com.example/zz/x", "apps", "apps/", "shared",
        "shared/x/y", "x.db", "", "/apps/com.example/db/x", "apps//db/x", "./apps/com.example/db/x",
        "apps/com.example/db/../x", "apps/../db/x"})
    EXPECT_EQ(device_path_of_backup(path), "") << path;
  EXPECT_EQ(device_path_of_backup("apps/com.example/f/\xff"), "app:com.example/files/\\xff");
}

}  // namespace
}  // namespace exhibit::containers
