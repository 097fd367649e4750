// Manifest.db of an iTunes backup, iOS 10 and later.
#pragma once

#include <cstdint>
#include <vector>

#include "backup_row.h"
#include "base/limits.h"
#include "base/result.h"
#include "evidence/evidence.h"
#include "sqlite/page_image.h"

namespace exhibit::containers {

/// Reads all rows, in the order of the table. An error: no database, or not this one. Damage in it costs rows and is a
/// problem, of entry `file`.
Result<void> read_manifest_db(sqlite::DatabaseFiles files, std::uint32_t file, const Cancel* cancel,
                              const Limits& limits, const BackupRowSink& sink,
                              std::vector<evidence::Problem>& problems);

}  // namespace exhibit::containers
