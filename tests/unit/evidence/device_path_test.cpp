#include "evidence/device_path.h"

#include <initializer_list>
#include <map>

#include "device_roots.h"

namespace exhibit::evidence {
namespace {

constexpr char kUuid[] = "694FBBC5-2E69-480A-A25B-FF8CC038BEF8";
constexpr char kOther[] = "0B1C2D3E-0000-4000-8000-00000000AAAA";

struct Shape {
  std::string_view container;
  std::string_view device;
  std::uint32_t user = 0;
  EntryType type = EntryType::file;
};

std::string with_uuid(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("UUID"); at != out.npos; at = out.find("UUID", at + 36)) out.replace(at, 4, kUuid);
  return out;
}

void expect_shapes(std::initializer_list<Shape> shapes, const ContainerNames& names = {}) {
  std::vector<Entry> entries;
  TextArena texts;
  for (const Shape& shape : shapes) {
    Entry entry;
    entry.container_path = texts.add(with_uuid(shape.container));
    entry.type = shape.type;
    entry.size = shape.type == EntryType::file ? 1 : 0;
    entries.push_back(entry);
  }
  assign_device_paths(entries, texts, names);
  auto entry = entries.begin();
  for (const Shape& shape : shapes) {
    EXPECT_EQ(entry->device_path, with_uuid(shape.device)) << "for " << entry->container_path;
    EXPECT_EQ(entry->device_user, shape.user) << "for " << entry->container_path;
    ++entry;
  }
}

TEST(DevicePath, NamesTheRootsOfAnIosFileSystem) {
  expect_shapes({
      {"private/var/mobile/Library/SMS/sms.db", "home:Library/SMS/sms.db"},
      {"private/var/mobile/Media/DCIM/100APPLE/IMG_0001.HEIC", "home:Media/DCIM/100APPLE/IMG_0001.HEIC"},
      {"private/var/mobile/Containers/Data/Application/UUID/Documents/a.db", "app:UUID/Documents/a.db"},
      {"private/var/mobile/Containers/Shared/AppGroup/UUID/ChatStorage.sqlite", "group:UUID/ChatStorage.sqlite"},
      {"private/var/mobile/Containers/Data/PluginKitPlugin/UUID/Library/x",
       "home:Containers/Data/PluginKitPlugin/UUID/Library/x"},
      {"private/var/mobile/Applications/UUID/Documents/old.db", "app:UUID/Documents/old.db"},
      {"private/var/wireless/Library/CallHistory/call_history.db",
       "system:private/var/wireless/Library/CallHistory/call_history.db"},
      {"private/var/containers/Bundle/Application/UUID/X.app/Info.plist",
       "system:private/var/containers/Bundle/Application/UUID/X.app/Info.plist"},
      {"System/Library/CoreServices/SystemVersion.plist", "system:System/Library/CoreServices/SystemVersion.plist"},
      {"usr/bin/true", "system:usr/bin/true"},
      {"var/mobile/Library/notes.sqlite", "home:Library/notes.sqlite"},
  });
}

TEST(DevicePath, NamesTheRootsOfAnAndroidFileSystem) {
  expect_shapes({
      {"data/data/com.whatsapp/databases/msgstore.db", "app:com.whatsapp/databases/msgstore.db"},
      {"data/data/android/x", "app:android/x"},
      {"data/user/0/com.example.murmur/files/j", "app:com.example.murmur/files/j"},
      {"data/user/10/com.example.murmur/files/j", "app:com.example.murmur/files/j", 10},
      {"data/user_de/11/com.example.murmur/files/j", "app:com.example.murmur/files/j", 11},
      {"data/media/0/DCIM/a.jpg", "media:DCIM/a.jpg"},
      {"data/media/10/DCIM/a.jpg", "media:DCIM/a.jpg", 10},
      {"data/media/obb/x", "system:data/media/obb/x"},
      {"storage/emulated/10/Download/a", "media:Download/a", 10},
      {"sdcard/WhatsApp/a", "media:WhatsApp/a"},
      {"data/system/locksettings.db", "system:data/system/locksettings.db"},
      {"vendor/build.prop", "system:vendor/build.prop"},
  });
}

TEST(DevicePath, FindsADataPartitionRootedAtItsContent) {
  expect_shapes({
      {"filesystem2/mobile/Library/Accounts/Accounts3.sqlite", "home:Library/Accounts/Accounts3.sqlite"},
      {"filesystem2/wireless/Library/Preferences/c.plist", "system:private/var/wireless/Library/Preferences/c.plist"},
      {"filesystem2/preferences/com.apple.wifi.plist", "system:private/var/preferences/com.apple.wifi.plist"},
      {"filesystem2/mobile/Containers/Shared/AppGroup/UUID/NoteStore.sqlite", "group:UUID/NoteStore.sqlite"},
      // Only the other file systems' landmarks say what filesystem2 is.
      {"filesystem2/MobileAsset/AssetsV2/x/System/Library/y",
       "system:private/var/MobileAsset/AssetsV2/x/System/Library/y"},
      {"filesystem1/System/Library/Fonts/a", "system:System/Library/Fonts/a"},
      {"filesystem1/.file", "system:.file"},
      {"extra/KeychainDump/backup_keychain_v2.plist", "system:extra/KeychainDump/backup_keychain_v2.plist"},
  });
  expect_shapes({
      {"userdata/data/com.whatsapp/databases/msgstore.db", "app:com.whatsapp/databases/msgstore.db"},
      {"userdata/user/10/com.whatsapp/databases/msgstore.db", "app:com.whatsapp/databases/msgstore.db", 10},
      {"userdata/media/0/DCIM/a.jpg", "media:DCIM/a.jpg"},
      {"userdata/system/packages.xml", "system:data/system/packages.xml"},
      {"userdata/misc/wifi/w.xml", "system:data/misc/wifi/w.xml"},
  });
  expect_shapes({
      {"home/Library/SMS/sms.db", "home:Library/SMS/sms.db"},
      {"home/Library/Safari/History.db", "home:Library/Safari/History.db"},
      {"home/Containers/Data/Application/UUID/Documents/a", "app:UUID/Documents/a"},
  });
}

TEST(DevicePath, SeesThroughFoldersThatToolsAdd) {
  for (const std::string_view front :
       {"", "/", "./", "//", "Dump/", "fs/", "/Dump/./fs//", "C:/cases/7/", "../../", "a/b/c/d/e/f/"}) {
    const std::string ios = std::string(front) + "private/var/mobile/Library/SMS/sms.db";
    const std::string android = std::string(front) + "data/data/com.android.chrome/app_chrome/Default/History";
    expect_shapes({{ios, "home:Library/SMS/sms.db"}});
    expect_shapes({{android, "app:com.android.chrome/app_chrome/Default/History"}});
  }
  expect_shapes(
      {{"filesystem1/private/var/mobile/Containers/Data/Application/UUID/Library/Cookies/Cookies.binarycookies",
        "app:UUID/Library/Cookies/Cookies.binarycookies"}});
}

TEST(DevicePath, ACopyOfAnotherPhoneInsideThePhoneStaysWhereItIs) {
  expect_shapes({
      {"private/var/mobile/Library/SMS/sms.db", "home:Library/SMS/sms.db"},
      {"private/var/mobile/Containers/Data/Application/UUID/Documents/data/data/com.x.y/a",
       "app:UUID/Documents/data/data/com.x.y/a"},
      {"usr/share/mobile/Library/a", "system:usr/share/mobile/Library/a"},
  });
  expect_shapes({
      {"data/data/com.x.y/databases/a", "app:com.x.y/databases/a"},
      {"data/media/0/TitaniumBackup/data/data/com.x.y/databases/a",
       "media:TitaniumBackup/data/data/com.x.y/databases/a"},
      {"mnt/old/data/data/com.x.y/databases/a", "system:mnt/old/data/data/com.x.y/databases/a"},
  });
}

TEST(DevicePath, ALoneDatabaseIsNamedByItsPlaceInTheContainer) {
  expect_shapes({{"imessage_chat.db", "system:imessage_chat.db"}});
  expect_shapes(
      {{"samsung/mmssms.db", "system:samsung/mmssms.db"}, {"samsung/calendar.db", "system:samsung/calendar.db"}});
}

TEST(DevicePath, FoldersAreNamedLikeWhatLiesInThem) {
  constexpr auto kFolder = EntryType::folder;
  expect_shapes({
      {"Dump", "system:Dump", 0, kFolder},  // above all roots
      {"Dump/private/var", "system:private/var", 0, kFolder},
      {"Dump/private/var/mobile", "home:", 0, kFolder},
      {"Dump/private/var/mobile/Containers/Data/Application", "home:Containers/Data/Application", 0, kFolder},
      {"Dump/private/var/mobile/Containers/Data/Application/UUID", "app:UUID/", 0, kFolder},
      {"Dump/private/var/mobile/Containers/Data/Application/.DS_Store", "home:Containers/Data/Application/.DS_Store"},
      {"Dump/private/var/mobile/Library/a", "home:Library/a"},
  });
}

TEST(DevicePath, AContainerWithANameIsCalledByIt) {
  const std::string app = std::string("fs/private/var/mobile/Containers/Data/Application/") + kUuid;
  const std::string group = std::string("fs/private/var/mobile/Containers/Shared/AppGroup/") + kOther;
  const std::string unnamed = std::string("app:") + kOther + "/Documents/a";
  const std::string unnamed_at = std::string("fs/private/var/mobile/Containers/Data/Application/") + kOther;
  expect_shapes(
      {
          {app + "/Documents/a", "app:com.example.murmur/Documents/a"},
          {app, "app:com.example.murmur/", 0, EntryType::folder},
          {app + "/Documents/UUID/b", "app:com.example.murmur/Documents/UUID/b"},
          {group + "/Murmur.sqlite", "group:group.com.example/Murmur.sqlite"},
          {unnamed_at + "/Documents/a", unnamed},
      },
      {{app, "com.example.murmur"}, {group, "group.com.example"}});
}

TEST(DevicePath, BytesThatAreNoUtf8AreEscapedThereAlone) {
  expect_shapes({{"private/var/mobile/Library/caf\xe9/\xff.db", "home:Library/caf\\xe9/\\xff.db"},
                 {"private/var/mobile/Library/caf\xc3\xa9", "home:Library/caf\xc3\xa9"}});
}

TEST(DevicePath, ANulIsShownAndEndsNothing) {
  EXPECT_EQ(escape_name(std::string_view("a\0b\xff", 4)), "a\\x00b\\xff");
  TextArena texts;
  Entry entry;
  entry.container_path = std::string_view("private/var/mobile/Library/SMS/sms.db\0.txt", 42);
  std::vector<Entry> entries{entry};
  assign_device_paths(entries, texts);
  EXPECT_EQ(entries[0].device_path, "home:Library/SMS/sms.db\\x00.txt");
}

TEST(DevicePath, OddPathsAreNamedAndHarmless) {
  expect_shapes(
      {{"", "system:"}, {"/", "system:"}, {".", "system:"}, {"..", "system:.."}, {"a//b/./c/.", "system:a/b/c"}});
}

TEST(DevicePath, TellsTheContainerThatAMetadataFileIsOf) {
  const std::string folder = std::string("fs/Application/") + kUuid;
  EXPECT_EQ(container_of_metadata(folder + "/.com.apple.mobile_container_manager.metadata.plist"), folder);
  EXPECT_EQ(container_of_metadata(folder + "/Documents/.com.apple.mobile_container_manager.metadata.plist"),
            std::nullopt);
  EXPECT_EQ(container_of_metadata(".com.apple.mobile_container_manager.metadata.plist"), std::nullopt);
  EXPECT_EQ(container_of_metadata(folder + "/a.plist"), std::nullopt);
}

TEST(DevicePath, PlainPathKeepsWhatHasAMeaning) {
  std::string scratch;
  EXPECT_EQ(plain_path("a/b", scratch), "a/b");
  EXPECT_EQ(plain_path("/./a//b/.hidden/", scratch), "a/b/.hidden");
  EXPECT_EQ(plain_path("./../a/..b", scratch), "../a/..b");
}

/// Device path, user, by container path.
std::map<std::string, std::pair<std::string, std::uint32_t>> named(std::vector<Entry> entries) {
  TextArena texts;
  assign_device_paths(entries, texts,
                      {{with_uuid("private/var/mobile/Containers/Data/Application/UUID"), "com.example.murmur"}});
  std::map<std::string, std::pair<std::string, std::uint32_t>> places;
  for (const Entry& entry : entries)
    places.emplace(entry.container_path, std::pair(std::string(entry.device_path), entry.device_user));
  return places;
}

TEST(DevicePath, IsTheSameWhateverStandsBesideAnEntry) {
  std::vector<Entry> entries;
  TextArena texts;
  for (const char* folder :
       {"private/var/mobile/Containers/Data/Application", "private/var/mobile/Containers/Data/Application/UUID",
        "private/var/mobile/Containers/Data/Application/UUID/Library/Caches", "private/var/mobile/Applications",
        "private/var/mobile/Library/SMS/Attachments/0a/10", "private/var/mobile/Library", "private/var", "private",
        "private/var/db/a/b/c/d", "copy/of/data/user/10/com.example/files/x/y", "copy/of/data/user/10",
        "copy/of/data/data", "elsewhere/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q"})
    for (const char* name : {"UUID", "mobile", "a.db", "b\xff", "c\xc3\xa9", "com.example.b", "z"})
      for (const EntryType type : {EntryType::file, EntryType::folder}) {
        Entry entry;
        entry.container_path =
            texts.add(with_uuid(std::string(folder) + "/" + name + (type == EntryType::folder ? ".d" : "")));
        if (type == EntryType::folder && std::string_view(name) == "UUID")
          entry.container_path.remove_suffix(2);  // a folder named like a container
        entry.type = type;
        entry.size = 1;
        entries.push_back(entry);
      }
  std::erase_if(entries, [](const Entry& entry) {
    return entry.type == EntryType::file && entry.container_path.ends_with(kUuid);
  });
  const auto folder_by_folder = named(entries);
  ASSERT_EQ(folder_by_folder.size(), entries.size());
  std::vector<Entry> apart;
  constexpr std::size_t kStep = 17;  // neighbours come from different folders
  for (std::size_t start = 0; start < kStep; ++start)
    for (std::size_t i = start; i < entries.size(); i += kStep) apart.push_back(entries[i]);
  EXPECT_EQ(named(apart), folder_by_folder);
}

TEST(DevicePath, WhatLiesBesideALandmarkHasNoVoteOfItsOwn) {
  expect_shapes({{"data/com.example/databases", "home:data/com.example/databases"},
                 {"data/com.example/one", "home:data/com.example/one"},
                 {"data/com.example/two", "home:data/com.example/two"},
                 {"Library/SMS/a", "home:Library/SMS/a"},
                 {"Library/SMS/b", "home:Library/SMS/b"}});
}

TEST(TextArena, KeepsTextsOfEveryLengthWhereTheyAre) {
  TextArena texts;
  std::vector<std::string_view> kept;
  for (std::size_t size = 0; size < 3'000; ++size) kept.push_back(texts.add(std::string(size, 'a')));
  const std::string_view long_text = texts.add({std::string(5 << 20, 'b'), "", "c"});
  const TextArena moved = std::move(texts);
  for (std::size_t size = 0; size < kept.size(); ++size) ASSERT_EQ(kept[size], std::string(size, 'a'));
  EXPECT_EQ(long_text, std::string(5 << 20, 'b') + "c");
}

}  // namespace
}  // namespace exhibit::evidence
