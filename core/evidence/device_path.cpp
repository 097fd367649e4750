#include "evidence/device_path.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "base/unicode.h"
#include "device_roots.h"
#include "phone_names.h"

namespace exhibit::evidence {
namespace {

/// ASCII without NUL: nothing of it needs escaping.
bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; text.size() - i >= 8; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    const std::uint64_t zeros = (word - 0x0101010101010101u) & ~word;
    if (((word | zeros) & 0x8080808080808080u) != 0) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                     [](char c) { return c != 0 && (c & 0x80) == 0; });
}

// Removes `folder` (which ends in '/') from the front. The folder itself, without its '/', counts as being inside.
bool enter(std::string_view& path, std::string_view folder) {
  if (path.starts_with(folder)) {
    path.remove_prefix(folder.size());
    return true;
  }
  if (path != folder.substr(0, folder.size() - 1)) return false;
  path = {};
  return true;
}

std::string_view take_step(std::string_view& path) {
  const std::string_view step = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), step.size() + 1));
  return step;
}

// The rules below look at no more steps of a path than these before they leave the rest as it is.
constexpr std::ptrdiff_t kDeepestRule = 4;

// One entry on its way from a place on the phone to a device path.
class Naming {
 public:
  Naming(Entry& entry, TextArena& texts, const ContainerNames& names) : entry_(entry), texts_(texts), names_(names) {}

  /// True if all that lies in the same folder is named in the same way: the rules were at their end before its name.
  bool name(PhonePath place) {
    set_by(place);
    return is_folder_settled_;
  }

 private:
  void set_by(PhonePath place) {
    switch (place.folder) {
      case PhoneFolder::unknown:
        return set({"system:", place.rest});
      case PhoneFolder::ios_root:
        return in_ios_root(place.rest);
      case PhoneFolder::ios_var:
        return in_ios_var(place.rest);
      case PhoneFolder::ios_mobile:
        return in_ios_mobile(place.rest);
      case PhoneFolder::android_root:
        return in_android_root(place.rest);
      case PhoneFolder::android_data:
        return in_android_data(place.rest);
    }
  }

  void in_ios_root(std::string_view path) {
    std::string_view inside = path;
    if (enter(inside, "private/var/") || enter(inside, "var/")) return in_ios_var(inside);
    set({"system:", path});
  }

  void in_ios_var(std::string_view path) {
    std::string_view inside = path;
    if (enter(inside, "mobile/")) return in_ios_mobile(inside);
    set({"system:", path.empty() ? "private/var" : "private/var/", path});
  }

  void in_ios_mobile(std::string_view path) {
    std::string_view inside = path;
    if (enter(inside, "Containers/Data/Application/") && set_app("app:", inside)) return;
    inside = path;
    if (enter(inside, "Containers/Shared/AppGroup/") && set_app("group:", inside)) return;
    inside = path;  // until iOS 7, program and documents in one folder
    if (enter(inside, "Applications/") && is_uuid(inside.substr(0, inside.find('/'))) && set_app("app:", inside))
      return;
    set({"home:", path});
  }

  void in_android_root(std::string_view path) {
    std::string_view inside = path;
    if (enter(inside, "data/")) return in_android_data(inside);
    if (enter(inside, "storage/emulated/") && set_user_media(inside)) return;
    for (const std::string_view folder : {"sdcard/", "mnt/sdcard/", "storage/self/primary/"}) {
      inside = path;
      if (enter(inside, folder)) return set({"media:", inside});
    }
    set({"system:", path});
  }

  void in_android_data(std::string_view path) {
    std::string_view inside = path;
    if (enter(inside, "data/") && set_app("app:", inside)) return;
    inside = path;
    if (enter(inside, "media/") && set_user_media(inside)) return;
    for (const std::string_view folder : {"user/", "user_de/"}) {
      inside = path;
      if (!enter(inside, folder)) continue;
      const auto user = user_number(take_step(inside));
      if (!user || !set_app("app:", inside)) continue;
      entry_.device_user = *user;
      return;
    }
    set({"system:", path.empty() ? "data" : "data/", path});
  }

  // `path` begins with an app's folder. A file in its place (.DS_Store) is none, but an empty one may be a folder that
  // the container lists like a file.
  bool set_app(std::string_view root, std::string_view path) {
    const std::string_view folder = take_step(path);
    if (folder.empty() || (path.empty() && entry_.type != EntryType::folder && entry_.size != 0)) return false;
    std::string_view id = folder;
    if (!names_.empty() && is_uuid(folder)) {
      const std::size_t below = path.empty() ? 0 : path.size() + 1;
      std::string key(entry_.container_path);  // as stored: the names' keys are
      while (key.ends_with('/')) key.pop_back();
      if (key.size() >= below) key.resize(key.size() - below);
      if (const auto name = names_.find(key); name != names_.end()) id = name->second;
    }
    set({root, id, "/", path});
    is_folder_settled_ = is_folder_settled_ || (is_as_stored_ && !path.empty());
    return true;
  }

  bool set_user_media(std::string_view path) {
    const auto user = user_number(take_step(path));
    if (!user) return false;
    entry_.device_user = *user;
    set({"media:", path});
    return true;
  }

  void set(std::initializer_list<std::string_view> parts) {
    is_as_stored_ = std::ranges::all_of(parts, is_ascii);
    if (is_as_stored_) {
      entry_.device_path = texts_.add(parts);
    } else {
      std::string text;
      for (const std::string_view part : parts) text.append(part);
      entry_.device_path = texts_.add(escape_name(text));
    }
    const std::string_view rest = *(parts.end() - 1);
    is_folder_settled_ = is_as_stored_ && std::ranges::count(rest, '/') >= kDeepestRule;
  }

  Entry& entry_;
  TextArena& texts_;
  const ContainerNames& names_;
  bool is_as_stored_ = false;
  bool is_folder_settled_ = false;
};

std::size_t name_start(std::string_view path) { return path.rfind('/') + 1; }  // npos + 1 is 0

// The name of what lies in `folder` (which ends in '/'), empty if the path lies elsewhere or deeper.
std::string_view name_in(std::string_view path, std::string_view folder) {
  if (folder.empty() || !path.starts_with(folder)) return {};
  const std::string_view name = path.substr(folder.size());
  return name.find('/') == name.npos ? name : std::string_view();
}

// Containers list folder by folder, so most entries lie beside the one before and are named like it.
class Neighbour {
 public:
  /// False if the entry has to be named by the rules.
  bool name(Entry& entry, TextArena& texts) const {
    const std::string_view name = name_in(entry.container_path, stored_folder_);
    if (name.empty() || !is_ascii(name)) return false;
    entry.device_path = texts.add({device_folder_, name});
    entry.device_user = user_;
    return true;
  }

  /// Takes an entry that was named by the rules, if all that lies beside it is named in the same way.
  void set(const Entry& entry, bool is_folder_settled) {
    const std::size_t stored = name_start(entry.container_path);
    const std::size_t device = name_start(entry.device_path);
    // A path that ends in '/' has lost that.
    const bool usable = is_folder_settled && entry.container_path.substr(stored) == entry.device_path.substr(device);
    stored_folder_ = entry.container_path.substr(0, usable ? stored : 0);
    device_folder_ = entry.device_path.substr(0, device);
    user_ = entry.device_user;
  }

 private:
  std::string_view stored_folder_, device_folder_;  // with their '/'; empty: none
  std::uint32_t user_ = 0;
};

}  // namespace

std::string escape_name(std::string_view text) {
  std::string shown = escape_invalid_utf8(text);
  for (std::size_t at = shown.find('\0'); at != std::string::npos; at = shown.find('\0', at))
    shown.replace(at, 1, "\\x00");
  return shown;
}

std::optional<std::string_view> container_of_metadata(std::string_view container_path) {
  if (!container_path.ends_with(kContainerMetadata)) return std::nullopt;
  std::string_view folder = container_path.substr(0, container_path.size() - kContainerMetadata.size());
  if (!folder.ends_with('/')) return std::nullopt;
  folder.remove_suffix(1);
  const std::size_t slash = folder.rfind('/');
  if (!is_uuid(slash == folder.npos ? folder : folder.substr(slash + 1))) return std::nullopt;
  return folder;
}

void assign_device_paths(std::vector<Entry>& entries, TextArena& texts, const ContainerNames& names) {
  DeviceRoots roots;
  std::string scratch;
  bool all_plain = true;          // as in nearly every container: they need not be looked at again
  std::string_view plain_folder;  // of the entry before, if that is plain
  for (const Entry& entry : entries) {
    if (!entry.device_path.empty()) continue;
    const std::string_view stored = entry.container_path;
    if (const std::string_view name = name_in(stored, plain_folder); !name.empty() && name != ".") {
      roots.consider(stored);
      continue;
    }
    const std::string_view path = plain_path(stored, scratch);
    all_plain = all_plain && path.data() != scratch.data();
    roots.consider(path);
    plain_folder = path.size() == stored.size() ? stored.substr(0, name_start(stored)) : std::string_view();
  }
  roots.decide();
  Neighbour before;
  for (Entry& entry : entries) {
    if (!entry.device_path.empty()) continue;
    if (all_plain && before.name(entry, texts)) continue;
    entry.device_user = 0;
    const std::string_view stored = entry.container_path;
    const PhonePath place = roots.locate(all_plain ? without_ends(stored) : plain_path(stored, scratch));
    before.set(entry, Naming(entry, texts, names).name(place));
  }
}

}  // namespace exhibit::evidence
