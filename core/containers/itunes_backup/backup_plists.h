// The property lists beside the manifest of an iTunes backup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"
#include "file_tree.h"

namespace exhibit::containers {

struct BackupPlists {
  bool has_manifest_plist = false;         ///< and it could be read
  std::optional<bool> is_encrypted;        ///< what Manifest.plist says; decrypted copies leave it true
  std::vector<std::uint8_t> keybag;        ///< empty: none
  std::vector<std::uint8_t> manifest_key;  ///< class u32le and wrapped key; empty before iOS 10.2
  std::string device_name;
};

/// Reads Manifest.plist and Status.plist. What is missing, cannot be read or tells of a backup that was not finished is
/// a problem.
BackupPlists read_backup_plists(const FileTree& tree, std::string_view folder,
                                std::vector<evidence::Problem>& problems);

/// The path of a file directly in the backup's folder ("" is the root).
std::string path_in_backup(std::string_view folder, std::string_view name);

}  // namespace exhibit::containers
