// Where a file lived on the phone, in one vocabulary for every container (docs/architecture.md: device paths).
#pragma once

#include <vector>

#include "evidence/entry.h"

namespace exhibit::evidence {

/// Sets device_path and device_user of every entry. The tree decides as a whole: leading folders that tools add are
/// recognised by landmarks (private/var, mobile/Library, data/data, ...), never by a tool's name. Containers without a
/// name keep their UUID in the id's place.
void assign_device_paths(std::vector<Entry>& entries);

}  // namespace exhibit::evidence
