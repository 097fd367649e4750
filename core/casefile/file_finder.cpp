#include "file_finder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "evidence/evidence.h"
#include "file_tables.h"

namespace exhibit::casefile {

namespace {

constexpr std::size_t kUuidLength = 36;

/// "group:x/" of "group:x/y/z", "home:" of "home:y": what the files of one app have in common.
std::string_view container_of(std::string_view device_path) {
  const auto colon = device_path.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view root = device_path.substr(0, colon + 1);
  if (root != "app:" && root != "group:") return root;
  const auto slash = device_path.find('/');
  return slash == std::string_view::npos ? device_path : device_path.substr(0, slash + 1);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// iOS moves an app's container to a new UUID with each update, so only what stands behind it is of use.
bool take_ios_container(std::string_view& path) {
  std::string_view rest = path;
  if (!take_prefix(rest, "/private/var/mobile/Containers/") && !take_prefix(rest, "/var/mobile/Containers/"))
    return false;
  for (const std::string_view kind : {"Data/Application/", "Shared/AppGroup/", "Data/PluginKitPlugin/"}) {
    if (!take_prefix(rest, kind) || rest.size() <= kUuidLength || rest[kUuidLength] != '/') continue;
    path = rest.substr(kUuidLength + 1);
    return true;
  }
  return false;
}

/// "/data/data/pkg/x" and "/data/user/0/pkg/x" -> "app:pkg/x".
bool take_android_container(std::string_view path, std::string& device) {
  if (take_prefix(path, "/data/user/")) {
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  } else if (!take_prefix(path, "/data/data/")) {
    return false;
  }
  device = "app:" + std::string(path);
  return true;
}

}  // namespace

std::string device_form(std::string_view path) {
  take_prefix(path, "file://");
  std::string device;
  if (take_ios_container(path)) return std::string(path);
  if (take_android_container(path, device)) return device;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kRoots = {{
      {"~/", "home:"},
      {"/private/var/mobile/", "home:"},
      {"/var/mobile/", "home:"},
      {"/storage/emulated/0/", "media:"},
      {"/data/media/0/", "media:"},
      {"/sdcard/", "media:"},
      {"/mnt/sdcard/", "media:"},
  }};
  for (const auto& [prefix, root] : kRoots)
    if (take_prefix(path, prefix)) return std::string(root) + std::string(path);
  while (take_prefix(path, "/") || take_prefix(path, "./")) {
  }
  return std::string(path);
}

FileFinder::FileFinder(const std::vector<SourceFacts>& sources) {
  std::uint64_t base = 0;
  for (const SourceFacts& source : sources) {
    sources_.push_back(source.evidence);
    bases_.push_back(base);
    base += source.evidence->entries().size();
  }
}

std::size_t FileFinder::source_of(std::uint64_t relative) const {
  const auto above = std::ranges::lower_bound(bases_, relative);
  return static_cast<std::size_t>(above - bases_.begin()) - 1;
}

const evidence::Entry* FileFinder::entry(std::uint64_t relative) const {
  if (relative == 0 || sources_.empty()) return nullptr;
  const std::size_t source = source_of(relative);
  const std::uint64_t index = relative - bases_[source] - 1;
  const auto& entries = sources_[source]->entries();
  return index < entries.size() ? &entries[index] : nullptr;
}

void FileFinder::build_index() {
  if (!by_name_.empty()) return;
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    const auto& entries = sources_[source]->entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].type != evidence::EntryType::file || entries[i].device_path.empty()) continue;
      const std::string_view name = split_path(entries[i].device_path).name;
      by_name_.push_back({std::hash<std::string_view>{}(name), bases_[source] + i + 1});
    }
  }
  std::ranges::sort(by_name_, [](const Named& a, const Named& b) {
    return std::pair(a.hash, a.relative) < std::pair(b.hash, b.relative);
  });
}

std::vector<std::uint64_t> FileFinder::named(std::string_view name) const {
  std::vector<std::uint64_t> found;
  const auto range = std::ranges::equal_range(by_name_, std::hash<std::string_view>{}(name), {}, &Named::hash);
  for (const Named& candidate : range)
    if (split_path(entry(candidate.relative)->device_path).name == name) found.push_back(candidate.relative);
  return found;
}

std::vector<std::uint64_t> FileFinder::nearest(std::vector<std::uint64_t> found, std::uint64_t own) const {
  const auto* own_entry = entry(own);
  if (found.size() < 2 || own_entry == nullptr) return found;
  const auto keep_if_any = [&](auto fits) {
    if (std::ranges::any_of(found, fits)) std::erase_if(found, [&](std::uint64_t n) { return !fits(n); });
  };
  keep_if_any([&](std::uint64_t n) { return source_of(n) == source_of(own); });
  keep_if_any([&](std::uint64_t n) { return entry(n)->device_user == own_entry->device_user; });
  return found;
}

std::vector<std::uint64_t> FileFinder::find(const FileWanted& wanted, std::uint64_t own) {
  build_index();
  const auto* own_entry = entry(own);
  const std::string_view container = own_entry == nullptr ? "" : container_of(own_entry->device_path);
  std::vector<std::uint64_t> by_size;
  for (const std::string_view stored : {wanted.device_path, wanted.path}) {
    if (stored.empty()) continue;
    const std::string path = device_form(stored);
    const std::vector<std::uint64_t> candidates = named(split_path(path).name);
    std::vector<std::uint64_t> found;
    for (const std::uint64_t n : candidates)
      if (entry(n)->device_path == path) found.push_back(n);
    if (!found.empty()) return nearest(std::move(found), own);
    const std::string ending = '/' + path;
    for (const std::uint64_t n : candidates) {
      const std::string_view device = entry(n)->device_path;
      const bool inside = !container.empty() && device.starts_with(container);
      if (inside && (device.substr(container.size()) == path || device.ends_with(ending))) found.push_back(n);
    }
    if (!found.empty()) return nearest(std::move(found), own);
    for (const std::uint64_t n : candidates)
      if (wanted.has_size && entry(n)->size == wanted.size) by_size.push_back(n);
  }
  std::ranges::sort(by_size);
  by_size.erase(std::ranges::unique(by_size).begin(), by_size.end());
  return nearest(std::move(by_size), own);
}

}  // namespace exhibit::casefile
