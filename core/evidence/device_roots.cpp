#include "device_roots.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "phone_names.h"

namespace exhibit::evidence {
namespace {

// A landmark that lies deeper than this below the container's root is somebody's copy of another phone's folders.
constexpr std::size_t kDeepestLandmark = 12;
constexpr std::ptrdiff_t kMostSteps = 5;

struct Landmark {
  std::array<std::string_view, kMostSteps>
      steps;           // "*" any, "<n>" a number, "<pkg>" a package, "<uuid>", "<app>" X.app
  PhoneFolder folder;  // what the folder in front of the first step is
};

// Of folders that exist on both sides of a mount (data/data/..., data/...), the outer comes first: the first match from
// the left decides. Taken from the file systems of iOS 4 to 17 and Android 4 to 14.
constexpr Landmark kLandmarks[] = {
    {{"private", "var", "*"}, PhoneFolder::ios_root},
    {{"var", "mobile", "Library"}, PhoneFolder::ios_root},  // /var is a link to /private/var
    {{"var", "mobile", "Containers"}, PhoneFolder::ios_root},
    {{"var", "mobile", "Media"}, PhoneFolder::ios_root},
    {{"var", "mobile", "Applications"}, PhoneFolder::ios_root},
    {{"System", "Library", "*"}, PhoneFolder::ios_root},
    {{"Applications", "<app>", "*"}, PhoneFolder::ios_root},
    {{"mobile", "Library", "*"}, PhoneFolder::ios_var},
    {{"mobile", "Containers", "*"}, PhoneFolder::ios_var},
    {{"mobile", "Media", "*"}, PhoneFolder::ios_var},
    {{"mobile", "Applications", "<uuid>"}, PhoneFolder::ios_var},
    {{"wireless", "Library", "*"}, PhoneFolder::ios_var},
    {{"root", "Library", "*"}, PhoneFolder::ios_var},
    {{"preferences", "SystemConfiguration", "*"}, PhoneFolder::ios_var},
    {{"containers", "Bundle", "*"}, PhoneFolder::ios_var},
    {{"containers", "Data", "*"}, PhoneFolder::ios_var},
    {{"containers", "Shared", "*"}, PhoneFolder::ios_var},
    {{"Containers", "Data", "Application", "<uuid>"}, PhoneFolder::ios_mobile},
    {{"Containers", "Data", "PluginKitPlugin", "<uuid>"}, PhoneFolder::ios_mobile},
    {{"Containers", "Shared", "AppGroup", "<uuid>"}, PhoneFolder::ios_mobile},
    {{"Library", "SMS", "*"}, PhoneFolder::ios_mobile},
    {{"Library", "AddressBook", "*"}, PhoneFolder::ios_mobile},
    {{"Library", "CallHistoryDB", "*"}, PhoneFolder::ios_mobile},
    {{"Media", "DCIM", "*"}, PhoneFolder::ios_mobile},
    {{"data", "data", "<pkg>"}, PhoneFolder::android_root},
    {{"data", "user", "<n>", "<pkg>"}, PhoneFolder::android_root},
    {{"data", "user_de", "<n>", "<pkg>"}, PhoneFolder::android_root},
    {{"data", "media", "<n>"}, PhoneFolder::android_root},
    {{"data", "system", "packages.xml"}, PhoneFolder::android_root},
    {{"data", "system", "usagestats"}, PhoneFolder::android_root},
    {{"data", "system", "users"}, PhoneFolder::android_root},
    {{"data", "system", "locksettings.db"}, PhoneFolder::android_root},
    {{"storage", "emulated", "<n>"}, PhoneFolder::android_root},
    {{"sdcard", "*"}, PhoneFolder::android_root},
    {{"system", "app", "*"}, PhoneFolder::android_root},
    {{"system", "priv-app", "*"}, PhoneFolder::android_root},
    {{"system", "build.prop"}, PhoneFolder::android_root},
    {{"data", "<pkg>", "databases"}, PhoneFolder::android_data},
    {{"data", "<pkg>", "shared_prefs"}, PhoneFolder::android_data},
    {{"data", "<pkg>", "files"}, PhoneFolder::android_data},
    {{"data", "<pkg>", "no_backup"}, PhoneFolder::android_data},
    {{"user", "<n>", "<pkg>"}, PhoneFolder::android_data},
    {{"user_de", "<n>", "<pkg>"}, PhoneFolder::android_data},
    {{"media", "<n>", "Android"}, PhoneFolder::android_data},
    {{"media", "<n>", "DCIM"}, PhoneFolder::android_data},
    {{"media", "<n>", "Download"}, PhoneFolder::android_data},
    {{"system", "packages.xml"}, PhoneFolder::android_data},
    {{"system", "usagestats", "*"}, PhoneFolder::android_data},
    {{"system", "locksettings.db"}, PhoneFolder::android_data},
};

// What lies at the top of a phone's own file system. A root found below one of these is a copy that the phone holds.
constexpr std::string_view kIosTop[] = {"Applications", "Developer", "Library", "System", "bin", "cores",
                                        "dev",          "etc",       "lib",     "mnt",    "opt", "private",
                                        "sbin",         "tmp",       "usr",     "var"};
constexpr std::string_view kAndroidTop[] = {
    "acct",          "apex",       "bin",  "bugreports", "cache", "config",       "d",        "data",    "data_mirror",
    "debug_ramdisk", "dev",        "efs",  "etc",        "lib",   "linkerconfig", "metadata", "mnt",     "odm",
    "oem",           "persist",    "proc", "product",    "root",  "sbin",         "sdcard",   "storage", "sys",
    "system",        "system_ext", "tmp",  "vendor"};

bool matches(std::string_view step, std::string_view pattern) {
  if (!pattern.starts_with('<')) return pattern == "*" || step == pattern;
  if (pattern == "<n>") return user_number(step).has_value();
  if (pattern == "<pkg>") return is_package_name(step);
  if (pattern == "<uuid>") return is_uuid(step);
  return step.size() > 4 && step.ends_with(".app");
}

std::string_view first_step(std::string_view path) { return path.substr(0, path.find('/')); }

bool stands_at(std::string_view path, const Landmark& landmark) {
  for (const std::string_view pattern : landmark.steps) {
    if (pattern.empty()) return true;
    const std::string_view step = first_step(path);
    if (step.empty() || !matches(step, pattern)) return false;
    path.remove_prefix(std::min(path.size(), step.size() + 1));
  }
  return true;
}

// Landmarks by their first step, which is always a name.
using Index = std::unordered_map<std::string_view, std::vector<const Landmark*>>;

const Index& landmarks() {
  static const Index index = [] {
    Index made;
    for (const Landmark& landmark : kLandmarks) made[landmark.steps[0]].push_back(&landmark);
    return made;
  }();
  return index;
}

bool is_plain(std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string_view next = path.substr(slash + 1, 2);
    if (next.starts_with('/') || next == "." || next == "./") return false;
  }
  return true;
}

bool is_own_folder(PhoneFolder outer, std::string_view below) {
  const std::string_view top = first_step(below);
  if (outer == PhoneFolder::ios_root) return std::ranges::find(kIosTop, top) != std::end(kIosTop);
  if (outer == PhoneFolder::android_root) return std::ranges::find(kAndroidTop, top) != std::end(kAndroidTop);
  return true;
}

}  // namespace

std::string_view without_ends(std::string_view path) {
  while (path.starts_with('/') || path.starts_with("./")) path.remove_prefix(path[0] == '/' ? 1 : 2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path == "." ? std::string_view() : path;
}

std::string_view plain_path(std::string_view path, std::string& scratch) {
  path = without_ends(path);
  if (is_plain(path)) return path;
  scratch.clear();
  while (!path.empty()) {
    const std::string_view step = first_step(path);
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (step.empty() || step == ".") continue;
    if (!scratch.empty()) scratch += '/';
    scratch += step;
  }
  return scratch;
}

void DeviceRoots::consider(std::string_view path) {
  // Containers list folder by folder: what lies beside the path before votes like it.
  const std::string_view folder = path.substr(0, path.rfind('/') + 1);
  if (last_folder_.empty() || folder != last_folder_) {
    const Vote vote = find_vote(path);
    last_count_ = vote.count;
    const bool is_behind = std::ranges::count(path.substr(vote.prefix), '/') >= kMostSteps;
    last_folder_ = vote.count != nullptr && is_behind ? folder : std::string_view();
  }
  if (last_count_ != nullptr) ++*last_count_;
}

DeviceRoots::Vote DeviceRoots::find_vote(std::string_view path) {
  std::size_t start = 0;
  for (std::size_t depth = 0; depth < kDeepestLandmark; ++depth) {
    const std::string_view rest = path.substr(start);
    const auto found = landmarks().find(first_step(rest));
    if (found != landmarks().end()) {
      for (const Landmark* landmark : found->second) {
        if (!stands_at(rest, *landmark)) continue;
        const std::string_view prefix = path.substr(0, start);
        auto votes = votes_.find(prefix);
        if (votes == votes_.end()) votes = votes_.emplace(prefix, Votes{}).first;
        return {&votes->second[static_cast<std::size_t>(landmark->folder)], start};
      }
    }
    const std::size_t slash = path.find('/', start);
    if (slash == path.npos) return {};
    start = slash + 1;
  }
  return {};
}

void DeviceRoots::decide() {
  std::vector<std::string_view> prefixes;
  prefixes.reserve(votes_.size());
  for (const auto& [prefix, votes] : votes_) prefixes.push_back(prefix);
  std::ranges::sort(prefixes);  // an outer prefix comes before those inside it

  std::vector<std::pair<std::string_view, PhoneFolder>> around;  // roots that the current prefix lies in
  for (const std::string_view prefix : prefixes) {
    while (!around.empty() && !prefix.starts_with(around.back().first)) around.pop_back();
    if (!around.empty() && is_own_folder(around.back().second, prefix.substr(around.back().first.size()))) continue;
    const Votes& votes = votes_.find(prefix)->second;
    const auto folder = static_cast<PhoneFolder>(std::ranges::max_element(votes) - votes.begin());
    roots_.emplace(prefix, folder);
    around.emplace_back(prefix, folder);
    deepest_ = std::max(deepest_, static_cast<std::size_t>(std::ranges::count(prefix, '/')));
  }
}

PhonePath DeviceRoots::locate(std::string_view path) const {
  PhonePath found{PhoneFolder::unknown, path};
  std::size_t start = 0;
  for (std::size_t depth = 0; depth <= deepest_; ++depth) {
    if (const auto root = roots_.find(path.substr(0, start)); root != roots_.end())
      found = {root->second, path.substr(start)};
    const std::size_t slash = path.find('/', start);
    if (slash == path.npos) break;
    start = slash + 1;
  }
  return found;
}

}  // namespace exhibit::evidence
