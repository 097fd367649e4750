// A tree of files in which iTunes backups lie: their blobs become the files that they were on the phone, all else
// stays.
#pragma once

#include <optional>

#include "base/limits.h"
#include "evidence/secrets.h"
#include "listing.h"

namespace exhibit::containers {

/// Opens every backup of the tree. One that cannot be opened leaves its files as they lie there, with a problem; if it
/// is the tree's root, so that there is nothing else, its error is given back too.
std::optional<Error> open_backups(Listing& tree, const evidence::Unlocking& unlocking, const Limits& limits);

}  // namespace exhibit::containers
