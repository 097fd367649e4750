// One row of a manifest of either form.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/bytes.h"
#include "evidence/entry.h"

namespace exhibit::containers {

struct BackupRow {
  std::string_view file_id;  ///< 40 digits of a SHA-1 name the blob; perhaps anything else
  std::string_view domain;
  std::string_view path;  ///< in the domain; empty for the domain's own folder
  evidence::EntryType type = evidence::EntryType::other;
  std::uint64_t size = 0;
  evidence::EntryTimes times;
  std::uint32_t protection_class = 0;
  Bytes encryption_key;  ///< class u32le and wrapped key
  std::string_view link_target;
};

/// Takes a row, whose texts are gone afterwards.
using BackupRowSink = std::function<void(const BackupRow&)>;

}  // namespace exhibit::containers
