// Containers inside a container: opened only where that makes a phone appear, so not every archive in a phone's
// downloads.
#pragma once

#include "archive.h"
#include "evidence/device_path.h"
#include "layers.h"

namespace exhibit::containers {

/// Opens the iTunes backups of a listing and names its entries. The error is that of a backup that is the whole tree.
std::optional<Error> settle(Listing& listing, const Opening& opening, evidence::TextArena& texts);

/// Adds what lies inside, layer by layer, as deep as the limits allow.
void open_inner_containers(Layers& layers, const Opening& opening);

}  // namespace exhibit::containers
