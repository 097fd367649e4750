// Roots by published descriptions of iOS backups; for 21 domains the paths of a backup of iOS 14.3 fit them.
#include "backup_domain.h"

#include <algorithm>
#include <array>
#include <string>

#include "evidence/device_path.h"

namespace exhibit::containers {
namespace {

struct Place {
  std::string_view domain;  // or what the name begins with, to the '-'
  std::string_view root;    // with the '/' between it and what follows
};

constexpr Place kDomains[] = {
    {"HomeDomain", "home:"},
    {"CameraRollDomain", "home:"},
    {"MediaDomain", "home:"},
    {"KeyboardDomain", "home:"},
    {"HomeKitDomain", "home:"},
    {"TonesDomain", "home:"},
    {"BooksDomain", "home:Media/Books/"},
    {"HealthDomain", "home:Library/"},
    {"WirelessDomain", "system:private/var/wireless/"},
    {"RootDomain", "system:private/var/root/"},
    {"SystemPreferencesDomain", "system:private/var/preferences/"},
    {"KeychainDomain", "system:private/var/Keychains/"},
    {"ManagedPreferencesDomain", "system:private/var/Managed Preferences/"},
    {"MobileDeviceDomain", "system:private/var/MobileDevice/"},
    {"NetworkDomain", "system:private/var/networkd/"},
    {"ProtectedDomain", "system:private/var/protected/"},
    {"DatabaseDomain", "system:private/var/db/"},
    {"InstallDomain", "system:private/var/installd/"},
};

// Domains of one app, group or service, which their name ends in: it stands where the phone has a UUID.
constexpr Place kContainers[] = {
    {"AppDomain-", "app:"},
    {"AppDomainGroup-", "group:"},
    {"AppDomainPlugin-", "home:Containers/Data/PluginKitPlugin/"},
    {"SysContainerDomain-", "system:private/var/containers/Data/System/"},
    {"SysSharedContainerDomain-", "system:private/var/containers/Shared/SystemGroup/"},
};

using Parts = std::array<std::string_view, 4>;

bool is_id(std::string_view text) { return !text.empty() && text.find('/') == text.npos; }

// The root of a domain in three parts; the last is the '/' before what lies in it.
Parts root_of(std::string_view domain) {
  for (const Place& place : kDomains) {
    if (domain == place.domain) return {place.root, "", ""};
  }
  for (const Place& place : kContainers) {
    if (!domain.starts_with(place.domain)) continue;
    const std::string_view id = domain.substr(place.domain.size());
    if (is_id(id)) return {place.root, id, "/"};
  }
  return {"backup:", domain, "/"};
}

// As a full file system names the folder itself: "app:<id>/", but "system:private/var/wireless".
void drop_last_slash(Parts& parts) {
  if (parts[0] == "app:" || parts[0] == "group:") return;
  if (!parts[2].empty()) {
    parts[2] = {};
  } else if (parts[0].ends_with('/')) {
    parts[0].remove_suffix(1);
  }
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c != 0 && (c & 0x80) == 0; });
}

}  // namespace

std::string_view backup_device_path(std::string_view domain, std::string_view relative_path,
                                    evidence::TextArena& texts) {
  Parts parts = root_of(domain);
  parts[3] = relative_path;
  if (relative_path.empty()) drop_last_slash(parts);
  if (std::ranges::all_of(parts, is_plain)) return texts.add({parts[0], parts[1], parts[2], parts[3]});
  std::string text;
  for (const std::string_view part : parts) text += part;
  return texts.add(evidence::escape_name(text));
}

}  // namespace exhibit::containers
