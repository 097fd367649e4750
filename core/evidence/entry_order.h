// The order of entries that gives them their numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "evidence/entry.h"

namespace exhibit::evidence {

/// Sorts by container path (bytes), equal paths in the order they came in, and gives the old index of each entry.
std::vector<std::uint32_t> sort_by_path(std::vector<Entry>& entries);

}  // namespace exhibit::evidence
