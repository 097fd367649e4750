// The ids of iOS containers.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace exhibit::containers {

/// The bundle or group id in a container's metadata property list (key MCMMetadataIdentifier).
Result<std::string> read_container_name(Bytes plist, const Limits& limits);

}  // namespace exhibit::containers
