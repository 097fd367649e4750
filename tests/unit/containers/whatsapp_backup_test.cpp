#include "whatsapp_backup.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <filesystem>

#include "android_backup_builder.h"
#include "crypto/sha256.h"
#include "evidence/evidence.h"
#include "evidence_folder.h"
#include "read_only_file.h"
#include "whatsapp_key.h"

namespace exhibit::containers {
namespace {

using evidence::SecretKind;
using evidence::Secrets;

constexpr std::string_view kServerSalt = "thirty-two bytes of server salt.";
constexpr std::string_view kGoogleSalt = "salt of Google's";
constexpr std::string_view kNonce = "a nonce of 16 b.";
constexpr std::string_view kKey = "an invented key of 32 bytes, so.";
const std::string kDatabase = "SQLite format 3" + std::string(1, '\0') + std::string(5000, 'w');

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Cipher text and tag, by OpenSSL's own functions.
std::string aes256_gcm(std::string_view key, std::string_view plain) {
  std::string sealed(plain.size() + 16, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  int made = 0;
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  const bool done =
      EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, nullptr, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(kNonce.size()), nullptr) == 1 &&
      EVP_EncryptInit_ex(context, nullptr, nullptr, raw(key), raw(kNonce)) == 1 &&
      EVP_EncryptUpdate(context, out, &made, raw(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context, out + made, &made) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, out + plain.size()) == 1;
  EVP_CIPHER_CTX_free(context);
  EXPECT_TRUE(done);
  return sealed;
}

std::string hmac(std::string_view key, std::string_view message) {
  std::string sum(32, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(message), message.size(),
       reinterpret_cast<unsigned char*>(sum.data()), nullptr);
  return sum;
}

std::string with_md5(std::string file) {
  std::string sum(16, '\0');
  EVP_Digest(file.data(), file.size(), reinterpret_cast<unsigned char*>(sum.data()), nullptr, EVP_md5(), nullptr);
  return file + sum;
}

/// A protobuf field of bytes, below 128 of them.
std::string field(int number, std::string_view bytes) {
  std::string text;
  text += static_cast<char>(number * 8 + 2);
  text += static_cast<char>(bytes.size());
  return text.append(bytes);
}

std::string message_head(std::string_view message, bool feature = true) {
  std::string head(1, static_cast<char>(message.size()));
  if (feature) head += '\1';
  return head.append(message);
}

std::string head14(std::string_view server_salt = kServerSalt, bool feature = true) {
  const std::string inner = field(3, server_salt) + field(4, kGoogleSalt) + field(5, kNonce);
  return message_head(std::string("\x08\x00", 2) + field(2, inner), feature);
}

std::string head15() { return message_head(std::string("\x08\x01", 2) + field(3, field(1, kNonce))); }

std::string crypt14(std::string_view plain = tests::zlib_packed(kDatabase)) {
  return with_md5(head14() + aes256_gcm(kKey, plain));
}

std::string crypt15() {
  const std::string main_key = hmac(std::string(32, '\0'), kKey);
  return with_md5(head15() + aes256_gcm(hmac(main_key, "backup encryption\x01"), tests::zlib_packed(kDatabase)));
}

std::string crypt12() {
  const std::string head = std::string("\0\1\1", 3).append(kServerSalt).append(kGoogleSalt).append(kNonce);
  return head + aes256_gcm(kKey, tests::zlib_packed(kDatabase)) + "0123";
}

std::string java_array(std::string_view content) {
  std::string text("\xac\xed\0\5ur\0\2[B\xac\xf3\x17\xf8\6\x08T\xe0\2\0\0xp\0\0\0", 26);
  text += static_cast<char>(content.size());
  return text.append(content);
}

std::string key_file(std::string_view server_salt = kServerSalt, std::string_view key = kKey) {
  std::string content("\0\1\2", 3);
  content.append(server_salt).append(kGoogleSalt).append(48, 'i').append(key);
  return java_array(content);
}

Secrets with_keys(const std::vector<std::string>& keys) {
  Secrets secrets;
  for (const std::string& key : keys) secrets.add(SecretKind::app_key, crypto::Secret(as_bytes(key)));
  return secrets;
}

Result<std::string> open_backup(const std::string& file, std::string_view name, Secrets secrets,
                                const Limits& limits = {}) {
  const auto source = open_whatsapp_backup(evidence::make_source({file.begin(), file.end()}), name, secrets, limits);
  if (!source) return std::unexpected(source.error());
  std::vector<std::uint8_t> buffer;
  const auto bytes = read_all(**source, buffer);
  if (!bytes) return std::unexpected(bytes.error());
  return std::string(as_text(*bytes));
}

ErrorCode refusal(const Result<std::string>& opened) {
  EXPECT_FALSE(opened.has_value());
  return opened ? ErrorCode::io : opened.error().code;
}

constexpr char kName12[] = "msgstore.db.crypt12";
constexpr char kName14[] = "WhatsApp/Databases/msgstore.db.crypt14";
constexpr char kName15[] = "msgstore.db.crypt15";

TEST(WhatsappBackup, IsKnownByNameAndHead) {
  EXPECT_TRUE(is_whatsapp_backup(kName14, as_bytes(crypt14())));
  EXPECT_TRUE(is_whatsapp_backup(kName15, as_bytes(crypt15())));
  EXPECT_TRUE(is_whatsapp_backup(kName12, as_bytes(crypt12())));
  EXPECT_TRUE(is_whatsapp_backup(kName14, as_bytes(crypt15()))) << "the message tells which it is";
  EXPECT_FALSE(is_whatsapp_backup("msgstore.db", as_bytes(crypt14())));
  EXPECT_FALSE(is_whatsapp_backup("msgstore.db.crypt99", as_bytes(crypt14())));
  EXPECT_FALSE(is_whatsapp_backup("msgstore.db.crypt1", as_bytes(crypt14())));
  EXPECT_FALSE(is_whatsapp_backup(kName14, as_bytes(kDatabase)));
  EXPECT_FALSE(is_whatsapp_backup(kName14, {}));
  EXPECT_FALSE(is_whatsapp_backup(kName14, as_bytes(head14()).first(60)));
  EXPECT_FALSE(is_whatsapp_backup(kName12, as_bytes(crypt12()).first(66)));
}

TEST(WhatsappBackup, OpensWithItsKeyFile) {
  EXPECT_EQ(open_backup(crypt14(), kName14, with_keys({key_file()})).value(), kDatabase);
  EXPECT_EQ(open_backup(crypt12(), kName12, with_keys({key_file()})).value(), kDatabase);
  EXPECT_EQ(open_backup(crypt15(), kName15, with_keys({java_array(kKey)})).value(), kDatabase);
}

TEST(WhatsappBackup, OpensWithBareBytesOrDigits) {
  const std::string digits = tests::upper_hex(kKey);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); i += 4) grouped += digits.substr(i, 4) + ' ';
  for (const std::string& key : {std::string(kKey), digits, grouped}) {
    EXPECT_EQ(open_backup(crypt14(), kName14, with_keys({key})).value(), kDatabase) << key;
    EXPECT_EQ(open_backup(crypt15(), kName15, with_keys({key})).value(), kDatabase) << key;
  }
}

TEST(WhatsappBackup, OpensWithoutFeatureByte) {
  const std::string file = with_md5(head14(kServerSalt, false) + aes256_gcm(kKey, tests::zlib_packed(kDatabase)));
  EXPECT_EQ(open_backup(file, kName14, with_keys({key_file()})).value(), kDatabase);
}

TEST(WhatsappBackup, OpensWithoutMd5) {
  const std::string file = crypt14();
  EXPECT_EQ(open_backup(file.substr(0, file.size() - 16), kName14, with_keys({key_file()})).value(), kDatabase);
}

TEST(WhatsappBackup, GivesAnArchiveAsItIs) {
  EXPECT_EQ(open_backup(crypt14("PK\3\4 and so on"), kName14, with_keys({key_file()})).value(), "PK\3\4 and so on");
}

TEST(WhatsappBackup, InflatesALargeOneAsItIsRead) {
  Limits limits;
  limits.large_member_bytes = 100;
  const std::string file = crypt14();
  Secrets secrets = with_keys({key_file()});
  const auto source = open_whatsapp_backup(evidence::make_source({file.begin(), file.end()}), kName14, secrets, limits);
  ASSERT_TRUE(source.has_value());
  EXPECT_FALSE((*source)->view().has_value());
  EXPECT_EQ(open_backup(file, kName14, with_keys({key_file()}), limits).value(), kDatabase);
}

TEST(WhatsappBackup, IsLockedWithoutAKeyThatFits) {
  const auto none = open_backup(crypt14(), kName14, {});
  EXPECT_EQ(refusal(none), ErrorCode::locked);
  EXPECT_EQ(none.error().found, 0u);
  const std::string other(32, 'o');
  for (const std::string& key :
       {key_file(kServerSalt, other), other, std::string("no key at all"), java_array(other)}) {
    EXPECT_EQ(refusal(open_backup(crypt14(), kName14, with_keys({key}))), ErrorCode::locked);
    EXPECT_EQ(refusal(open_backup(crypt15(), kName15, with_keys({key}))), ErrorCode::locked);
  }
}

TEST(WhatsappBackup, SaysThatAKeyIsOfAnotherInstallation) {
  const auto opened = open_backup(crypt14(), kName14, with_keys({key_file(std::string(32, 'x'))}));
  EXPECT_EQ(refusal(opened), ErrorCode::locked);
  EXPECT_THAT(error_text(opened.error()), testing::HasSubstr("salts"));
  EXPECT_EQ(open_backup(crypt14(), kName14, with_keys({key_file(std::string(32, 'x')), key_file()})).value(),
            kDatabase);
}

TEST(WhatsappBackup, GivesNothingOutOfADamagedOne) {
  std::string file = crypt14();
  file[file.size() - 50] ^= 1;
  EXPECT_EQ(refusal(open_backup(file, kName14, with_keys({key_file()}))), ErrorCode::checksum);
  EXPECT_EQ(refusal(open_backup(file.substr(0, file.size() - 20), kName14, with_keys({key_file()}))),
            ErrorCode::checksum);
}

TEST(WhatsappBackup, SaysThatTheStreamInsideIsCut) {
  const std::string packed = tests::zlib_packed(kDatabase);
  EXPECT_EQ(refusal(open_backup(crypt14(packed.substr(0, packed.size() / 2)), kName14, with_keys({key_file()}))),
            ErrorCode::truncated);
}

TEST(WhatsappBackup, NamesEveryCutAndEveryFlippedByte) {
  for (const auto& [file, name] : {std::pair(crypt14(), kName14), {crypt15(), kName15}, {crypt12(), kName12}}) {
    for (std::size_t i = 0; i < file.size(); ++i) {
      const auto cut = open_backup(file.substr(0, i), name, with_keys({key_file(), std::string(kKey)}));
      EXPECT_EQ(cut.has_value(), name != kName12 && i == file.size() - 16) << name << i;
      std::string flipped = file;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x24);
      const auto other = open_backup(flipped, name, with_keys({key_file(), std::string(kKey)}));
      if (other) {
        EXPECT_EQ(*other, kDatabase) << name << i;
      }
    }
  }
}

TEST(WhatsappKey, IsKnownByNameAndContent) {
  EXPECT_TRUE(is_whatsapp_key("data/data/com.whatsapp/files/key", as_bytes(key_file())));
  EXPECT_TRUE(is_whatsapp_key("encrypted_backup.key", as_bytes(java_array(kKey))));
  EXPECT_FALSE(is_whatsapp_key("files/monkey", as_bytes(key_file())));
  EXPECT_FALSE(is_whatsapp_key("key", as_bytes(kKey))) << "any file may be called key and have 32 bytes";
  EXPECT_FALSE(is_whatsapp_key("key", as_bytes(key_file().substr(0, 157))));
  EXPECT_FALSE(is_whatsapp_key("key", as_bytes(key_file() + "x")));
  EXPECT_FALSE(is_whatsapp_key("key", {}));
  EXPECT_FALSE(is_whatsapp_key("encrypted_backup.key", as_bytes("digits")));
}

TEST(WhatsappKey, WantsAllDigits) {
  const std::string digits = tests::upper_hex(kKey);
  EXPECT_TRUE(read_whatsapp_key(as_bytes(digits + "\n")).has_value());
  EXPECT_FALSE(read_whatsapp_key(as_bytes(digits.substr(1))).has_value());
  EXPECT_FALSE(read_whatsapp_key(as_bytes(digits + "0")).has_value());
  EXPECT_FALSE(read_whatsapp_key(as_bytes("G" + digits.substr(1))).has_value());
  EXPECT_FALSE(read_whatsapp_key({}).has_value());
}

TEST(WhatsappPlainName, LosesItsLastPart) {
  EXPECT_EQ(whatsapp_plain_name("msgstore.db.crypt14"), "msgstore.db");
  EXPECT_EQ(whatsapp_plain_name("a/msgstore-2023-05-01.1.db.crypt15"), "a/msgstore-2023-05-01.1.db");
  EXPECT_EQ(whatsapp_plain_name("msgstore.db"), "msgstore.db");
}

// Real backups of one database, with their keys.

constexpr char kFolder[] = "android/wa-crypt-tools";

evidence::SourcePtr real_file(const std::string& name) {
  const auto path = tests::evidence_folder() / kFolder / name;
  return std::make_shared<ReadOnlyFile>(open_read_only(AT_FDCWD, path.c_str(), 0), std::filesystem::file_size(path));
}

std::string real_key(const std::string& name) {
  std::vector<std::uint8_t> buffer;
  const std::string key(as_text(read_all(*real_file(name), buffer).value()));
  EXPECT_TRUE(is_whatsapp_key(name, as_bytes(key)));
  return key;
}

std::string real_sum(const std::string& name, const std::vector<std::string>& keys) {
  Secrets secrets = with_keys(keys);
  const auto source = open_whatsapp_backup(real_file(name), name, secrets, {});
  if (!source) return std::string(error_code_name(source.error().code));
  const auto sum = hash(**source);
  return sum ? tests::upper_hex(as_text(*sum)) : error_text(sum.error());
}

TEST(RealWhatsappBackup, BothKindsHoldTheDatabase) {
  EXHIBIT_NEEDS_EVIDENCE(kFolder);
  constexpr char kSum[] = "1425B944A2E3885FC936A7BB82F6548C5CC09523A2F61F02AA836C4ED8BBD16E";
  const std::string key = real_key("key"), root_key = real_key("encrypted_backup.key");
  EXPECT_EQ(real_sum("msgstore.db.crypt14", {key}), kSum);
  EXPECT_EQ(real_sum("msgstore.db.crypt15", {root_key}), kSum);
  EXPECT_EQ(real_sum("msgstore.db.crypt15", {key, tests::upper_hex(root_key.substr(27))}), kSum);
}

TEST(RealWhatsappBackup, IsLockedToOtherKeys) {
  EXHIBIT_NEEDS_EVIDENCE(kFolder);
  const std::string key = real_key("key"), root_key = real_key("encrypted_backup.key");
  EXPECT_EQ(real_sum("msgstore.db.crypt14", {}), "locked");
  EXPECT_EQ(real_sum("msgstore.db.crypt14", {root_key}), "locked");
  EXPECT_EQ(real_sum("msgstore.db.crypt15", {key}), "locked");
  std::string other = key;
  other.back() ^= 1;
  EXPECT_EQ(real_sum("msgstore.db.crypt14", {other}), "locked");
}

}  // namespace
}  // namespace exhibit::containers
