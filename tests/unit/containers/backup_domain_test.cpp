// The paths of a full file system are those that evidence/device_path.h gives: both must name a file alike.
#include "backup_domain.h"

#include "evidence/device_path.h"

namespace exhibit::containers {
namespace {

std::string device_path(std::string_view domain, std::string_view path) {
  evidence::TextArena texts;
  return std::string(backup_device_path(domain, path, texts));
}

/// What a full file system with this file gives it; "Library/SMS" beside it shows where the phone's tree begins.
std::string in_file_system(const std::string& path) {
  const std::string landmark = "private/var/mobile/Library/SMS/sms.db";
  std::vector<evidence::Entry> entries(2);
  entries[0].container_path = landmark;
  entries[1].container_path = path;
  entries[1].size = 1;
  evidence::TextArena texts;
  assign_device_paths(entries, texts);
  return std::string(entries[1].device_path);
}

TEST(BackupDomain, NamesAFileAsAFullFileSystemDoes) {
  const struct {
    std::string domain, path, phone;
  } kFiles[] = {
      {"HomeDomain", "Library/SMS/sms.db", "private/var/mobile/Library/SMS/sms.db"},
      {"CameraRollDomain", "Media/DCIM/100APPLE/IMG_1.JPG", "private/var/mobile/Media/DCIM/100APPLE/IMG_1.JPG"},
      {"MediaDomain", "Media/Recordings/a.m4a", "private/var/mobile/Media/Recordings/a.m4a"},
      {"KeyboardDomain", "Library/Keyboard/u.sqlite", "private/var/mobile/Library/Keyboard/u.sqlite"},
      {"HomeKitDomain", "Library/homed/d.sqlite", "private/var/mobile/Library/homed/d.sqlite"},
      {"TonesDomain", "Media/iTunes_Control/r", "private/var/mobile/Media/iTunes_Control/r"},
      {"BooksDomain", "Purchases/x.epub", "private/var/mobile/Media/Books/Purchases/x.epub"},
      {"HealthDomain", "Health/healthdb.sqlite", "private/var/mobile/Library/Health/healthdb.sqlite"},
      {"WirelessDomain", "Library/Databases/D.sqlite", "private/var/wireless/Library/Databases/D.sqlite"},
      {"RootDomain", "Library/Preferences/a.plist", "private/var/root/Library/Preferences/a.plist"},
      {"SystemPreferencesDomain", "SystemConfiguration/w.plist", "private/var/preferences/SystemConfiguration/w.plist"},
      {"KeychainDomain", "keychain-backup.plist", "private/var/Keychains/keychain-backup.plist"},
      {"ManagedPreferencesDomain", "mobile/a.plist", "private/var/Managed Preferences/mobile/a.plist"},
      {"MobileDeviceDomain", "ProvisioningProfiles/p", "private/var/MobileDevice/ProvisioningProfiles/p"},
      {"NetworkDomain", "netusage.sqlite", "private/var/networkd/netusage.sqlite"},
      {"ProtectedDomain", "trustd/t", "private/var/protected/trustd/t"},
      {"DatabaseDomain", "timezone/localtime", "private/var/db/timezone/localtime"},
      {"InstallDomain", "Library/MobileInstallation/s", "private/var/installd/Library/MobileInstallation/s"},
      {"AppDomainPlugin-com.example.widget", "Library/a",
       "private/var/mobile/Containers/Data/PluginKitPlugin/com.example.widget/Library/a"},
      {"SysContainerDomain-com.example.d", "Library/a", "private/var/containers/Data/System/com.example.d/Library/a"},
      {"SysSharedContainerDomain-systemgroup.com.example", "L/a",
       "private/var/containers/Shared/SystemGroup/systemgroup.com.example/L/a"},
      // An app's folder is a UUID on the phone; by its name both are the same.
      {"AppDomain-com.example.app", "Documents/a",
       "private/var/mobile/Containers/Data/Application/com.example.app/Documents/a"},
      {"AppDomainGroup-group.example", "a/b", "private/var/mobile/Containers/Shared/AppGroup/group.example/a/b"},
  };
  for (const auto& file : kFiles) EXPECT_EQ(device_path(file.domain, file.path), in_file_system(file.phone));
}

TEST(BackupDomain, NamesADomainsOwnFolder) {
  EXPECT_EQ(device_path("HomeDomain", ""), "home:");
  EXPECT_EQ(device_path("BooksDomain", ""), "home:Media/Books");
  EXPECT_EQ(device_path("WirelessDomain", ""), "system:private/var/wireless");
  EXPECT_EQ(device_path("AppDomain-com.example.app", ""), "app:com.example.app/");
  EXPECT_EQ(device_path("AppDomainGroup-group.example", ""), "group:group.example/");
  EXPECT_EQ(device_path("AppDomainPlugin-com.example.w", ""), "home:Containers/Data/PluginKitPlugin/com.example.w");
  EXPECT_EQ(device_path("NewDomain", ""), "backup:NewDomain");
}

TEST(BackupDomain, KeepsTheNameOfAnUnknownDomain) {
  EXPECT_EQ(device_path("NewDomain", "Library/a"), "backup:NewDomain/Library/a");
  EXPECT_EQ(device_path("AppDomainNew-x", "a"), "backup:AppDomainNew-x/a");
  EXPECT_EQ(device_path("HomeDomain2", "a"), "backup:HomeDomain2/a");
  EXPECT_EQ(device_path("", "a"), "backup:/a");
}

TEST(BackupDomain, TakesNoIdThatIsNone) {
  EXPECT_EQ(device_path("AppDomain-", "a"), "backup:AppDomain-/a");
  EXPECT_EQ(device_path("AppDomain-a/b", "c"), "backup:AppDomain-a/b/c");
}

TEST(BackupDomain, ForgedPathsAreTexts) {
  EXPECT_EQ(device_path("HomeDomain", "../../etc/passwd"), "home:../../etc/passwd");
  EXPECT_EQ(device_path("HomeDomain", "/etc/passwd"), "home:/etc/passwd");
  EXPECT_EQ(device_path("HomeDomain", std::string_view("a\0b", 3)), "home:a\\x00b");
  EXPECT_EQ(device_path("HomeDomain", "caf\xe9"), "home:caf\\xe9");
  EXPECT_EQ(device_path("HomeDomain", "caf\xc3\xa9"), "home:caf\xc3\xa9");
  EXPECT_EQ(device_path(std::string_view("AppDomain-a\0b", 13), "c"), "app:a\\x00b/c");
}

}  // namespace
}  // namespace exhibit::containers
