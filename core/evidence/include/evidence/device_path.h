// Where a file lived on the phone, in one vocabulary for every container (docs/architecture.md: device paths).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "evidence/entry.h"
#include "evidence/text_arena.h"

namespace exhibit::evidence {

/// As device paths show names: bytes that are not UTF-8, and NUL, as \xnn.
std::string escape_name(std::string_view text);

/// What iOS calls the containers of apps and groups, whose folders are UUIDs: container path of the UUID folder (as in
/// the entries) -> bundle or group id.
using ContainerNames = std::unordered_map<std::string, std::string>;

/// Reads the id from a container's metadata property list. Given by whoever can read property lists.
using ContainerNameReader = std::function<Result<std::string>(Bytes plist)>;

/// The property list in which a container (the folder it lies in) tells its id.
inline constexpr std::string_view kContainerMetadata = ".com.apple.mobile_container_manager.metadata.plist";

/// The UUID folder that this is the metadata of: "…/Application/<UUID>/.com.apple…plist" gives "…/Application/<UUID>".
std::optional<std::string_view> container_of_metadata(std::string_view container_path);

/// Sets device_path and device_user of every entry that has no device path yet. The tree decides as a whole: leading
/// folders that tools add are recognised by landmarks (private/var, mobile/Library, data/data, ...), never by a tool's
/// name. Containers without a name keep their UUID in the id's place. iOS keeps its media under "home:Media/"; "media:"
/// is Android's shared storage. What lies outside all landmarks is "system:" with its container path. The device paths
/// go into `texts`.
void assign_device_paths(std::vector<Entry>& entries, TextArena& texts, const ContainerNames& names = {});

}  // namespace exhibit::evidence
