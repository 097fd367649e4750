// Encrypted stores of apps whose key is in the same evidence or is given: each becomes one more entry, plain. All keys
// are gathered before the first store is tried, so nothing hangs on the order in which files lie.
#pragma once

#include "archive.h"
#include "layers.h"

namespace exhibit::containers {

/// Adds "<path of the store>!<plain name>" for each store that opens, in the store's folder on the phone; a problem of
/// the store for each that does not.
void open_keyed_files(Layers& layers, const Opening& opening);

}  // namespace exhibit::containers
