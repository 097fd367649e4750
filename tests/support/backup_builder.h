// iTunes backups made of a list of files, in memory: paths and their bytes.
//
//   BackupBuilder backup;
//   backup.file("HomeDomain", "Library/SMS/sms.db", bytes);
//   backup.folder("HomeDomain", "Library/SMS").link("HomeDomain", "Library/now", "/var/mobile/then");
//   backup.file(...).last().protection_class = 4;      // what the manifest tells of the last one, also for damage
//   BackupFiles files = backup.plain();                // or .encrypted("password"), or .mbdb(), each with its plists
//   files["Info.plist"] = ...; files.erase("Status.plist");
//   write_backup(files, temporary_folder.path());
//
// Encrypted ones have a keybag of their own (classes 1 to 11, few rounds), Manifest.db in class 4, and all is wrapped
// and encrypted with OpenSSL. Keys follow from names: the same list gives the same bytes. Nothing of core/ is in it.
#pragma once

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "binary_plist.h"

namespace exhibit::tests {

using BackupFiles = std::map<std::string, std::string>;

/// A file of the phone, and what the manifest tells of it.
struct BackedUpFile {
  std::string domain, path, content;
  int flags = 1;
  std::uint32_t protection_class = 3;
  std::string link_target;
  std::int64_t modified = 1'600'000'000, changed = 1'600'000'001, created = 1'500'000'000;

  std::optional<std::string> file_id;         ///< instead of the SHA-1
  std::optional<std::uint64_t> size;          ///< instead of that of the content
  std::optional<std::string> encryption_key;  ///< instead of class and wrapped key
  std::optional<std::string> record;          ///< instead of the archive
  bool has_blob = true;
};

class BackupCrypto {
 public:
  static std::string sha1(std::string_view text) {
    std::string digest(SHA_DIGEST_LENGTH, '\0');
    SHA1(bytes(text), text.size(), bytes(digest));
    return digest;
  }

  static std::string key(std::string_view name) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(bytes(name), name.size(), bytes(digest));
    return digest;
  }

  static std::string derive(const EVP_MD* hash, std::string_view password, std::string_view salt, int rounds) {
    std::string key(32, '\0');
    check(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes(salt),
                            static_cast<int>(salt.size()), rounds, hash, 32, bytes(key)));
    return key;
  }

  static std::string wrap(std::string_view with, std::string_view key) {
    return cipher(EVP_aes_256_wrap(), with, nullptr, key);
  }

  /// CBC, first vector zero, padded.
  static std::string encrypt(std::string_view key, std::string_view plain) {
    constexpr std::array<unsigned char, 16> kZero{};
    return cipher(EVP_aes_256_cbc(), key, kZero.data(), plain);
  }

 private:
  static const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  static unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
  static void check(int result) {
    if (result != 1) throw std::runtime_error("OpenSSL");
  }

  static std::string cipher(const EVP_CIPHER* kind, std::string_view key, const unsigned char* vector,
                            std::string_view plain) {
    const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    check(EVP_EncryptInit_ex(context.get(), kind, nullptr, bytes(key), vector));
    std::string out(plain.size() + 32, '\0');
    int made = 0, rest = 0;
    check(EVP_EncryptUpdate(context.get(), bytes(out), &made, bytes(plain), static_cast<int>(plain.size())));
    check(EVP_EncryptFinal_ex(context.get(), bytes(out) + made, &rest));
    out.resize(static_cast<std::size_t>(made + rest));
    return out;
  }
};

/// A keybag of backups, iOS 10.2 and later; without `second_rounds` that of older ones.
class KeybagBuilder {
 public:
  std::uint32_t rounds = 2, first_rounds = 3;
  bool has_first = true;
  std::string salt = std::string(20, 'S'), first_salt = std::string(20, 'D');

  static std::string item(std::string_view tag, std::string_view value) {
    return std::string(tag) + BinaryPlist::big_endian(value.size(), 4) + std::string(value);
  }
  static std::string number(std::string_view tag, std::uint64_t value) {
    return item(tag, BinaryPlist::big_endian(value, 4));
  }

  std::string head() const {
    std::string list = number("VERS", 4) + number("TYPE", 1) + item("UUID", std::string(16, 'U')) +
                       item("HMCK", std::string(40, 'H')) + number("WRAP", 0) + item("SALT", salt) +
                       number("ITER", rounds);
    if (has_first) list += number("DPWT", 0) + number("DPIC", first_rounds) + item("DPSL", first_salt);
    return list;
  }

  static std::string class_entry(std::uint32_t protection_class, std::string_view wrapped, std::uint32_t wrap = 2) {
    return item("UUID", std::string(16, static_cast<char>('a' + protection_class))) + number("CLAS", protection_class) +
           number("WRAP", wrap) + number("KTYP", 0) + item("WPKY", wrapped);
  }

  static std::string class_key(std::uint32_t protection_class) {
    return BackupCrypto::key("class " + std::to_string(protection_class));
  }

  std::string password_key(std::string_view password) const {
    const std::string first =
        has_first ? BackupCrypto::derive(EVP_sha256(), password, first_salt, static_cast<int>(first_rounds))
                  : std::string(password);
    return BackupCrypto::derive(EVP_sha1(), first, salt, static_cast<int>(rounds));
  }

  std::string build(std::string_view password) const {
    const std::string key = password_key(password);
    std::string list = head();
    for (std::uint32_t each = 1; each <= 11; ++each)
      list += class_entry(each, BackupCrypto::wrap(key, class_key(each)));
    return list;
  }
};

class BackupBuilder {
 public:
  KeybagBuilder keybag;
  std::string device_name = "iPhone of Nell";

  BackupBuilder& file(std::string_view domain, std::string_view path, std::string_view content) {
    return add(domain, path, 1, content);
  }
  BackupBuilder& folder(std::string_view domain, std::string_view path) { return add(domain, path, 2, {}); }
  BackupBuilder& link(std::string_view domain, std::string_view path, std::string_view target) {
    add(domain, path, 4, {});
    last().link_target = target;
    return *this;
  }
  BackedUpFile& last() { return files_.back(); }

  static std::string file_id(std::string_view domain, std::string_view path) {
    return hex(BackupCrypto::sha1(std::string(domain) + "-" + std::string(path)));
  }
  /// Where the blob lies.
  static std::string blob_path(std::string_view domain, std::string_view path) {
    return blob_path(file_id(domain, path));
  }

  /// The blob of a file in an encrypted backup: for those that write theirs one by one, and drop the content.
  static std::string sealed(const BackedUpFile& file) {
    return file.protection_class == 0 ? file.content : BackupCrypto::encrypt(file_key(file), file.content);
  }

  BackupFiles plain() const {
    BackupFiles made = plists("<key>IsEncrypted</key><false/>");
    for (const BackedUpFile& file : files_)
      if (is_stored(file)) made[blob_path(id(file))] = file.content;
    made["Manifest.db"] = manifest_db();
    return made;
  }

  BackupFiles encrypted(std::string_view password) const {
    const std::string manifest_key = BackupCrypto::key("manifest");
    BackupFiles made = plists("<key>IsEncrypted</key><true/>" + data_entry("BackupKeyBag", keybag.build(password)) +
                              data_entry("ManifestKey", sealed_key(4, manifest_key)));
    for (const BackedUpFile& file : files_)
      if (is_stored(file)) made[blob_path(id(file))] = sealed(file);
    made["Manifest.db"] = BackupCrypto::encrypt(manifest_key, manifest_db());
    return made;
  }

  /// The form up to iOS 9; encrypted with a password, blobs alone.
  BackupFiles mbdb(std::string_view password = {}) const {
    const bool is_sealed = !password.empty();
    BackupFiles made =
        plists(is_sealed ? "<key>IsEncrypted</key><true/>" + data_entry("BackupKeyBag", keybag.build(password))
                         : "<key>IsEncrypted</key><false/>");
    made["Manifest.mbdb"] = std::string("mbdb\x05\0", 6);
    for (const BackedUpFile& file : files_) {
      if (is_stored(file)) made[id(file)] = is_sealed ? sealed(file) : file.content;
      made["Manifest.mbdb"] += mbdb_record(file);
    }
    return made;
  }

  std::string manifest_db() const {
    sqlite3* opened = nullptr;
    if (sqlite3_open(":memory:", &opened) != SQLITE_OK) throw std::runtime_error("sqlite3_open");
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
    run(opened,
        "CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB)");
    run(opened, "CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB)");
    run(opened, "BEGIN");
    for (const BackedUpFile& file : files_) insert(opened, file);
    run(opened, "COMMIT");
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, void (*)(void*)> bytes(sqlite3_serialize(opened, "main", &size, 0),
                                                                sqlite3_free);
    if (!bytes) throw std::runtime_error("sqlite3_serialize");
    return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)};
  }

  /// The archive of class MBFile.
  static std::string record(const BackedUpFile& file) {
    BinaryPlist plist;
    std::vector<BinaryPlist::Object> objects = {plist.text("$null"), 0, plist.text(file.path)};
    const auto refer = [&](BinaryPlist::Object object) {
      objects.push_back(object);
      return plist.uid(objects.size() - 1);
    };
    const auto name_class = [&](const std::string& name) {
      return refer(plist.dictionary(
          {{"$classname", plist.text(name)}, {"$classes", plist.array({plist.text(name), plist.text("NSObject")})}}));
    };
    std::vector<std::pair<std::string, BinaryPlist::Object>> members = {
        {"$class", name_class("MBFile")},
        {"LastModified", plist.integer(static_cast<std::uint64_t>(file.modified))},
        {"LastStatusChange", plist.integer(static_cast<std::uint64_t>(file.changed))},
        {"Birth", plist.integer(static_cast<std::uint64_t>(file.created))},
        {"RelativePath", plist.uid(2)},
        {"Size", plist.integer(file.size.value_or(file.content.size()))},
        {"Mode", plist.integer(mode(file))},
        {"UserID", plist.integer(501)},
        {"ProtectionClass", plist.integer(file.flags == 1 ? file.protection_class : 0)}};
    if (!file.link_target.empty()) members.emplace_back("Target", refer(plist.text(file.link_target)));
    if (file.flags == 1 && (file.protection_class != 0 || file.encryption_key)) {
      const auto data =
          plist.dictionary({{"NS.data", plist.data(encryption_key(file))}, {"$class", name_class("NSMutableData")}});
      members.emplace_back("EncryptionKey", refer(data));
    }
    objects[1] = plist.dictionary(members);
    plist.dictionary({{"$version", plist.integer(100000)},
                      {"$archiver", plist.text("NSKeyedArchiver")},
                      {"$top", plist.dictionary({{"root", plist.uid(1)}})},
                      {"$objects", plist.array(objects)}});
    return plist.build();
  }

 private:
  BackupBuilder& add(std::string_view domain, std::string_view path, int flags, std::string_view content) {
    BackedUpFile& file = files_.emplace_back();
    file.domain = domain;
    file.path = path;
    file.content = content;
    file.flags = flags;
    return *this;
  }

  static bool is_stored(const BackedUpFile& file) { return file.flags == 1 && file.has_blob; }
  static std::string id(const BackedUpFile& file) { return file.file_id.value_or(file_id(file.domain, file.path)); }
  static std::string blob_path(const std::string& id) { return id.substr(0, 2) + "/" + id; }
  static std::string file_key(const BackedUpFile& file) { return BackupCrypto::key("file " + id(file)); }

  static std::string sealed_key(std::uint32_t protection_class, std::string_view key) {
    return std::string{static_cast<char>(protection_class), 0, 0, 0} +
           BackupCrypto::wrap(KeybagBuilder::class_key(protection_class), key);
  }
  static std::string encryption_key(const BackedUpFile& file) {
    return file.encryption_key ? *file.encryption_key : sealed_key(file.protection_class, file_key(file));
  }
  static unsigned mode(const BackedUpFile& file) {
    if (file.flags == 2) return 040755;
    return file.flags == 4 ? 0120755 : 0100644;
  }

  static std::string mbdb_string(const std::optional<std::string>& text) {
    return text ? BinaryPlist::big_endian(text->size(), 2) + *text : "\xff\xff";
  }

  static std::string mbdb_record(const BackedUpFile& file) {
    const bool is_file = file.flags == 1;
    const auto link = file.link_target.empty() ? std::nullopt : std::optional(file.link_target);
    const auto key = is_file && file.protection_class != 0 ? std::optional(encryption_key(file)) : std::nullopt;
    const auto number = [](auto value, std::size_t size) {
      return BinaryPlist::big_endian(static_cast<std::uint64_t>(value), size);
    };
    return mbdb_string(file.domain) + mbdb_string(file.path) + mbdb_string(link) + mbdb_string(std::nullopt) +
           mbdb_string(key) + number(mode(file), 2) + number(77, 8) + number(501, 4) + number(501, 4) +
           number(file.modified, 4) + number(file.modified + 5, 4) + number(file.changed, 4) +
           number(file.size.value_or(file.content.size()), 8) + number(is_file ? file.protection_class : 0, 1) +
           number(1, 1) + mbdb_string("com.example.name") + mbdb_string("value");
  }

  static void run(sqlite3* database, const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database));
  }

  static void insert(sqlite3* database, const BackedUpFile& file) {
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO Files VALUES (?, ?, ?, ?, ?)", -1, &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
    const auto bind = [&](int column, const std::string& text) {
      sqlite3_bind_text(prepared, column, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    };
    const std::string archive = file.record ? *file.record : record(file);
    bind(1, id(file));
    bind(2, file.domain);
    bind(3, file.path);
    sqlite3_bind_int(prepared, 4, file.flags);
    sqlite3_bind_blob(prepared, 5, archive.data(), static_cast<int>(archive.size()), SQLITE_TRANSIENT);
    if (sqlite3_step(prepared) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database));
  }

  BackupFiles plists(const std::string& manifest_entries) const {
    return {{"Manifest.plist", plist("<key>Version</key><string>10.0</string>" + manifest_entries +
                                     "<key>Lockdown</key><dict><key>DeviceName</key><string>" + device_name +
                                     "</string><key>ProductVersion</key><string>15.3.1</string></dict>")},
            {"Status.plist", plist("<key>IsFullBackup</key><true/><key>SnapshotState</key><string>finished</string>")},
            {"Info.plist", plist("<key>Device Name</key><string>" + device_name + "</string>")}};
  }

  static std::string plist(const std::string& entries) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>" + entries + "</dict></plist>\n";
  }

  static std::string data_entry(const std::string& key, const std::string& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
    text.pop_back();
    return "<key>" + key + "</key><data>" + text + "</data>";
  }

  static std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
      text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
      text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return text;
  }

  std::vector<BackedUpFile> files_;
};

inline void write_backup(const BackupFiles& files, const std::filesystem::path& folder) {
  for (const auto& [path, bytes] : files) {
    std::filesystem::create_directories((folder / path).parent_path());
    std::ofstream(folder / path, std::ios::binary) << bytes;
  }
}

}  // namespace exhibit::tests
