// Where the phone's folders lie inside a container: which leading folders a tool has put in front, and which folder of
// the phone comes after them. Found by landmarks, folders that exist on every phone, never by a tool's name.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace exhibit::evidence {

/// The phone's folder that a container's folder stands for.
enum class PhoneFolder : std::uint8_t {
  unknown,
  ios_root,      ///< /
  ios_var,       ///< /private/var, the data partition
  ios_mobile,    ///< /private/var/mobile
  android_root,  ///< /
  android_data,  ///< /data, the data partition
};

/// A path relative to one of the phone's folders.
struct PhonePath {
  PhoneFolder folder = PhoneFolder::unknown;
  std::string_view rest;
};

/// The path without leading '/' and without empty and "." steps, which mean nothing. A view of `path` where it has none
/// of them (the usual case), else of `scratch`.
std::string_view plain_path(std::string_view path, std::string& scratch);

/// The same for a path that has them at its ends alone.
std::string_view without_ends(std::string_view path);

class DeviceRoots {
 public:
  /// Looks for a landmark on the path. Paths are plain.
  void consider(std::string_view path);
  /// Ends the vote. Of roots inside one another the inner ones stay only where they can be none of the phone's own
  /// folders.
  void decide();
  /// The innermost root above the path. A path that is above all of them (the tool's folder itself) is the root's.
  PhonePath locate(std::string_view path) const;

 private:
  static constexpr std::size_t kFolders = 6;
  using Votes = std::array<std::uint32_t, kFolders>;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class Value>
  using ByPrefix = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  struct Vote {
    std::uint32_t* count = nullptr;  // null: no landmark
    std::size_t prefix = 0;          // bytes in front of the landmark
  };
  Vote find_vote(std::string_view path);

  ByPrefix<Votes> votes_;        // by prefix: "" or "filesystem2/"
  ByPrefix<PhoneFolder> roots_;  // the same, decided
  std::size_t deepest_ = 0;      // steps of the longest root
  std::string last_folder_;      // with its '/': of the path considered last, if its name is behind every landmark
  std::uint32_t* last_count_ = nullptr;
};

}  // namespace exhibit::evidence
