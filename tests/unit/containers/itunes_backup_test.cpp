// Whole backups, built in a folder by the test. The contents of real ones are in itunes_evidence_test.cpp.
#include "itunes_backup.h"

#include "backup_builder.h"
#include "opened_backup.h"
#include "sqlite_builder.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using tests::BackupBuilder;
using tests::BackupFiles;

constexpr char kPassword[] = "correct horse";

BackupBuilder phone() {
  BackupBuilder backup;
  backup.folder("HomeDomain", "").folder("HomeDomain", "Library");
  backup.file("HomeDomain", "Library/SMS/sms.db", "not really a database");
  backup.file("CameraRollDomain", "Media/DCIM/a.jpg", noise(3'000'000)).last().protection_class = 4;
  backup.file("AppDomain-com.example.app", "Documents/empty", "").last().protection_class = 1;
  backup.file("AppDomainGroup-group.example", "block", "sixteen bytes :)");
  backup.link("HomeDomain", "Library/now", "/var/mobile/then");
  return backup;
}

std::string text(const std::vector<std::uint8_t>& bytes) { return std::string(as_text(bytes)); }

std::string blob(std::string_view domain, std::string_view path) { return BackupBuilder::blob_path(domain, path); }

TEST(ItunesBackup, APlainOneIsNamedAsOnThePhone) {
  const OpenedTree opened(phone().plain());
  EXPECT_FALSE(opened.backup().is_encrypted());
  EXPECT_THAT(opened.problems(), IsEmpty());
  EXPECT_EQ(opened.content("home:Library/SMS/sms.db"), "not really a database");
  EXPECT_EQ(opened.content("home:Media/DCIM/a.jpg"), noise(3'000'000));
  EXPECT_EQ(opened.content("app:com.example.app/Documents/empty"), "");
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
}

TEST(ItunesBackup, AnEncryptedOneGivesThePlainFiles) {
  const OpenedTree opened(phone().encrypted(kPassword), {.password = kPassword});
  EXPECT_TRUE(opened.backup().is_encrypted());
  EXPECT_THAT(opened.problems(), IsEmpty());
  EXPECT_EQ(opened.content("home:Library/SMS/sms.db"), "not really a database");
  EXPECT_EQ(opened.content("home:Media/DCIM/a.jpg"), noise(3'000'000));
  EXPECT_EQ(opened.content("app:com.example.app/Documents/empty"), "");
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
}

TEST(ItunesBackup, EntriesTellSizeTypeAndTimesOfThePhone) {
  const OpenedTree opened(phone().encrypted(kPassword), {.password = kPassword});
  const evidence::Entry& entry = opened.entry(blob("HomeDomain", "Library/SMS/sms.db"));
  EXPECT_EQ(entry.device_path, "home:Library/SMS/sms.db");
  EXPECT_EQ(entry.type, EntryType::file);
  EXPECT_EQ(entry.size, 21u);
  EXPECT_EQ(entry.times.modified_us, evidence::EntryTime(1'600'000'000'000'000));
  EXPECT_EQ(entry.times.changed_us, evidence::EntryTime(1'600'000'001'000'000));
  EXPECT_EQ(entry.times.created_us, evidence::EntryTime(1'500'000'000'000'000));
  EXPECT_FALSE(entry.times.accessed_us);
}

TEST(ItunesBackup, FoldersAndLinksAreEntriesWithoutBlob) {
  const OpenedTree opened(phone().plain(), {.folder = "a b/backup"});
  ASSERT_EQ(opened.without_blob().size(), 3u);
  const evidence::Entry& home = opened.without_blob()[0];
  EXPECT_EQ(home.container_path, "a b/backup/Manifest.db!HomeDomain");
  EXPECT_EQ(home.device_path, "home:");
  EXPECT_EQ(home.type, EntryType::folder);
  EXPECT_EQ(opened.without_blob()[1].container_path, "a b/backup/Manifest.db!HomeDomain/Library");
  const evidence::Entry& link = opened.without_blob()[2];
  EXPECT_EQ(link.device_path, "home:Library/now");
  EXPECT_EQ(link.type, EntryType::symlink);
  EXPECT_EQ(opened.content_without_blob(2), "/var/mobile/then");
  EXPECT_EQ(opened.backup().open_without_blob(1).error().code, ErrorCode::not_found);
  EXPECT_EQ(opened.backup().open_without_blob(3).error().code, ErrorCode::not_found);
}

TEST(ItunesBackup, BookkeepingWasNeverOnThePhone) {
  BackupFiles files = BackupBuilder().file("HomeDomain", "a", "b").plain();
  files["Manifest.db-shm"] = "x";
  files["notes of the examiner.txt"] = "mine";
  const OpenedTree opened(files);
  EXPECT_THAT(opened.bookkeeping(),
              UnorderedElementsAre("Manifest.db", "Manifest.db-shm", "Manifest.plist", "Info.plist", "Status.plist",
                                   blob("HomeDomain", "a").substr(0, 2)));
  for (const std::string& path : opened.bookkeeping()) EXPECT_EQ(opened.entry(path).device_path, "") << path;
  EXPECT_EQ(opened.entry("notes of the examiner.txt").device_path, "");
}

TEST(ItunesBackup, AWrongPasswordIsToldBeforeAnyFile) {
  const BackupFiles files = phone().encrypted(kPassword);
  const Result<void> wrong = open_error(files, {.password = "wrong"});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code, ErrorCode::locked);
  EXPECT_EQ(wrong.error().found, 1u);
  const Result<void> none = open_error(files, {});
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::locked);
  EXPECT_EQ(none.error().found, 0u);
}

TEST(ItunesBackup, AsksForThePasswordOfTheNamedDevice) {
  std::vector<std::string> asked;
  const auto provider = [&](const evidence::SecretRequest& request) -> std::optional<crypto::Secret> {
    asked.push_back(std::string(request.hint) + ", " + std::string(request.container) + ", " +
                    std::to_string(request.attempt));
    return crypto::Secret(as_bytes(request.attempt == 1 ? std::string_view("wrong") : kPassword));
  };
  const OpenedTree opened(phone().encrypted(kPassword), {.provider = provider});
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
  EXPECT_THAT(asked, ElementsAre("iPhone of Nell, Manifest.db, 1", "iPhone of Nell, Manifest.db, 2"));
}

TEST(ItunesBackup, NothingIsAskedForAPlainOne) {
  const auto provider = [](const evidence::SecretRequest&) -> std::optional<crypto::Secret> {
    ADD_FAILURE() << "asked";
    return std::nullopt;
  };
  EXPECT_EQ(OpenedTree(phone().plain(), {.provider = provider}).content("group:group.example/block"),
            "sixteen bytes :)");
}

// Copies that a tool decrypted keep keybag, IsEncrypted and each file's key.
TEST(ItunesBackup, ADecryptedCopyIsPlainWhateverItsPlistsSay) {
  BackupFiles files = phone().plain();
  files["Manifest.plist"] = phone().encrypted(kPassword)["Manifest.plist"];
  const OpenedTree opened(files);
  EXPECT_FALSE(opened.backup().is_encrypted());
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
  EXPECT_THAT(opened.problems(), IsEmpty());
}

// Its blobs may then have sizes that cipher text could have.
TEST(ItunesBackup, ADecryptedCopyIsKnownByItsManifestAlone) {
  BackupBuilder backup;
  backup.file("HomeDomain", "a", "sixteen bytes :)").last().size = 10;
  BackupFiles files = backup.plain();
  files["Manifest.plist"] = backup.encrypted(kPassword)["Manifest.plist"];
  const OpenedTree opened(files, {.password = kPassword});
  EXPECT_FALSE(opened.backup().is_encrypted());
  EXPECT_EQ(opened.content("home:a"), "sixteen bytes :)");
}

TEST(ItunesBackup, MissingPlistsAreProblems) {
  BackupFiles files = phone().plain();
  for (const char* name : {"Manifest.plist", "Status.plist", "Info.plist"}) files.erase(name);
  const OpenedTree opened(files);
  EXPECT_THAT(opened.problems(), ElementsAre("missing_manifest_plist", "missing_status_plist", "missing_info_plist"));
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
}

TEST(ItunesBackup, AnEncryptedOneNeedsManifestPlist) {
  BackupFiles files = phone().encrypted(kPassword);
  files.erase("Manifest.plist");
  EXPECT_EQ(open_error(files, {.password = kPassword}).error().code, ErrorCode::not_found);
  files["Manifest.plist"] = phone().plain()["Manifest.plist"];  // without keys
  EXPECT_EQ(open_error(files, {.password = kPassword}).error().code, ErrorCode::malformed);
}

TEST(ItunesBackup, ABrokenPlistIsAProblemOfThatFile) {
  BackupFiles files = phone().plain();
  files["Manifest.plist"] = "bplist00";
  files["Status.plist"] =
      "<plist version=\"1.0\"><dict><key>SnapshotState</key><string>uploading</string></dict></plist>";
  const OpenedTree opened(files);
  EXPECT_THAT(opened.problems(), ElementsAre("truncated@Manifest.plist", "snapshot_state@Status.plist: uploading"));
}

TEST(ItunesBackup, WhatHasNoBlobIsListedAndCounted) {
  BackupBuilder backup = phone();
  backup.file("HomeDomain", "gone", "1234").last().has_blob = false;
  backup.file("HomeDomain", "gone too", "12345").last().has_blob = false;
  const OpenedTree opened(backup.plain());
  EXPECT_THAT(opened.problems(), ElementsAre("blob_missing@Manifest.db: 2 of 6 files"));
  const evidence::Entry& gone = opened.without_blob()[4];
  EXPECT_EQ(gone.device_path, "home:gone too");
  EXPECT_EQ(gone.type, EntryType::file);
  EXPECT_EQ(gone.size, 5u);
  EXPECT_EQ(opened.backup().open_without_blob(4).error().code, ErrorCode::not_found);
}

TEST(ItunesBackup, EachBlobWithoutRowIsAProblem) {
  BackupFiles files = phone().plain();
  const std::string id(40, 'a');
  files["aa/" + id] = "whose?";
  files["bb/" + id] = "in the wrong folder: no blob's name";
  const OpenedTree opened(files);
  EXPECT_THAT(opened.problems(), ElementsAre("row_missing@aa/" + id + ": aa/" + id));
  EXPECT_EQ(opened.content("backup:aa/" + id), "whose?");
  EXPECT_EQ(opened.entry("bb/" + id).device_path, "");
}

TEST(ItunesBackup, AForgedNameIsCountedAndItsBlobIsThatOfTheId) {
  BackupBuilder backup = phone();
  const std::string id(40, 'b');
  backup.file("HomeDomain", "forged", "here").last().file_id = id;
  backup.file("HomeDomain", "worse", "x").last().file_id = "../../../../etc/passwd";
  backup.last().has_blob = false;
  const OpenedTree opened(backup.plain());
  EXPECT_THAT(opened.problems(),
              UnorderedElementsAre("file_id@Manifest.db: 2 of 9 rows", "blob_missing@Manifest.db: 1 of 6 files"));
  EXPECT_EQ(opened.entry("bb/" + id).device_path, "home:forged");
  EXPECT_EQ(opened.content("home:forged"), "here");
}

TEST(ItunesBackup, AnIdThatNamesAManifestIsNoBlob) {
  BackupBuilder backup;
  backup.file("HomeDomain", "a", "b").file("HomeDomain", "c", "d").last().file_id = "Manifest.plist";
  backup.last().has_blob = false;
  EXPECT_EQ(OpenedTree(backup.plain()).entry("Manifest.plist").device_path, "");
}

TEST(ItunesBackup, AFolderOrLinkTakesNoBlob) {
  BackupBuilder backup;
  backup.file("HomeDomain", "a", "b").link("HomeDomain", "c", "d");
  backup.last().file_id = BackupBuilder::file_id("HomeDomain", "e");
  BackupFiles files = backup.plain();
  files[blob("HomeDomain", "e")] = "whose?";
  const OpenedTree opened(files);
  EXPECT_EQ(opened.content_without_blob(0), "d");
  EXPECT_THAT(opened.problems(),
              UnorderedElementsAre("file_id@Manifest.db: 1 of 2 rows",
                                   "row_missing@" + blob("HomeDomain", "e") + ": " + blob("HomeDomain", "e")));
}

TEST(ItunesBackup, ForgedPathsAreOnlyNames) {
  BackupBuilder backup;
  backup.file("HomeDomain", "../../../etc/passwd", "x").file("HomeDomain", "/etc/shadow", "y");
  const OpenedTree opened(backup.plain());
  EXPECT_EQ(opened.content("home:../../../etc/passwd"), "x");
  EXPECT_EQ(opened.content("home:/etc/shadow"), "y");
}

TEST(ItunesBackup, AWrongSizeIsSettledByThePaddingAndTold) {
  BackupBuilder backup;
  backup.file("HomeDomain", "short", "0123456789").last().size = 500;
  backup.file("HomeDomain", "long", noise(2'000'005)).last().size = 7;
  const OpenedTree opened(backup.encrypted(kPassword), {.password = kPassword});
  EXPECT_THAT(opened.problems(), UnorderedElementsAre("size_differs@" + blob("HomeDomain", "short") + ": 10",
                                                      "size_differs@" + blob("HomeDomain", "long") + ": 2000005"));
  EXPECT_EQ(opened.content("home:short"), "0123456789");
  EXPECT_EQ(opened.entry(blob("HomeDomain", "short")).size, 10u);
  EXPECT_EQ(opened.content("home:long"), noise(2'000'005));
}

// All sizes that a padding of 0 to 16 bytes allows are the manifest's to tell.
TEST(ItunesBackup, ASizeWithinThePaddingIsTheManifests) {
  for (const std::uint64_t size : {16u, 17u, 32u}) {
    BackupBuilder backup;
    backup.file("HomeDomain", "a", "0123456789abcdefghij").last().size = size;  // 32 bytes of cipher text
    const OpenedTree opened(backup.encrypted(kPassword), {.password = kPassword});
    EXPECT_THAT(opened.problems(), IsEmpty()) << size;
    EXPECT_EQ(opened.content("home:a").size(), size);
  }
  for (const std::uint64_t size : {0u, 15u, 33u}) {
    BackupBuilder backup;
    backup.file("HomeDomain", "a", "0123456789abcdefghij").last().size = size;
    const OpenedTree opened(backup.encrypted(kPassword), {.password = kPassword});
    EXPECT_EQ(opened.problems().size(), 1u) << size;
    EXPECT_EQ(opened.content("home:a"), "0123456789abcdefghij");
  }
}

TEST(ItunesBackup, ACutBlobGivesItsWholeBlocks) {
  BackupFiles files = phone().encrypted(kPassword);
  std::string& cut = files[blob("CameraRollDomain", "Media/DCIM/a.jpg")];
  cut.resize(1'600'009);
  const OpenedTree opened(files, {.password = kPassword});
  EXPECT_THAT(opened.problems(),
              ElementsAre("cipher_length@" + blob("CameraRollDomain", "Media/DCIM/a.jpg") + ": 9 bytes too many",
                          "size_differs@" + blob("CameraRollDomain", "Media/DCIM/a.jpg") + ": 1600000"));
  EXPECT_EQ(opened.content("home:Media/DCIM/a.jpg"), noise(3'000'000).substr(0, 1'600'000));
}

// What a cut leaves at the end may look like padding and is none.
TEST(ItunesBackup, OfACutBlobNoPaddingIsTaken) {
  BackupBuilder backup;
  backup.file("HomeDomain", "a", std::string(100, '\x01'));
  BackupFiles files = backup.encrypted(kPassword);
  files[blob("HomeDomain", "a")].resize(53);
  const OpenedTree opened(files, {.password = kPassword});
  EXPECT_EQ(opened.content("home:a"), std::string(48, '\x01'));
}

TEST(ItunesBackup, FilesWithoutUsableKeyCannotBeOpenedAndAreCounted) {
  BackupBuilder backup = phone();
  backup.file("HomeDomain", "class", "x").last().encryption_key =
      std::string("\x0c\0\0\0", 4) + std::string(40, 'k');  // class 12
  backup.file("HomeDomain", "short key", "x").last().encryption_key = "short";
  backup.file("HomeDomain", "long key", "x").last().encryption_key =
      std::string("\x03\0\0\0", 4) + std::string(41, 'k');
  backup.file("HomeDomain", "other key", "x").last().encryption_key =
      std::string("\x03\0\0\0", 4) + std::string(40, 'k');
  const OpenedTree opened(backup.encrypted(kPassword), {.password = kPassword});
  EXPECT_THAT(opened.problems(), UnorderedElementsAre("encryption_key@Manifest.db: 2 of 8 files",
                                                      "protection_class@Manifest.db: 1 of 8 files"));
  EXPECT_EQ(opened.error("home:class"), ErrorCode::locked);
  EXPECT_EQ(opened.error("home:short key"), ErrorCode::locked);
  EXPECT_EQ(opened.error("home:long key"), ErrorCode::locked);
  EXPECT_EQ(opened.error("home:other key"), ErrorCode::locked);
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
}

TEST(ItunesBackup, AFileOfNoClassIsPlainInAnEncryptedOne) {
  BackupBuilder backup = phone();
  backup.file("HomeDomain", "plain", "as it is").last().protection_class = 0;
  backup.file("HomeDomain", "key", "as well").last().protection_class = 0;
  backup.last().encryption_key = std::string("\0\0\0\0", 4) + std::string(40, 'k');
  const OpenedTree opened(backup.encrypted(kPassword), {.password = kPassword});
  EXPECT_EQ(opened.content("home:plain"), "as it is");
  EXPECT_EQ(opened.content("home:key"), "as well");
}

TEST(ItunesBackup, ARowWhoseRecordIsBrokenKeepsItsName) {
  BackupBuilder backup;
  backup.file("HomeDomain", "a", "bytes").last().record = "bplist00 and no more";
  const OpenedTree opened(backup.plain());
  EXPECT_EQ(opened.content("home:a"), "bytes");
  EXPECT_FALSE(opened.entry(blob("HomeDomain", "a")).times.modified_us);
  EXPECT_THAT(opened.problems(), UnorderedElementsAre("file_record@Manifest.db: 1 of 1 cannot be read",
                                                      "size_differs@Manifest.db: 1 of 1 blobs"));
}

TEST(ItunesBackup, ASizeThatDiffersInAPlainOneIsCounted) {
  BackupBuilder backup = phone();
  backup.file("HomeDomain", "a", "bytes").last().size = 77;
  const OpenedTree opened(backup.plain());
  EXPECT_THAT(opened.problems(), ElementsAre("size_differs@Manifest.db: 1 of 5 blobs"));
  EXPECT_EQ(opened.entry(blob("HomeDomain", "a")).size, 5u);
}

TEST(ItunesBackup, AManifestThatIsNoneIsAnError) {
  BackupFiles files = phone().plain();
  files["Manifest.db"] = "SQLite format 3" + std::string(5000, '\0');
  EXPECT_EQ(open_error(files, {}).error().code, ErrorCode::malformed);
  files = phone().plain();
  files["Manifest.db"] = text(tests::SqliteBuilder("CREATE TABLE Other (a)").bytes().main);
  EXPECT_EQ(open_error(files, {}).error().code, ErrorCode::malformed);
}

TEST(ItunesBackup, CommitsInAWriteAheadLogCount) {
  BackupFiles files = phone().plain();
  tests::SqliteBuilder database;
  database.close();
  std::ofstream(database.path(""), std::ios::binary) << files["Manifest.db"];
  database.open();
  database.run("PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0");
  database.run("UPDATE Files SET relativePath = 'new' WHERE relativePath = 'block'");
  files["Manifest.db"] = text(database.bytes().main);
  files["Manifest.db-wal"] = text(database.bytes().wal);
  const OpenedTree opened(files);
  EXPECT_EQ(opened.content("group:group.example/new"), "sixteen bytes :)");
}

TEST(ItunesBackup, TheOldFormIsReadAsWell) {
  const OpenedTree opened(phone().mbdb());
  EXPECT_FALSE(opened.backup().is_encrypted());
  EXPECT_THAT(opened.problems(), IsEmpty());
  EXPECT_EQ(opened.content("home:Library/SMS/sms.db"), "not really a database");
  EXPECT_EQ(opened.without_blob()[0].container_path, "Manifest.mbdb!HomeDomain");
  EXPECT_EQ(opened.content_without_blob(2), "/var/mobile/then");
  const std::string id = BackupBuilder::file_id("HomeDomain", "Library/SMS/sms.db");
  EXPECT_EQ(opened.entry(id).times.accessed_us, evidence::EntryTime(1'600'000'005'000'000));
}

TEST(ItunesBackup, TheOldFormIsEncryptedIfItsBlobsAre) {
  BackupBuilder backup = phone();
  backup.keybag.has_first = false;
  const OpenedTree opened(backup.mbdb(kPassword), {.password = kPassword});
  EXPECT_TRUE(opened.backup().is_encrypted());
  EXPECT_THAT(opened.problems(), IsEmpty());
  EXPECT_EQ(opened.content("home:Media/DCIM/a.jpg"), noise(3'000'000));
  EXPECT_EQ(opened.content("app:com.example.app/Documents/empty"), "");
  EXPECT_EQ(open_error(backup.mbdb(kPassword), {.password = "wrong"}).error().code, ErrorCode::locked);

  BackupFiles copy = phone().mbdb();
  copy["Manifest.plist"] = backup.mbdb(kPassword)["Manifest.plist"];
  const OpenedTree decrypted(copy);
  EXPECT_FALSE(decrypted.backup().is_encrypted());
  EXPECT_EQ(decrypted.content("group:group.example/block"), "sixteen bytes :)");
}

TEST(ItunesBackup, FilesOfNoClassDoNotMakeTheOldFormPlain) {
  BackupBuilder backup;
  backup.file("HomeDomain", "sealed", "secret");
  for (const char* name : {"a", "b", "c"}) backup.file("HomeDomain", name, name).last().protection_class = 0;
  const OpenedTree opened(backup.mbdb(kPassword), {.password = kPassword});
  EXPECT_TRUE(opened.backup().is_encrypted());
  EXPECT_EQ(opened.content("home:sealed"), "secret");
  EXPECT_EQ(opened.content("home:a"), "a");
}

TEST(ItunesBackup, CipherTextIsOfWholeBlocks) {
  BackupBuilder backup;
  backup.file("HomeDomain", "a", "twenty bytes of text").last().size = 10;
  BackupFiles files = backup.mbdb();
  files["Manifest.plist"] = backup.mbdb(kPassword)["Manifest.plist"];
  const OpenedTree opened(files, {.password = kPassword});
  EXPECT_FALSE(opened.backup().is_encrypted());
  EXPECT_EQ(opened.content("home:a"), "twenty bytes of text");
}

// iOS 10.0 and 10.1: Manifest.db is plain, the blobs are not.
TEST(ItunesBackup, APlainManifestWithoutKeyOfItsOwnMayHaveEncryptedBlobs) {
  BackupFiles files = phone().encrypted(kPassword);
  files["Manifest.db"] = phone().plain()["Manifest.db"];
  files["Manifest.plist"] = phone().mbdb(kPassword)["Manifest.plist"];
  const OpenedTree opened(files, {.password = kPassword});
  EXPECT_TRUE(opened.backup().is_encrypted());
  EXPECT_EQ(opened.content("group:group.example/block"), "sixteen bytes :)");
}

// Whatever byte of the manifest or of the keys is another, the backup is refused or listed, and each file read or
// refused.
TEST(ItunesBackup, SurvivesAnyFlippedByte) {
  BackupBuilder backup;
  backup.folder("HomeDomain", "").file("HomeDomain", "a", "bytes").link("HomeDomain", "b", "c");
  const BackupFiles plain = backup.plain(), encrypted = backup.encrypted(kPassword);
  int opened = 0;
  const auto open_flipped = [&](BackupFiles files, const std::string& name, std::size_t at) {
    files[name][at] = static_cast<char>(files[name][at] ^ 0x55);
    const tests::TemporaryFolder temporary;
    tests::write_backup(files, temporary.path());
    BackupFolder folder(temporary.path(), {.password = kPassword});
    const auto flipped = folder.open();
    if (!flipped) return;
    ++opened;
    for (std::size_t i = 0; i < folder.entries().size(); ++i) {
      auto sealed = folder.tree().open(i);
      if (!sealed) continue;  // a folder
      const auto file = (*flipped)->open_blob(i, *std::move(sealed));
      EXPECT_TRUE(!file || evidence::hash(**file).has_value());
    }
  };
  for (std::size_t at = 0; at < plain.at("Manifest.db").size(); at += 61) open_flipped(plain, "Manifest.db", at);
  for (std::size_t at = 0; at < encrypted.at("Manifest.plist").size(); at += 23)
    open_flipped(encrypted, "Manifest.plist", at);
  EXPECT_GT(opened, 100);
}

TEST(ItunesBackup, IsFoundByItsManifestAndWhatLiesBeside) {
  const auto found = [](const std::vector<std::string>& paths) {
    std::vector<evidence::Entry> entries;
    for (const std::string& path : paths) entries.push_back({.container_path = path, .device_path = {}});
    return find_itunes_backups(FileTree(NoContainer(), entries, {}));
  };
  const std::string id(40, 'c');
  EXPECT_THAT(found({"Manifest.db", "Info.plist"}), ElementsAre(""));
  EXPECT_THAT(found({"Manifest.db", "cc/" + id}), ElementsAre(""));
  EXPECT_THAT(found({"b/Manifest.mbdb", "b/" + id, "a/Manifest.db", "a/Status.plist", "a/x/Manifest.db"}),
              ElementsAre("a", "b"));
  EXPECT_THAT(found({"b/Manifest.db", "b/Manifest.mbdb", "b/Manifest.plist"}), ElementsAre("b"));
  EXPECT_THAT(found({"b/Manifest.db", "a/Manifest.plist", "a/cc/" + id, "b/x/cc/" + id, "b/c/c"}), IsEmpty());
  EXPECT_THAT(found({"Manifest.plist", "cc/" + id}), IsEmpty());
  EXPECT_THAT(found({"a/Manifest.db", "a/Info.plist", "Manifest.db", "cc/" + id}), ElementsAre("", "a"));
}

}  // namespace
}  // namespace exhibit::containers
