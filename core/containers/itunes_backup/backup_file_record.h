// What the manifest of an iTunes backup tells of one file beside its name: an archived object of class MBFile.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "decode/tree.h"
#include "evidence/entry.h"

namespace exhibit::containers {

struct BackupFileRecord {
  decode::Tree tree;  // holds the texts, together with the archive itself
  std::uint64_t size = 0;
  evidence::EntryTimes times;
  std::uint32_t protection_class = 0;  ///< 0: the file is not encrypted
  Bytes encryption_key;                ///< its class u32le and 40 bytes; empty: none
  std::string_view link_target;
};

/// Reads the archive, which must outlive the record. What MBFile has no value of, or one of another type, stays unset.
Result<BackupFileRecord> read_backup_file_record(Bytes archive, const Limits& limits);

/// Seconds since 1970; unset where they are no moment.
evidence::EntryTime backup_time(std::int64_t seconds);

}  // namespace exhibit::containers
