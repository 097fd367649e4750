// The openers on real extractions. Expectations come from unzip, sha256sum and a count of the list of paths by prefix.
#include <ctime>
#include <map>

#include "containers/open.h"
#include "evidence_folder.h"
#include "opened.h"

namespace exhibit::containers {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

std::unique_ptr<evidence::Evidence> open_evidence(const std::string& name) {
  auto evidence = open((tests::evidence_folder() / name).string(), {});
  if (evidence) return *std::move(evidence);
  ADD_FAILURE() << name << ": " << error_text(evidence.error().error);
  return opened(tests::ZipBuilder{}.build());
}

std::string root_of(std::string_view device_path) { return std::string(device_path.substr(0, device_path.find(':'))); }

std::map<std::string, int> count_roots(const evidence::Evidence& evidence) {
  std::map<std::string, int> roots;
  for (const evidence::Entry& entry : evidence.entries()) {
    if (entry.type == evidence::EntryType::file) ++roots[root_of(entry.device_path)];
  }
  return roots;
}

std::string sha256_of(const evidence::Evidence& evidence, std::string_view path) {
  const auto source = evidence.open(evidence.find_container_path(path));
  if (!source) return error_text(source.error());
  const auto digest = evidence::hash(**source);
  if (!digest) return error_text(digest.error());
  std::string text;
  for (const std::uint8_t byte : *digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

TEST(RealEvidence, AnIosFileSystemZip) {
  constexpr char kZip[] = "ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip";
  EXHIBIT_NEEDS_EVIDENCE(kZip);
  const auto evidence = open_evidence(kZip);
  EXPECT_EQ(evidence->entries().size(), 84u);
  EXPECT_THAT(problems(*evidence), testing::IsEmpty());
  EXPECT_THAT(count_roots(*evidence),
              UnorderedElementsAre(Pair("app", 19), Pair("group", 46), Pair("home", 13), Pair("system", 6)));
  for (const std::string_view path :
       {"group:694FBBC5-2E69-480A-A25B-FF8CC038BEF8/ChatStorage.sqlite", "home:Library/Voicemail/voicemail.db",
        "system:private/var/preferences/SystemConfiguration/com.apple.wifi.plist",
        "system:private/var/wireless/Library/Preferences/com.apple.commcenter.plist",
        "app:EBF32AAA-D9C0-4041-B54B-CEED246823C3/Library/Application "
        "Support/data/thisisdfir@gmail.com/searchsqlitedb"})
    EXPECT_EQ(evidence->find_device_path(path).size(), 1u) << path;
  EXPECT_EQ(sha256_of(*evidence, "filesystem2/mobile/Library/Accounts/Accounts3.sqlite-wal"),
            "3b6932f1e797bf13fa82a04660d5ed4ff08bd586371f143b18966625dbf8298b");
  EXPECT_EQ(sha256_of(*evidence,
                      "filesystem2/mobile/Containers/Shared/AppGroup/694FBBC5-2E69-480A-A25B-FF8CC038BEF8/"
                      "ChatStorage.sqlite"),
            "72509784f953d7396313962784d097e22b64b2ad32d70290a501fb87708a3b38");
  std::uint64_t total = 0;
  for (std::uint32_t number = 1; number <= evidence->entries().size(); ++number) {
    const auto text = read(*evidence, number);
    ASSERT_TRUE(text) << error_text(text.error());  // each with its CRC-32
    total += text->size();
  }
  EXPECT_EQ(total, 13'695'387u);
}

TEST(RealEvidence, AnIosFileSystemZipOfAnotherRoot) {
  constexpr char kZip[] = "ios/ileapp/josh_ios17_ffs_part/josh_ios17_ffs_part.zip";
  EXHIBIT_NEEDS_EVIDENCE(kZip);
  const auto evidence = open_evidence(kZip);
  EXPECT_EQ(evidence->entries().size(), 45u);
  EXPECT_THAT(count_roots(*evidence), UnorderedElementsAre(Pair("app", 36), Pair("group", 5), Pair("home", 4)));
  EXPECT_THAT(problems(*evidence), testing::IsEmpty());
}

TEST(RealEvidence, AFolderThatIsAPieceOfAPhone) {
  constexpr char kFolder[] = "ios/ngdc_tracy_2012";
  EXHIBIT_NEEDS_EVIDENCE(kFolder);
  const auto evidence = open_evidence(kFolder);
  for (const std::string_view path :
       {"home:Library/AddressBook/AddressBook.sqlitedb", "home:Media/DCIM/800AAAAA/IMG_0049.JPG",
        "system:private/var/wireless/Library/CallHistory/call_history.db", "system:private/var/logs/lockdownd.log",
        "system:ground-truth.json"})
    EXPECT_EQ(evidence->find_device_path(path).size(), 1u) << path;
}

// 474,145 paths of one phone, with the data partition in filesystem2 and the system in filesystem1, which
// has a private/var of its own with 8 files.
TEST(RealEvidence, AllPathsOfAPhoneAreNamedQuickly) {
  constexpr char kZip[] = "paths/josh-hickman-ios15.csv.zip";
  EXHIBIT_NEEDS_EVIDENCE(kZip);
  const auto evidence = open_evidence(kZip);
  const std::string list = content(*evidence, "josh-hickman-ios15.csv");
  std::vector<evidence::Entry> entries;
  std::size_t begin = list.find('\n') + 1;
  while (begin < list.size()) {
    const std::size_t end = list.find('\n', begin);
    std::string_view line = std::string_view(list).substr(begin, end - begin);
    begin = end + 1;
    for (int column = 0; column < 3; ++column) line = line.substr(0, line.rfind(','));
    if (line.starts_with('"')) line = line.substr(1, line.size() - 2);
    entries.emplace_back().container_path = line;  // of the list, which lives as long
  }
  ASSERT_EQ(entries.size(), 474'145u);
  evidence::TextArena texts;
  const std::clock_t start = std::clock();
  evidence::assign_device_paths(entries, texts);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  RecordProperty("cpu_seconds", std::to_string(seconds));
  EXPECT_LT(seconds, 5) << "quadratic work; an optimised build needs a tenth of a second";

  std::map<std::string, int> roots;
  for (const evidence::Entry& entry : entries) {
    const bool var = entry.device_path.starts_with("system:private/var/");
    ++roots[var ? "system:private/var" : root_of(entry.device_path)];
  }
  EXPECT_THAT(roots, UnorderedElementsAre(Pair("app", 40'281), Pair("group", 6'879), Pair("home", 14'633),
                                          Pair("system:private/var", 154'597), Pair("system", 257'755)));
}

}  // namespace
}  // namespace exhibit::containers
