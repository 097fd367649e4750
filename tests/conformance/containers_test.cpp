// One phone in every container: the same files at the same device paths, and the same artefacts but for where they lie.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "android_backup_builder.h"
#include "backup_builder.h"
#include "containers/open.h"
#include "examination.h"
#include "fixture_list.h"
#include "fixture_tree.h"
#include "packed_bytes.h"
#include "tar_builder.h"
#include "temporary_folder.h"
#include "zip_builder.h"

namespace exhibit::tests {
namespace {

constexpr const char* kPassword = "boat at nine";

struct PhoneFile {
  std::string container_path, device_path, content;
};
using Phone = std::vector<PhoneFile>;

std::string content_of(const evidence::Evidence& evidence, std::uint32_t number) {
  const auto source = evidence.open(number);
  std::vector<std::uint8_t> buffer;
  if (!source) return "cannot be opened: " + error_text(source.error());
  const auto bytes = evidence::read_all(**source, buffer);
  return bytes ? std::string(as_text(*bytes)) : "cannot be read: " + error_text(bytes.error());
}

Phone files_of(const evidence::Evidence& evidence) {
  Phone files;
  for (std::uint32_t number = 1; number <= evidence.entries().size(); ++number) {
    const auto& entry = evidence.entry(number);
    if (entry.type != evidence::EntryType::file || entry.device_path.starts_with("backup:")) continue;
    files.push_back({std::string(entry.container_path), std::string(entry.device_path), content_of(evidence, number)});
  }
  return files;
}

std::string tar_of(const Phone& phone) {
  TarBuilder tar;
  for (const PhoneFile& file : phone) tar.add(file.container_path, file.content);
  return tar.build();
}

std::string zip_of(const Phone& phone) {
  ZipBuilder zip;
  for (const PhoneFile& file : phone) zip.add(file.container_path, file.content);
  return zip.build();
}

std::string zip_around(const std::string& name, const std::string& content) {
  ZipBuilder zip;
  zip.add("readme.txt", "what was taken on the second of May");
  zip.add("evidence/" + name, content);
  return zip.build();
}

/// The places of a backup, as they are read back; none for what no backup has.
std::optional<std::pair<std::string, std::string>> domain_of(const std::string& device_path) {
  const auto below = [&](std::string_view root) { return device_path.substr(root.size()); };
  const std::pair<std::string_view, const char*> kRoots[] = {
      {"home:", "HomeDomain"},
      {"system:private/var/wireless/", "WirelessDomain"},
      {"system:private/var/preferences/", "SystemPreferencesDomain"},
      {"system:private/var/root/", "RootDomain"}};
  for (const auto& [root, domain] : kRoots)
    if (device_path.starts_with(root)) return std::pair(std::string(domain), below(root));
  const std::pair<std::string_view, const char*> kApps[] = {{"app:", "AppDomain-"}, {"group:", "AppDomainGroup-"}};
  for (const auto& [root, domain] : kApps) {
    if (!device_path.starts_with(root)) continue;
    const std::string rest = below(root);
    return std::pair(domain + rest.substr(0, rest.find('/')), rest.substr(rest.find('/') + 1));
  }
  return std::nullopt;
}

BackupBuilder backup_of(const Phone& phone) {
  BackupBuilder backup;
  for (const PhoneFile& file : phone)
    if (const auto place = domain_of(file.device_path)) backup.file(place->first, place->second, file.content);
  return backup;
}

std::optional<std::string> android_backup_path(const std::string& device_path) {
  if (device_path.starts_with("media:")) return "shared/0/" + device_path.substr(6);
  if (!device_path.starts_with("app:")) return std::nullopt;
  const std::string rest = device_path.substr(4);
  const std::string package = rest.substr(0, rest.find('/'));
  std::string path = rest.substr(package.size() + 1);
  const std::pair<std::string_view, const char*> kTokens[] = {
      {"databases/", "db/"}, {"shared_prefs/", "sp/"}, {"files/", "f/"}, {"", "r/"}};
  for (const auto& [folder, token] : kTokens)
    if (path.starts_with(folder)) return "apps/" + package + "/" + token + path.substr(folder.size());
  return std::nullopt;
}

std::string android_backup_of(const Phone& phone, std::string password) {
  TarBuilder tar;
  for (const PhoneFile& file : phone)
    if (const auto path = android_backup_path(file.device_path)) tar.add(*path, file.content);
  AndroidBackupBuilder backup;
  if (!password.empty()) backup.password = std::move(password);
  return backup.build(tar.build());
}

/// A way to keep a phone, and which of its files it keeps.
struct Way {
  const char* name;
  const char* platform;
  std::function<void(const Phone&, const std::filesystem::path&)> write;
  std::function<bool(const std::string& device_path)> keeps = [](const std::string&) { return true; };
};

void PrintTo(const Way& way, std::ostream* out) { *out << way.platform << way.name; }

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

template <class Make>
std::function<void(const Phone&, const std::filesystem::path&)> one_file(Make make) {
  return [make](const Phone& phone, const std::filesystem::path& path) { write_file(path, make(phone)); };
}

bool is_backed_up(const std::string& device_path) { return domain_of(device_path).has_value(); }
bool is_in_android_backup(const std::string& device_path) { return android_backup_path(device_path).has_value(); }

std::string tar_of_backup(const Phone& phone, bool is_encrypted) {
  TarBuilder tar;
  const BackupBuilder backup = backup_of(phone);
  for (const auto& [path, bytes] : is_encrypted ? backup.encrypted(kPassword) : backup.plain())
    tar.add("Backup/00008101-000A1B2C3D4E5F60/" + path, bytes);
  return tar.build();
}

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const char* platform : {"ios.", "android."}) {
    all.push_back({"zip", platform, one_file(zip_of)});
    all.push_back({"tar", platform, one_file(tar_of)});
    all.push_back({"tar_gz", platform, one_file([](const Phone& x) { return pack_gzip(tar_of(x)); })});
    all.push_back({"tar_zst", platform, one_file([](const Phone& x) { return pack_zstandard(tar_of(x)); })});
    all.push_back({"tar_xz", platform, one_file([](const Phone& x) { return pack_xz(tar_of(x)); })});
    all.push_back({"tar_bz2", platform, one_file([](const Phone& x) { return pack_bzip2(tar_of(x)); })});
    all.push_back({"tar_gz_in_zip", platform,
                   one_file([](const Phone& x) { return zip_around("phone.tar.gz", pack_gzip(tar_of(x))); })});
  }
  all.push_back({"backup", "ios.", [](const Phone& x, const auto& path) { write_backup(backup_of(x).plain(), path); },
                 is_backed_up});
  all.push_back({"encrypted_backup", "ios.",
                 [](const Phone& x, const auto& path) { write_backup(backup_of(x).encrypted(kPassword), path); },
                 is_backed_up});
  all.push_back({"old_backup", "ios.",
                 [](const Phone& x, const auto& path) { write_backup(backup_of(x).mbdb(), path); }, is_backed_up});
  all.push_back({"encrypted_backup_in_tar_in_zip", "ios.",
                 one_file([](const Phone& x) { return zip_around("copy.tar", tar_of_backup(x, true)); }),
                 is_backed_up});
  all.push_back(
      {"ab", "android.", one_file([](const Phone& x) { return android_backup_of(x, ""); }), is_in_android_backup});
  all.push_back({"encrypted_ab", "android.", one_file([](const Phone& x) { return android_backup_of(x, kPassword); }),
                 is_in_android_backup});
  all.push_back({"encrypted_ab_in_zip", "android.",
                 one_file([](const Phone& x) { return zip_around("sam.ab", android_backup_of(x, kPassword)); }),
                 is_in_android_backup});
  return all;
}

/// Artefacts without what says in which container they lie: ids come from that too.
std::vector<std::string> artefacts_of(const Examination& examination) {
  std::vector<std::string> lines = lines_of(examination.lines(), "kind");
  std::set<std::string> ids;
  for (const std::string& line : lines) ids.insert(nlohmann::json::parse(line).at("id").get<std::string>());
  std::vector<std::string> artefacts;
  for (const std::string& line : lines) {
    auto artefact = nlohmann::json::parse(line);
    // What a backup says of itself no other container has.
    if (artefact.at("provenance").at("file").get<std::string>().starts_with("backup:")) continue;
    if (artefact.at("provenance").at("file").get<std::string>().starts_with("backup:")) continue;  // not of the phone
    artefact.at("provenance").erase("container_path");
    std::string text = artefact.dump();
    for (const std::string& id : ids)
      for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at))
        text.replace(at, id.size(), "ID");
    artefacts.push_back(std::move(text));
  }
  std::ranges::sort(artefacts);
  return artefacts;
}

std::map<std::string, std::string> by_device_path(const Phone& files) {
  std::map<std::string, std::string> contents;
  for (const PhoneFile& file : files) contents[file.device_path] = file.content;
  return contents;
}

class PhoneInContainer : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    std::vector<std::filesystem::path> stories;
    for (const Fixture& fixture : all_fixtures())
      if (fixture.name == "story" && fixture.parser.starts_with(GetParam().platform)) stories.push_back(fixture.folder);
    const auto whole = folder_.path() / "whole";
    fixtures::build_fixtures(stories, whole);
    const auto evidence = containers::open(whole.string());
    ASSERT_TRUE(evidence);
    for (PhoneFile& file : files_of(**evidence)) {
      if (!GetParam().keeps(file.device_path)) continue;
      std::filesystem::create_directories((plain() / file.container_path).parent_path());
      write_file(plain() / file.container_path, file.content);
      phone_.push_back(std::move(file));
    }
    ASSERT_GE(phone_.size(), 6u);
    GetParam().write(phone_, kept());
  }

  std::filesystem::path plain() const { return folder_.path() / "plain"; }
  std::filesystem::path kept() const { return folder_.path() / "kept"; }

  TemporaryFolder folder_;
  Phone phone_;
};

TEST_P(PhoneInContainer, GivesTheSameFilesAndArtefacts) {
  const Examination folder(plain(), {});
  const Examination container(kept(), {.password = kPassword});
  EXPECT_EQ(lines_of(container.lines(), "problem"), std::vector<std::string>());
  EXPECT_TRUE(container.summary().ledger_adds_up);

  const auto files = by_device_path(files_of(container.evidence()));
  for (const auto& [path, content] : by_device_path(files_of(folder.evidence()))) {
    const auto found = files.find(path);
    ASSERT_NE(found, files.end()) << path;
    EXPECT_TRUE(found->second == content) << path << " has other bytes";
  }
  const auto artefacts = artefacts_of(folder);
  EXPECT_GT(artefacts.size(), 30u);
  std::vector<std::string> different;
  std::ranges::set_symmetric_difference(artefacts_of(container), artefacts, std::back_inserter(different));
  for (const std::string& artefact : different) ADD_FAILURE() << artefact;
}

INSTANTIATE_TEST_SUITE_P(Ways, PhoneInContainer, testing::ValuesIn(ways()), [](const auto& way) {
  return std::string(way.param.platform).substr(0, 3) + "_" + way.param.name;
});

}  // namespace
}  // namespace exhibit::tests
