// Whatever tree is put into a container comes out of it: the same paths, types, sizes and bytes.
#include <functional>

#include "android_backup_builder.h"
#include "backup_builder.h"
#include "containers/open.h"
#include "invented_tree.h"
#include "packed_bytes.h"
#include "tar_builder.h"
#include "temporary_folder.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using tests::TarBuilder;
using tests::TarKind;

constexpr const char* kPassword = "boat at nine";

enum class TarNames : std::uint8_t { prefix, pax, gnu };

// The two fields of ustar, where the path can be cut for them.
void cut_path(tests::TarMemberSpec& member) {
  const std::string path = member.name;
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (slash == 0 || slash > 155 || path.size() - slash - 1 > 100 || slash + 1 == path.size()) continue;
    member.prefix = path.substr(0, slash);
    member.name = path.substr(slash + 1);
    return;
  }
}

std::string tar_of(const InventedTree& tree, TarNames names, const std::string& above = "") {
  TarBuilder tar;
  if (names == TarNames::gnu) tar.kind = TarKind::gnu;
  for (const TreeFile& file : tree) {
    const std::string path = above + file.path;
    tests::TarMemberSpec& member = file.type == EntryType::folder    ? tar.folder(path + '/')
                                   : file.type == EntryType::symlink ? tar.symlink(path, file.content)
                                                                     : tar.add(path, file.content);
    if (names == TarNames::prefix && member.name.size() > 100) cut_path(member);
    if (names != TarNames::pax) continue;
    member.pax = {{"path", member.name}, {"size", std::to_string(member.content.size())}, {"mtime", "1700000000.5"}};
    member.name = "short";
  }
  return tar.build();
}

std::string zip_of(const InventedTree& tree) {
  tests::ZipBuilder zip;
  for (const TreeFile& file : tree) {
    tests::ZipMemberSpec& member = zip.add(file.type == EntryType::folder ? file.path + '/' : file.path, file.content);
    member.method = file.content.size() % 2 == 0 ? 8 : 0;
    member.descriptor = file.content.size() % 3 == 0;
    if (file.type == EntryType::folder) member.mode = 0040755;
    if (file.type == EntryType::symlink) member.mode = 0120777;
  }
  return zip.build();
}

std::string zip_around(const std::string& bytes) {
  tests::ZipBuilder zip;
  zip.add("readme.txt", "what was taken on the second of May");
  zip.add("evidence/phone.tar", bytes);
  return zip.build();
}

std::string android_backup_of(const InventedTree& tree, bool is_compressed, const char* password) {
  tests::AndroidBackupBuilder backup;
  backup.compressed = is_compressed;
  if (password != nullptr) backup.password = password;
  return backup.build(tar_of(tree, TarNames::pax, "apps/com.example.letters/f/"));
}

tests::BackupBuilder backup_of(const InventedTree& tree) {
  tests::BackupBuilder backup;
  for (const TreeFile& file : tree) {
    if (file.type == EntryType::file) backup.file("HomeDomain", file.path, file.content);
    if (file.type == EntryType::folder) backup.folder("HomeDomain", file.path);
    if (file.type == EntryType::symlink) backup.link("HomeDomain", file.path, file.content);
  }
  return backup;
}

void write_folder(const InventedTree& tree, const std::filesystem::path& root) {
  std::filesystem::create_directories(root);
  for (const TreeFile& file : tree) {
    if (file.type == EntryType::folder) std::filesystem::create_directories(root / file.path);
    if (file.type == EntryType::symlink) std::filesystem::create_symlink(file.content, root / file.path);
    if (file.type == EntryType::file) std::ofstream(root / file.path, std::ios::binary) << file.content;
  }
}

/// A container, and the path under which it keeps a file.
struct Way {
  const char* name;
  std::function<void(const InventedTree&, const std::filesystem::path&)> write;
  std::function<std::string(const TreeFile&)> path = [](const TreeFile& file) { return file.path; };
  Names names = Names::any;
  bool has_own_entries = false;  ///< besides those of the tree
};

template <class Make>
std::function<void(const InventedTree&, const std::filesystem::path&)> one_file(Make make) {
  return [make](const InventedTree& tree, const std::filesystem::path& path) {
    std::ofstream(path, std::ios::binary) << make(tree);
  };
}

template <class Make>
std::function<void(const InventedTree&, const std::filesystem::path&)> backup_folder(Make make) {
  return [make](const InventedTree& tree, const std::filesystem::path& path) {
    tests::write_backup(make(backup_of(tree)), path);
  };
}

std::string in_manifest_db(const TreeFile& file) {
  if (file.type == EntryType::file) return tests::BackupBuilder::blob_path("HomeDomain", file.path);
  return "Manifest.db!HomeDomain/" + file.path;
}

std::string in_mbdb(const TreeFile& file) {
  if (file.type == EntryType::file) return tests::BackupBuilder::file_id("HomeDomain", file.path);
  return "Manifest.mbdb!HomeDomain/" + file.path;
}

std::vector<Way> ways() {
  const auto packed = [](std::string (*pack)(const std::string&)) {
    return one_file([pack](const InventedTree& x) { return pack(tar_of(x, TarNames::pax)); });
  };
  const auto in_backup = [](const TreeFile& file) { return "apps/com.example.letters/f/" + file.path; };
  const auto android = [](bool is_compressed, const char* password) {
    return one_file([=](const InventedTree& x) { return android_backup_of(x, is_compressed, password); });
  };
  return {
      {.name = "folder", .write = write_folder, .names = Names::of_host},
      {.name = "zip", .write = one_file(zip_of)},
      {.name = "ustar", .write = one_file([](const InventedTree& x) { return tar_of(x, TarNames::prefix); })},
      {.name = "pax", .write = one_file([](const InventedTree& x) { return tar_of(x, TarNames::pax); })},
      {.name = "gnu", .write = one_file([](const InventedTree& x) { return tar_of(x, TarNames::gnu); })},
      {.name = "tar_gz", .write = packed([](const std::string& x) { return tests::pack_gzip(x); })},
      {.name = "tar_zst", .write = packed([](const std::string& x) { return tests::pack_zstandard(x); })},
      {.name = "tar_xz", .write = packed([](const std::string& x) { return tests::pack_xz(x, 1 << 18); })},
      {.name = "tar_bz2", .write = packed([](const std::string& x) { return tests::pack_bzip2(x); })},
      {.name = "ab", .write = android(true, nullptr), .path = in_backup},
      {.name = "ab_not_packed", .write = android(false, nullptr), .path = in_backup},
      {.name = "encrypted_ab", .write = android(true, kPassword), .path = in_backup},
      {.name = "backup",
       .write = backup_folder([](const tests::BackupBuilder& x) { return x.plain(); }),
       .path = in_manifest_db,
       .names = Names::of_property_list,
       .has_own_entries = true},
      {.name = "encrypted_backup",
       .write = backup_folder([](const tests::BackupBuilder& x) { return x.encrypted(kPassword); }),
       .path = in_manifest_db,
       .names = Names::of_property_list,
       .has_own_entries = true},
      {.name = "mbdb",
       .write = backup_folder([](const tests::BackupBuilder& x) { return x.mbdb(); }),
       .path = in_mbdb,
       .has_own_entries = true},
      {.name = "encrypted_mbdb",
       .write = backup_folder([](const tests::BackupBuilder& x) { return x.mbdb(kPassword); }),
       .path = in_mbdb,
       .has_own_entries = true},
      {.name = "tar_in_zip",
       .write = one_file([](InventedTree x) {
         x.push_back({"private/var/mobile/Library/SMS/sms.db", EntryType::file, "what makes it a phone"});
         return zip_around(tar_of(x, TarNames::gnu));
       }),
       .path = [](const TreeFile& file) { return "evidence/phone.tar!" + file.path; },
       .has_own_entries = true},
  };
}

class TreeInContainer : public testing::TestWithParam<Way> {};

void expect_file(const evidence::Evidence& evidence, const std::string& path, const TreeFile& file) {
  const std::uint32_t number = evidence.find_container_path(path);
  ASSERT_NE(number, 0u) << path;
  EXPECT_EQ(evidence.entry(number).type, file.type) << path;
  if (file.type == EntryType::folder) return;
  const auto text = read(evidence, number);
  ASSERT_TRUE(text) << path << ": " << error_text(text.error());
  EXPECT_TRUE(*text == file.content) << path << ", " << file.content.size() << " bytes";
  // The manifests of iTunes tell no size of a link.
  const bool has_size = file.type == EntryType::file;
  EXPECT_TRUE(!has_size || evidence.entry(number).size == file.content.size()) << path;
}

TEST_P(TreeInContainer, ComesOutAsItWentIn) {
  for (const std::uint32_t seed : {1u, 2u, 77u, 20'240'502u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const tests::TemporaryFolder folder;
    const InventedTree tree = TreeInvention(seed, GetParam().names).run();
    GetParam().write(tree, folder.path() / "kept");
    evidence::Secrets secrets;
    for (const auto kind : {evidence::SecretKind::backup_password, evidence::SecretKind::android_backup_password})
      secrets.add(kind, crypto::Secret(as_bytes(std::string_view(kPassword))));
    const evidence::Unlocking unlocking{secrets, nullptr, {}};
    const auto evidence = open((folder.path() / "kept").string(), {.unlocking = &unlocking});
    ASSERT_TRUE(evidence) << error_text(evidence.error().error) << ' ' << evidence.error().detail;
    EXPECT_THAT(problems(**evidence), testing::IsEmpty());
    EXPECT_TRUE(GetParam().has_own_entries || (*evidence)->entries().size() == tree.size());
    for (const TreeFile& file : tree) expect_file(**evidence, GetParam().path(file), file);
  }
}

INSTANTIATE_TEST_SUITE_P(, TreeInContainer, testing::ValuesIn(ways()),
                         [](const auto& way) { return std::string(way.param.name); });

}  // namespace
}  // namespace exhibit::containers
