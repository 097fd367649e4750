// Manifest.mbdb of an iTunes backup, up to iOS 9.
#pragma once

#include <cstdint>
#include <vector>

#include "backup_row.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

/// Reads all records, in the order of the file. An error: not this format. A record that cannot be read ends the list,
/// since its length is unknown, and is a problem of entry `file`.
Result<void> read_manifest_mbdb(Bytes manifest, std::uint32_t file, const Limits& limits, const BackupRowSink& sink,
                                std::vector<evidence::Problem>& problems);

}  // namespace exhibit::containers
