// A folder of the host as evidence.
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

/// Lists the folder and all below it. Links are listed and never followed.
Result<std::unique_ptr<evidence::Container>> open_folder(const std::string& path, const Limits& limits);

}  // namespace exhibit::containers
