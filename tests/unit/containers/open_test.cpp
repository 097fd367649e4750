#include "containers/open.h"

#include <sys/stat.h>
#include <unistd.h>

#include "evidence_folder.h"
#include "opened.h"
#include "packed_bytes.h"
#include "temporary_folder.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using tests::TemporaryFolder;

OpenError error_of(const std::filesystem::path& path) {
  const auto evidence = open(path.string(), {});
  if (!evidence) return evidence.error();
  ADD_FAILURE() << path << " opens";
  return {{ErrorCode::io, "", 0, {}}, "", ""};
}

TEST(Open, SaysWhatItCannotOpenLooksLike) {
  const TemporaryFolder folder;
  const auto detail = [&](std::string_view content) {
    const OpenError error = error_of(folder.write("file", content));
    EXPECT_EQ(error.error.code, ErrorCode::unsupported);
    EXPECT_EQ(error.path, (folder.path() / "file").string());
    return error.detail;
  };
  EXPECT_EQ(detail(std::string_view("SQLite format 3\0rest", 20)), "SQLite database");
  EXPECT_EQ(detail(tests::pack_gzip("some text")), "gz with unknown content in it");
  EXPECT_EQ(detail(tests::pack_gzip(std::string("SQLite format 3\0", 16))), "gz with SQLite database in it");
  EXPECT_EQ(detail(std::string(257, 'n') + "ustar"), "tar with a wrong checksum");
  EXPECT_EQ(detail(""), "empty file");
  EXPECT_EQ(detail("some text"), "unknown content");
  // A database that holds a ZIP at its end stays a database.
  EXPECT_EQ(detail(std::string("SQLite format 3\0", 16) + tests::ZipBuilder{}.build()), "SQLite database");
}

TEST(Open, TellsWhatIsMissingFromWhatIsDamaged) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of(folder.path() / "nothing").error.code, ErrorCode::not_found);
  EXPECT_EQ(error_of("").error.code, ErrorCode::not_found);
  const OpenError cut = error_of(folder.write("cut.zip", "PK\3\4 and no more"));
  EXPECT_EQ(cut.error.code, ErrorCode::malformed);
  EXPECT_THAT(cut.detail, testing::StartsWith("ZIP without central directory"));
  EXPECT_EQ(error_of(folder.write("cut.ab", "ANDROID BACKUP\n5\n")).error.code, ErrorCode::truncated);
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of(folder.path() / "pipe").error.code, ErrorCode::unsupported);
}

TEST(Open, FindsAZipByItsContentWithSomethingInFrontOfIt) {
  const TemporaryFolder folder;
  tests::ZipBuilder zip;
  zip.prepended = "#!/bin/sh\nexec unzip $0\n";
  zip.add("a", "A");
  const auto evidence = open(folder.write("phone.bin", zip.build()).string(), {});
  ASSERT_TRUE(evidence);
  EXPECT_EQ((*evidence)->format(), "zip");
  EXPECT_EQ(content(**evidence, "a"), "A");
}

// The form in which iOS writes it, reduced to what is read.
std::string metadata(std::string_view id) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict><key>MCMMetadataContentClass</key>"
         "<integer>2</integer><key>MCMMetadataIdentifier</key><string>" +
         std::string(id) + "</string></dict></plist>";
}

TEST(Open, CallsAppsByTheNameInTheirMetadata) {
  const std::string containers = "fs/private/var/mobile/Containers/";
  const std::string file = "/.com.apple.mobile_container_manager.metadata.plist";
  const std::string app = containers + "Data/Application/694FBBC5-2E69-480A-A25B-FF8CC038BEF8";
  const std::string group = containers + "Shared/AppGroup/794FBBC5-2E69-480A-A25B-FF8CC038BEF8";
  const std::string damaged = containers + "Data/Application/894FBBC5-2E69-480A-A25B-FF8CC038BEF8";
  tests::ZipBuilder zip;
  zip.add(damaged + file, "bplist00 and no more");
  zip.add(damaged + "/Documents/a", "A");
  zip.add(app + file, metadata("com.example.murmur"));
  zip.add(app + "/Documents/a", "A");
  zip.add(group + file, metadata("group.com.example.murmur"));
  zip.add(group + "/Murmur.sqlite", "M");
  const TemporaryFolder folder;
  const auto evidence = open(folder.write("phone.zip", zip.build()).string(), {}).value();
  EXPECT_EQ(evidence->find_device_path("app:com.example.murmur/Documents/a").size(), 1u);
  EXPECT_EQ(evidence->find_device_path("group:group.com.example.murmur/Murmur.sqlite").size(), 1u);
  EXPECT_EQ(evidence->find_device_path("app:894FBBC5-2E69-480A-A25B-FF8CC038BEF8/Documents/a").size(), 1u);
  ASSERT_EQ(evidence->problems().size(), 1u) << "the metadata that cannot be read";
  EXPECT_EQ(evidence->problems()[0].file, evidence->find_container_path(damaged + file));
}

TEST(Folder, ListsFilesFoldersAndLinks) {
  const TemporaryFolder folder;
  folder.write("private/var/mobile/Library/SMS/sms.db", "messages");
  folder.write("private/var/mobile/caf\xe9", "not UTF-8");
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "link");
  std::filesystem::create_symlink("/etc", folder.path() / "folder-link");
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  const auto opened = open(folder.path().string(), {});
  ASSERT_TRUE(opened);
  const evidence::Evidence& evidence = **opened;
  EXPECT_THAT(paths(evidence),
              testing::ElementsAre("folder-link", "link", "pipe", "private", "private/var", "private/var/mobile",
                                   "private/var/mobile/Library", "private/var/mobile/Library/SMS",
                                   "private/var/mobile/Library/SMS/sms.db", "private/var/mobile/caf\xe9"));
  EXPECT_EQ(content(evidence, "private/var/mobile/Library/SMS/sms.db"), "messages");
  EXPECT_EQ(content(evidence, "private/var/mobile/caf\xe9"), "not UTF-8");
  EXPECT_EQ(content(evidence, "link"), "/etc/passwd") << "what it points to, as text";
  EXPECT_EQ(evidence.entry(1).type, EntryType::symlink);
  EXPECT_EQ(evidence.entry(3).type, EntryType::other);
  EXPECT_EQ(evidence.open(3).error().code, ErrorCode::unsupported);
  EXPECT_EQ(evidence.find_device_path("home:Library/SMS/sms.db").size(), 1u);
  EXPECT_EQ(evidence.format(), "folder");
  EXPECT_TRUE(evidence.problems().empty());
}

TEST(Folder, WhatChangesUnderneathIsAnErrorAndNeverLeadsOut) {
  const TemporaryFolder folder;
  const TemporaryFolder outside;
  outside.write("f", "outside");
  folder.write("d/f", "inside");
  folder.write("g", "inside");
  folder.write("large", std::string(3 << 20, 'x'));
  const auto evidence = open(folder.path().string(), {}).value();
  const auto number = [&](std::string_view path) { return evidence->find_container_path(path); };
  const auto large = evidence->open(number("large")).value();

  std::filesystem::remove_all(folder.path() / "d");
  std::filesystem::create_symlink(outside.path(), folder.path() / "d");
  EXPECT_EQ(evidence->open(number("d/f")).error().code, ErrorCode::io);
  std::filesystem::remove(folder.path() / "g");
  std::filesystem::create_symlink(outside.path() / "f", folder.path() / "g");
  EXPECT_NE(content(*evidence, "g"), "outside");

  std::filesystem::resize_file(folder.path() / "large", 1 << 20);
  EXPECT_EQ(evidence::hash(*large).error().code, ErrorCode::truncated) << "shrunk after it was opened: no SIGBUS";
}

TEST(Folder, AnUnreadableFolderIsReported) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads all";
  const TemporaryFolder folder;
  folder.write("closed/f", "x");
  folder.write("open/f", "x");
  std::filesystem::permissions(folder.path() / "closed", std::filesystem::perms::none);
  const auto evidence = open(folder.path().string(), {}).value();
  std::filesystem::permissions(folder.path() / "closed", std::filesystem::perms::owner_all);
  EXPECT_THAT(paths(*evidence), testing::ElementsAre("closed", "open", "open/f"));
  EXPECT_THAT(problems(*evidence), testing::ElementsAre("io"));
}

TEST(Folder, ADeepTreeNeedsNoLongPath) {
  const TemporaryFolder folder;
  std::filesystem::path path = folder.path();
  std::string expected;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(path);
  for (int i = 0; i < 60; ++i) {
    const std::string step(200, 'd');
    std::filesystem::create_directory(step);
    std::filesystem::current_path(step);
    expected += (expected.empty() ? "" : "/") + step;
  }
  std::ofstream("f") << "deep";
  std::filesystem::current_path(before);
  const auto evidence = open(folder.path().string(), {}).value();
  EXPECT_EQ(evidence->entries().size(), 61u);
  EXPECT_EQ(content(*evidence, expected + "/f"), "deep");
}

// The same tree as a folder and as a ZIP is the same evidence.
TEST(Open, AFolderAndAZipOfItListTheSamePathsAndContents) {
  const TemporaryFolder folder;
  tests::ZipBuilder zip;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const std::string dir = "d" + std::to_string(i % 7) + (i % 3 == 0 ? "/sub dir" : "");
    const std::string path = dir + "/" + std::string(1 + i % 5, static_cast<char>('!' + i % 60 + (i % 60 >= 14))) +
                             (i % 4 == 0 ? "\xc3\xa9" : "") + std::to_string(i) + (i % 11 == 0 ? "\xff" : "");
    const std::string text = i % 6 == 0 ? "" : noise(i * 997, i);
    folder.write(path, text);
    zip.add(path, text).method = i % 2 == 0 ? 0 : 8;
  }
  const auto from_zip = opened(zip.build());
  const auto from_folder = open(folder.path().string(), {}).value();
  std::size_t files = 0;
  for (const evidence::Entry& entry : from_folder->entries()) {
    if (entry.type != EntryType::file) continue;
    ++files;
    const std::uint32_t number = from_zip->find_container_path(entry.container_path);
    ASSERT_NE(number, 0u) << entry.container_path;
    EXPECT_EQ(from_zip->entry(number).size, entry.size);
    EXPECT_EQ(from_zip->entry(number).device_path, entry.device_path);
    EXPECT_TRUE(content(*from_zip, entry.container_path) == content(*from_folder, entry.container_path));
  }
  EXPECT_EQ(files, 60u);
  EXPECT_EQ(from_zip->entries().size(), 60u);
}

}  // namespace
}  // namespace exhibit::containers
