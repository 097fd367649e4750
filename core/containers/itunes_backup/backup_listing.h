// What a backup holds, once its manifest and its blobs are put together: compact, for there can be half a million
// files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/evidence.h"
#include "evidence/text_arena.h"
#include "keybag.h"

namespace exhibit::containers {

struct SealedKey {
  std::uint32_t protection_class = 0;
  std::array<std::uint8_t, kWrappedKeySize> wrapped{};
};

struct BackupBlob {
  static constexpr std::uint32_t kAsItLies = UINT32_MAX, kNoUsableKey = UINT32_MAX - 1;

  std::uint32_t index = 0;        ///< in the tree
  std::uint32_t key = kAsItLies;  ///< in BackupListing::keys
  std::string_view device_path;
  std::uint64_t size = 0;  ///< of the file as it is opened
  evidence::EntryTimes times;
};

struct BackupListing {
  evidence::TextArena texts;
  std::vector<BackupBlob> blobs;  ///< ascending by index
  std::vector<SealedKey> keys;
  std::vector<evidence::Entry> without_blob;
  std::vector<std::pair<std::size_t, std::string_view>> link_targets;  ///< ascending by index of without_blob
  std::vector<std::size_t> bookkeeping;                                ///< indexes of the tree
  std::vector<evidence::Problem> problems;

  /// Null: not a blob.
  const BackupBlob* find_blob(std::size_t index) const;
  std::optional<std::string_view> link_target(std::size_t index) const;
};

}  // namespace exhibit::containers
